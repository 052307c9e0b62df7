/** Which answers are results, which pass if asked again, and which do not. */

import { plainReason } from '../../../base/plain-reason.ts';
import { errorCodeOf } from './answers.ts';
import type { Answer } from './exchange.ts';
import { S3Error } from './s3-error.ts';

/** Longest answer that is kept: a page of a listing has 1,000 keys. */
const maxAnswerBytes = 8 * 1024 * 1024;

export async function readWhole(answer: Answer): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.content) {
    size += chunk.byteLength;
    if (size > maxAnswerBytes) throw new S3Error('unreachable', 'The answer is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function codeOf(bytes: Uint8Array): string | null {
  return errorCodeOf(Buffer.from(bytes.subarray(0, 4_096)).toString('utf8'));
}

/** @throws S3Error unless the answer says that only the object is missing */
export function requireNoSuchKey(bytes: Uint8Array): void {
  const s3Code = codeOf(bytes);
  if (s3Code === 'NoSuchKey') return;
  const isRefused = s3Code === 'NoSuchBucket';
  throw new S3Error(
    isRefused ? 'refused' : 'unreachable',
    `S3 answered 404 ${s3Code ?? 'without a reason'}.`,
    {
      status: 404,
      s3Code,
    },
  );
}

/** Refusals that pass, or that the next signature mends. */
const passingCodes = [
  'RequestTimeout',
  'ExpiredToken',
  'BadDigest',
  'XAmzContentSHA256Mismatch',
  'IncompleteBody',
  'SlowDown',
];

export async function refusalOf(answer: Answer, method: string): Promise<S3Error> {
  const { status } = answer;
  const s3Code = method === 'HEAD' ? null : await readWhole(answer).then(codeOf, () => null);
  if (method === 'HEAD') answer.abandon();
  const isFull = status === 507 || /Quota|StorageFull/.test(s3Code ?? '');
  const isBusy = status >= 500 || status === 429;
  const problem = isFull ? 'full' : isBusy ? 'unreachable' : 'refused';
  return new S3Error(problem, `S3 answered ${[status, s3Code].filter((part) => part !== null).join(' ')}.`, {
    status,
    s3Code,
  });
}

export function isPassing({ problem, s3Code }: S3Error): boolean {
  return problem === 'unreachable' || passingCodes.includes(s3Code ?? '');
}

export function failureOf(error: unknown, deadline: AbortSignal): S3Error {
  if (error instanceof S3Error) return error;
  const why = deadline.aborted
    ? 'it took too long'
    : plainReason(error instanceof Error ? error.message : String(error));
  return new S3Error('unreachable', `S3 does not answer: ${why}.`, { cause: error });
}
