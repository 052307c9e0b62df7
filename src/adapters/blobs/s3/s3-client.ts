/** Requests to one bucket: signed, with deadlines and retries. */

import type { LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { readListPage, type ListedObject, type ListPage } from './answers.ts';
import type { CredentialSource } from './credentials.ts';
import { Connections, type Answer, type RequestBody } from './exchange.ts';
import { codeOf, failureOf, isPassing, readWhole, refusalOf, requireNoSuchKey } from './judge-answer.ts';
import { S3Error } from './s3-error.ts';
import { createSigner } from './signature.ts';

export interface Bucket {
  /** `https://host[:port]`, without a path. */
  endpoint: string;
  region: string;
  bucket: string;
  /** Where the bucket's name is in addresses: in the path, or in the host. */
  style: 'path' | 'virtual-host';
}

/** In milliseconds. */
export interface ClientTimes {
  /** For a request with all its retries, plus `perMebibyteMs` for each MiB of content. */
  deadlineMs: number;
  perMebibyteMs: number;
  /** Longest silence of the server, after which a request counts as failed. */
  idleMs: number;
  /** Longest wait before the first retry; twice as long before the next. */
  backoffMs: number;
}

export const defaultTimes: ClientTimes = {
  deadlineMs: 10_000,
  perMebibyteMs: 1_000,
  idleMs: 4_000,
  backoffMs: 200,
};

export interface ClientOptions {
  times?: Partial<ClientTimes>;
  /** Epoch ms. */
  clock?: () => number;
  /** Objects in a page of a listing. */
  pageSize?: number;
  /** Finds the address of a host; by default as the system does. */
  lookup?: LookupFunction;
}

export interface S3Client {
  /** @returns null when there is no such object */
  head(key: string): Promise<StoredObject | null>;
  /** The whole object, which must be small. @returns null when there is none */
  get(key: string): Promise<Uint8Array | null>;
  /** The object from a byte on. @returns null when there is none, or not the one with that ETag */
  stream(key: string, from: { byte: number; etag: string }): Promise<AsyncIterable<Uint8Array> | null>;
  /** An address that anyone can GET until it expires; `answers` are headers of its answer, by their names in S3. */
  presign(key: string, answers: Record<string, string>, forSeconds: number): Promise<string>;
  put(key: string, body: RequestBody, attempts?: { tries: number; deadlineMs: number }): Promise<void>;
  /** @returns whether there is an object with that ETag to copy */
  copy(from: { key: string; etag: string }, to: string): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Objects whose keys begin with the prefix, in the order of their keys. */
  list(prefix: string): AsyncGenerator<ListedObject[]>;
  /** The server's clock (epoch ms), in whole seconds. */
  now(): Promise<number>;
}

export interface StoredObject {
  /** Bytes. */
  size: number;
  /** With its quotes. */
  etag: string;
  modifiedAt: number;
}

const tries = 3;
/** Larger differences between this clock and the server's are made up for in signatures. */
const skewMs = 60_000;
const emptySha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

interface Request {
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** Null: the bucket itself. */
  key: string | null;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: RequestBody;
  /** Statuses that are results, besides those below 300. */
  expected?: readonly number[];
  attempts?: { tries: number; deadlineMs: number };
}

interface WholeAnswer extends Omit<Answer, 'content' | 'abandon'> {
  bytes: Uint8Array;
}

/** @throws S3Error `refused` when the name of the bucket cannot be a part of the host */
function baseOf({ endpoint, bucket, style }: Bucket): URL {
  const url = new URL(endpoint);
  if (style === 'path') return url;
  const host = `${bucket}.${url.hostname}`;
  url.hostname = host;
  if (url.hostname === host) return url;
  throw new S3Error('refused', `${host} cannot be a host.`, { s3Code: 'PathStyleNeeded' });
}

export function createS3Client(
  bucket: Bucket,
  credentials: CredentialSource,
  options: ClientOptions = {},
): S3Client {
  const times = { ...defaultTimes, ...options.times };
  const { clock = Date.now, pageSize = 1_000 } = options;
  const connections = new Connections(options.lookup);
  const signer = createSigner(bucket.region);
  /** How far the server's clock is ahead of this one. */
  let aheadMs = 0;

  function addressOf(key: string | null, query: Record<string, string> = {}): URL {
    const url = baseOf(bucket);
    const path = (key ?? '').split('/').map(encodeURIComponent).join('/');
    if (bucket.style === 'virtual-host') url.pathname = `/${path}`;
    else url.pathname = key === null ? `/${bucket.bucket}` : `/${bucket.bucket}/${path}`;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  async function presign(key: string, answers: Record<string, string>, forSeconds: number): Promise<string> {
    const url = addressOf(key, { ...answers, 'X-Amz-Expires': String(forSeconds) });
    return signer.signAddress('GET', url, await credentials.get(), clock() + aheadMs).href;
  }

  /** More for large content, which takes long to send and to store. */
  const extraMs = ({ body }: Request) => ((body?.size ?? 0) / 2 ** 20) * times.perMebibyteMs;

  async function once(request: Request, signal: AbortSignal): Promise<Answer> {
    const { method, key, query, headers = {}, body } = request;
    const unsigned = {
      method,
      url: addressOf(key, query),
      headers: { ...headers, 'x-amz-content-sha256': body?.sha256 ?? emptySha256 },
    };
    const answer = await connections.exchange({
      ...unsigned,
      headers: signer.signHeaders(unsigned, await credentials.get(), clock() + aheadMs),
      body: body ?? null,
      idleMs: Math.ceil(times.idleMs + extraMs(request)),
      signal,
    });
    const ahead = dateOf(answer.headers) - clock();
    if (Math.abs(ahead) > skewMs) aheadMs = ahead;
    else if (Number.isFinite(ahead)) aheadMs = 0;
    return answer;
  }

  /**
   * Tries until there is an answer that is a result.
   *
   * @param take reads the answer; if that fails, the request is tried again
   * @throws S3Error
   */
  async function attempt<T>(
    request: Request,
    take: (answer: Answer, deadline: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const limits = request.attempts ?? { tries, deadlineMs: times.deadlineMs + extraMs(request) };
    const deadline = AbortSignal.timeout(Math.ceil(limits.deadlineMs));
    for (let left = limits.tries - 1, waitMs = times.backoffMs; ; left--, waitMs *= 2) {
      const signedAheadMs = aheadMs;
      try {
        const answer = await once(request, deadline);
        const isResult = answer.status < 300 || request.expected?.includes(answer.status) === true;
        if (isResult) return await take(answer, deadline);
        throw await refusalOf(answer, request.method);
      } catch (error) {
        const failure = failureOf(error, deadline);
        if (failure.s3Code === 'ExpiredToken') credentials.forget();
        const wasSkewed = failure.status === 403 && Math.abs(aheadMs - signedAheadMs) > skewMs;
        if (left <= 0 || deadline.aborted || !(isPassing(failure) || wasSkewed)) throw failure;
      }
      await sleep(Math.random() * waitMs, undefined, { signal: deadline }).catch(() => undefined);
    }
  }

  async function whole(request: Request): Promise<WholeAnswer> {
    return attempt(request, async (answer, deadline) => {
      deadline.addEventListener('abort', answer.abandon, { once: true });
      const bytes = await readWhole(answer).finally(() =>
        deadline.removeEventListener('abort', answer.abandon),
      );
      // A copy may fail after its answer has begun.
      const code = answer.status < 300 && request.method === 'PUT' ? codeOf(bytes) : null;
      if (code !== null) throw new S3Error('unreachable', `S3 answered ${code}.`, { s3Code: code });
      return { status: answer.status, headers: answer.headers, bytes };
    });
  }

  /** A 404 counts as a missing object only if S3 says so: a proxy's 404 does not, nor a missing bucket. */
  async function isMissing(key: string): Promise<boolean> {
    const { status, bytes } = await whole({
      method: 'GET',
      key,
      headers: { range: 'bytes=0-0' },
      expected: [404, 416],
    });
    if (status !== 404) return false;
    requireNoSuchKey(bytes);
    return true;
  }

  const client: S3Client = {
    async head(key) {
      const { status, headers } = await whole({ method: 'HEAD', key, expected: [404] });
      if (status !== 404) return objectOf(headers);
      if (await isMissing(key)) return null;
      throw new S3Error('unreachable', 'S3 says both that an object exists and that it does not.');
    },
    async get(key) {
      const { status, bytes } = await whole({ method: 'GET', key, expected: [404] });
      if (status !== 404) return bytes;
      requireNoSuchKey(bytes);
      return null;
    },
    async stream(key, { byte, etag }) {
      return attempt(
        {
          method: 'GET',
          key,
          headers: { range: `bytes=${byte}-`, 'if-match': etag },
          expected: [404, 412],
        },
        async (answer) => {
          const { status, content } = answer;
          if (status === 404) requireNoSuchKey(await readWhole(answer));
          if (status === 206 || (status === 200 && byte === 0)) return content;
          answer.abandon();
          if (status >= 300) return null;
          throw new S3Error('unreachable', 'S3 does not answer with the range it was asked for.');
        },
      );
    },
    presign,
    async put(key, body, attempts) {
      await whole({
        method: 'PUT',
        key,
        headers: { 'content-type': 'application/octet-stream' },
        body,
        ...(attempts !== undefined && { attempts }),
      });
    },
    async copy(from, to) {
      const { status, bytes } = await whole({
        method: 'PUT',
        key: to,
        headers: {
          'x-amz-copy-source': encodeURI(`/${bucket.bucket}/${from.key}`),
          'x-amz-copy-source-if-match': from.etag,
        },
        expected: [404, 412],
      });
      if (status === 404) requireNoSuchKey(bytes);
      return status < 300;
    },
    async delete(key) {
      const { status, bytes } = await whole({ method: 'DELETE', key, expected: [404] });
      if (status === 404) requireNoSuchKey(bytes);
    },
    async *list(prefix) {
      let token: string | null = null;
      do {
        const query: Record<string, string> = { 'list-type': '2', prefix, 'max-keys': String(pageSize) };
        if (token !== null) query['continuation-token'] = token;
        const { bytes } = await whole({ method: 'GET', key: null, query });
        const page = pageOf(bytes);
        yield page.objects;
        ({ token } = page);
      } while (token !== null);
    },
    async now() {
      const { headers } = await whole({ method: 'HEAD', key: null });
      const now = dateOf(headers);
      if (!Number.isFinite(now)) throw new S3Error('unreachable', 'S3 does not say what time it is.');
      return now;
    },
  };
  return client;
}

/** @throws S3Error for anything else: taken for an empty page, it would mean that every file is gone */
function pageOf(bytes: Uint8Array): ListPage {
  try {
    return readListPage(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new S3Error('unreachable', 'S3 answered with something else than a listing.', { cause });
  }
}

function objectOf(headers: Answer['headers']): StoredObject {
  const size = Number(headers['content-length'] ?? NaN);
  const modifiedAt = Date.parse(headers['last-modified'] ?? '');
  const { etag } = headers;
  if (!Number.isSafeInteger(size) || !Number.isFinite(modifiedAt) || etag === undefined) {
    throw new S3Error('unreachable', 'The answer does not say the size, age and ETag of the object.');
  }
  return { size, modifiedAt, etag };
}

function dateOf(headers: Answer['headers']): number {
  return Date.parse(headers.date ?? '');
}
