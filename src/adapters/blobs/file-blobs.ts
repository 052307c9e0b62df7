import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError, retryAfter } from '../../base/errors.ts';
import type { Blobs, StagedBlob, TrashEmptied } from '../../ports/blobs.ts';
import type { Logger } from '../../ports/logger.ts';
import { openFileTrash } from './file-trash.ts';
import { makeFolder, nullIfMissing, readIfThere, syncFolder, writeWhole } from './files.ts';

/** Up to this size a blob is verified before its first byte is handed out. */
const verifyFirstBytes = 1024 * 1024;
const chunkBytes = 256 * 1024;
/** A disk that takes so much is not full any more. */
const probeBytes = 1024 * 1024;

/**
 * Blobs as files `<folder>/ab/<sha1>`. A blob is written to `<folder>/tmp`, synced, renamed, and its folder synced: it
 * is there whole or not at all. `<folder>/trash` holds what was removed, `<folder>/store.json` says whose blobs these are.
 */
export async function openFileBlobs(folder: string, logger?: Pick<Logger, 'warn'>): Promise<Blobs> {
  const temporary = join(folder, 'tmp');
  await attempt(async () => {
    const made = await mkdir(temporary, { recursive: true, mode: 0o700 });
    if (made !== undefined) await syncFolder(dirname(made));
  });
  const labelFile = join(folder, 'store.json');
  const trash = openFileTrash(join(folder, 'trash'));
  const pathOf = (sha1: string) => {
    if (!/^[0-9a-f]{40}$/.test(sha1)) throw new TypeError(`not a SHA-1: ${sha1.slice(0, 60)}`);
    return join(folder, sha1.slice(0, 2), sha1);
  };
  let isFull = false;
  const noteSpace = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (error instanceof AppError && error.code === 'storage_full') isFull = true;
      throw error;
    }
  };
  const makeRoom = async (): Promise<TrashEmptied> => {
    const emptied = await trash.empty(Infinity);
    if (emptied.files > 0) {
      logger?.warn('The disk is full: the trash was emptied early.', { ...emptied, folder });
    }
    return emptied;
  };
  return {
    place: folder,
    async stage(content) {
      const staged = await noteSpace(attempt(() => stage(temporary, content, pathOf, makeRoom)));
      return { ...staged, commit: () => noteSpace(staged.commit()) };
    },
    async stat(sha1) {
      const found = await stat(pathOf(sha1)).catch(nullIfMissing);
      return found === null ? null : { size: found.size };
    },
    async open(sha1, expected) {
      const path = pathOf(sha1);
      const look = () => stat(path).catch(nullIfMissing);
      const found = await attempt(
        async () => (await look()) ?? ((await trash.restore(sha1, path)) ? await look() : null),
      );
      if (found === null) throw corrupt(sha1, 'it is missing');
      if (found.size !== expected.size) {
        throw corrupt(sha1, `it has ${found.size} bytes instead of ${expected.size}`);
      }
      if (found.size > verifyFirstBytes) return verifiedStream(path, sha1, expected.sha256);
      const bytes = await attempt(() => readFile(path));
      if (createHash('sha256').update(bytes).digest('hex') !== expected.sha256) {
        throw corrupt(sha1, 'its bytes have changed');
      }
      return once(bytes);
    },
    delete: (sha1) => attempt(() => rm(pathOf(sha1), { force: true })),
    trash: (sha1, times) => attempt(() => trash.take(sha1, pathOf(sha1), times)),
    emptyTrash: (trashedBefore) => attempt(() => trash.empty(trashedBefore)),
    readLabel: () => attempt(() => readIfThere(labelFile)),
    writeLabel: (text, mode) => noteSpace(attempt(() => writeWhole(labelFile, text, { mode, temporary }))),
    now: () => attempt(() => timeOf(temporary)),
    async *list() {
      for (const prefix of await readdir(folder)) {
        if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
        for (const sha1 of await readdir(join(folder, prefix))) {
          const found = await stat(join(folder, prefix, sha1)).catch(nullIfMissing);
          if (found !== null) yield { sha1, size: found.size, modifiedAt: found.mtimeMs };
        }
      }
    },
    async health() {
      if (isFull) isFull = !(await hasSpace(temporary));
      return isFull ? 'degraded' : 'ok';
    },
    async sweep(olderThan) {
      let removed = 0;
      for (const name of await readdir(temporary)) {
        const found = await stat(join(temporary, name)).catch(nullIfMissing);
        if (found === null || found.mtimeMs >= olderThan) continue;
        await rm(join(temporary, name), { force: true });
        removed++;
      }
      return removed;
    },
  };
}

