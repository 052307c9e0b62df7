/** Content that is checked while it is read, whatever it is read from. */

import { createHash } from 'node:crypto';
import { AppError } from '../../base/errors.ts';

/** A blob up to this size is verified before its first byte is returned. */
export const verifyFirstBytes = 1024 * 1024;

export interface Expected {
  sha1: string;
  sha256: string;
  /** Bytes. */
  size: number;
}

/** @throws AppError `artifact_corrupt` */
export function checkSize(found: number, { sha1, size }: Pick<Expected, 'sha1' | 'size'>): void {
  if (found !== size) throw corrupt(sha1, `it has ${found} bytes instead of ${size}`);
}

/** @throws AppError `artifact_corrupt` */
export function checkBytes(bytes: Uint8Array, { sha1, sha256 }: Pick<Expected, 'sha1' | 'sha256'>): void {
  if (createHash('sha256').update(bytes).digest('hex') !== sha256)
    throw corrupt(sha1, 'its bytes have changed');
}

/** Yields every chunk but the last one before the digest is known. */
export async function* verifiedStream(
  content: AsyncIterable<Uint8Array>,
  { sha1, sha256 }: Pick<Expected, 'sha1' | 'sha256'>,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let held: Uint8Array | null = null;
  for await (const chunk of content) {
    hash.update(chunk);
    if (held !== null) yield held;
    held = chunk;
  }
  if (hash.digest('hex') !== sha256) throw corrupt(sha1, 'its bytes have changed');
  if (held !== null) yield held;
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export function corrupt(sha1: string, problem: string): AppError {
  return new AppError(
    'artifact_corrupt',
    `The stored artifact ${sha1} is damaged: ${problem}. Upload the same file again to repair it.`,
    { details: { sha1sum: sha1 } },
  );
}

/** @throws TypeError for anything else, since it becomes part of a path */
export function checkSha1(sha1: string): void {
  if (!/^[0-9a-f]{40}$/.test(sha1)) throw new TypeError(`not a SHA-1: ${sha1.slice(0, 60)}`);
}
