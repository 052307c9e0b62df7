/** An upload on its way: hashed while it is kept, since S3 wants size and digest first. */

import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { RequestBody } from './exchange.ts';

export interface Spooled {
  sha1: string;
  /** Lower-case hex; the ETag of most servers. */
  md5: string;
  body: RequestBody;
  discard: () => Promise<void>;
}

/** An upload of at most this size is kept in memory. */
const maxInMemoryBytes = 8 * 1024 * 1024;
/** All uploads together; further ones go to disk. */
const maxTogetherBytes = 64 * 1024 * 1024;

/** @param folder on a local disk */
export function createSpool(
  folder: string,
  limits: { one: number; together: number } = { one: maxInMemoryBytes, together: maxTogetherBytes },
): (content: AsyncIterable<Uint8Array>) => Promise<Spooled> {
  let together = 0;

  return async (content) => {
    const [sha1, sha256, md5] = [createHash('sha1'), createHash('sha256'), createHash('md5')];
    const path = join(folder, `s3-${randomBytes(12).toString('hex')}`);
    let chunks: Uint8Array[] = [];
    let inMemory = 0;
    let size = 0;
    let file: FileHandle | null = null;
    const forget = () => {
      together -= inMemory;
      inMemory = 0;
      chunks = [];
    };
    const discard = async () => {
      forget();
      await file?.close();
      if (file !== null) await rm(path, { force: true });
      file = null;
    };
    try {
      for await (const chunk of content) {
        for (const hash of [sha1, sha256, md5]) hash.update(chunk);
        size += chunk.byteLength;
        const fits =
          inMemory + chunk.byteLength <= limits.one && together + chunk.byteLength <= limits.together;
        if (file === null && fits) {
          chunks.push(chunk);
          inMemory += chunk.byteLength;
          together += chunk.byteLength;
          continue;
        }
        if (file === null) {
          file = await open(path, 'wx', 0o600);
          for (const kept of chunks) await file.writeFile(kept);
          forget();
        }
        await file.writeFile(chunk);
      }
    } catch (error) {
      await discard().catch(() => undefined);
      throw error;
    }
    const isInFile = file !== null;
    return {
      sha1: sha1.digest('hex'),
      md5: md5.digest('hex'),
      body: {
        size,
        sha256: sha256.digest('hex'),
        read: () => (isInFile ? (createReadStream(path) as AsyncIterable<Uint8Array>) : chunks),
      },
      discard,
    };
  };
}
