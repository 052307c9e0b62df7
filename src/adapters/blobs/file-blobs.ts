import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { Blobs, StagedBlob, TrashEmptied } from '../../ports/blobs.ts';
import type { Logger } from '../../ports/logger.ts';
import { openFileTrash } from './file-trash.ts';
import {
  makeFolder,
  namesIn,
  nullIfMissing,
  readIfThere,
  removeOlder,
  syncFolder,
  writeWhole,
} from './files.ts';
import { attempt, isFullError } from './storage-errors.ts';
import {
  checkBytes,
  checkSha1,
  checkSize,
  corrupt,
  once,
  verifiedStream,
  verifyFirstBytes,
} from './verified.ts';

const chunkBytes = 256 * 1024;
/** A disk that accepts this many bytes is no longer full. */
const probeBytes = 1024 * 1024;

/**
 * Blobs as files `<folder>/ab/<sha1>`. A blob is written to `<folder>/tmp`, synced, renamed, and its folder synced: it
 * exists whole or not at all. `<folder>/trash` holds removed blobs, `<folder>/store.json` says whose blobs these are.
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
    checkSha1(sha1);
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
    placeSetting: '--data-dir',
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
      checkSize(found.size, { sha1, size: expected.size });
      const verified = { sha1, sha256: expected.sha256 };
      if (found.size > verifyFirstBytes) {
        const content = createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
        return verifiedStream(content, verified);
      }
      const bytes = await attempt(() => readFile(path));
      checkBytes(bytes, verified);
      return once(bytes);
    },
    delete: (sha1) => attempt(() => rm(pathOf(sha1), { force: true })),
    trash: (sha1, times) => attempt(() => trash.take(sha1, pathOf(sha1), times)),
    emptyTrash: (trashedBefore, known) => attempt(() => trash.empty(trashedBefore, { known, pathOf })),
    readLabel: () => attempt(() => readIfThere(labelFile)),
    writeLabel: (text, mode) => noteSpace(attempt(() => writeWhole(labelFile, text, { mode, temporary }))),
    now: () => attempt(() => timeOf(temporary)),
    async *list() {
      for (const prefix of await readdir(folder)) {
        if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
        for await (const sha1 of namesIn(join(folder, prefix))) {
          const found = await stat(join(folder, prefix, sha1)).catch(nullIfMissing);
          if (found !== null) yield { sha1, size: found.size, modifiedAt: found.mtimeMs };
        }
      }
    },
    async health() {
      if (isFull) isFull = !(await hasSpace(temporary));
      return isFull ? 'degraded' : 'ok';
    },
    sweep: (olderThan) => removeOlder(temporary, olderThan),
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

/** @param makeRoom called when the disk is full; if it frees space, writing continues */
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