async function stage(
  temporary: string,
  content: AsyncIterable<Uint8Array>,
  pathOf: (sha1: string) => string,
  makeRoom: () => Promise<TrashEmptied>,
): Promise<StagedBlob> {
  const path = join(temporary, randomBytes(12).toString('hex'));
  const sha1 = createHash('sha1');
  const sha256 = createHash('sha256');
  let size = 0;
  let file: FileHandle | null = await open(path, 'wx');
  const discard = async () => {
    await file?.close();
    file = null;
    await rm(path, { force: true });
  };
  try {
    for await (const chunk of content) {
      sha1.update(chunk);
      sha256.update(chunk);
      size += chunk.byteLength;
      await writeAll(file, chunk, makeRoom);
    }
  } catch (error) {
    await discard().catch(() => undefined);
    throw error;
  }
  const digest = sha1.digest('hex');
  return {
    sha1: digest,
    sha256: sha256.digest('hex'),
    size,
    async commit() {
      if (file === null) throw new TypeError('This upload was discarded or committed before.');
      const target = pathOf(digest);
      const staged = file;
      await attempt(async () => {
        await staged.sync();
        await staged.close();
        file = null;
        await makeFolder(dirname(target));
        await rename(path, target);
        await syncFolder(dirname(target));
      });
    },
    discard,
  };
}

async function timeOf(folder: string): Promise<number> {
  const path = join(folder, `time-${randomBytes(12).toString('hex')}`);
  const file = await open(path, 'wx');
  try {
    return (await file.stat()).mtimeMs;
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

async function hasSpace(folder: string): Promise<boolean> {
  const path = join(folder, `space-${randomBytes(12).toString('hex')}`);
  try {
    const file = await open(path, 'wx');
    try {
      await writeAll(file, Buffer.alloc(probeBytes));
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  } catch {
    return false;
  } finally {
    await rm(path, { force: true });
  }
}

/** @param makeRoom called when the space runs out; where it found some, the writing goes on */
async function writeAll(
  file: FileHandle,
  chunk: Uint8Array,
  makeRoom?: () => Promise<TrashEmptied>,
): Promise<void> {
  for (let written = 0; written < chunk.byteLength;) {
    try {
      written += (await file.write(chunk, written)).bytesWritten;
    } catch (error) {
      const hasRoom = isFullError(error) && makeRoom !== undefined && (await makeRoom()).files > 0;
      if (!hasRoom) throw error;
    }
  }
}

/** Hands out every chunk but the last one before the digest is known. */
async function* verifiedStream(path: string, sha1: string, sha256: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let held: Uint8Array | null = null;
  for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    if (held !== null) yield held;
    held = chunk;
  }
  if (hash.digest('hex') !== sha256) throw corrupt(sha1, 'its bytes have changed');
  if (held !== null) yield held;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function corrupt(sha1: string, problem: string): AppError {
  return new AppError(
    'artifact_corrupt',
    `The stored artifact ${sha1} is damaged: ${problem}. Upload the same file again to repair it.`,
    { details: { sha1sum: sha1 } },
  );
}

const full = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const unavailable = ['EIO', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EMFILE', 'ENFILE', 'ESTALE', 'ENOENT'];

function isFullError(error: unknown): boolean {
  return full.includes((error as { code?: string } | null)?.code ?? '');
}

/** File-system failures as the core knows them. */
async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as { code?: string } | null)?.code ?? '';
    if (isFullError(error)) {
      throw new AppError(
        'storage_full',
        'The server has no space left to store this file. Nothing was changed.',
        {
          cause: error,
        },
      );
    }
    if (unavailable.includes(code)) {
      throw new AppError(
        'unavailable',
        'The artifact storage cannot be reached. Nothing was changed; try again.',
        {
          cause: error,
          details: retryAfter(5),
        },
      );
    }
    throw error;
  }
}
