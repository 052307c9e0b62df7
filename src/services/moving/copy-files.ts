import { AppError } from '../../base/errors.ts';
import type { Blobs } from '../../ports/blobs.ts';
import type { StoredFile, WholeDatabase } from '../../ports/whole-database.ts';
import type { CopyProgress } from './copy-progress.ts';

export interface CopiedFiles {
  /** All that the artifacts name. */
  files: number;
  bytes: number;
  /** Those that were there already. */
  skipped: number;
  /** Digests of those that are missing or damaged in the source. */
  damaged: string[];
}

export interface CopyFilesOptions {
  /** Which files may be missing or damaged in the source; they are left out. */
  mayBeDamaged: (sha1: string) => boolean;
  onProgress?: (progress: CopyProgress) => void;
  signal?: AbortSignal | undefined;
}

const batch = 200;
/** Files copied at a time: a bucket answers late. */
const atOnce = 8;

/**
 * Copies the files of all artifacts of a database that are not there yet. Each is checked while it is read, and hashed
 * again while it is written.
 *
 * @throws AppError `artifact_corrupt` for a file that is missing or damaged, unless it may be; `unavailable` |
 *   `storage_full` of the stores
 */
export async function copyFiles(
  database: WholeDatabase,
  { from, to }: { from: Pick<Blobs, 'open' | 'place'>; to: Blobs },
  { mayBeDamaged, onProgress, signal }: CopyFilesOptions,
): Promise<CopiedFiles> {
  const { files: ofFiles, bytes: ofBytes } = await database.countFiles();
  const copied: CopiedFiles = { files: 0, bytes: 0, skipped: 0, damaged: [] };
  const there = await sizesOf(to);
  async function copyNext(waiting: StoredFile[]): Promise<void> {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      signal?.throwIfAborted();
      // Files appear as a whole or not at all, and only checked ones are written there.
      const isThere = there.get(file.sha1) === file.size;
      const result = isThere ? 'there' : await copyFile(file, from, to, mayBeDamaged);
      copied.files++;
      copied.bytes += file.size;
      if (result === 'there') copied.skipped++;
      if (result === 'damaged') copied.damaged.push(file.sha1);
      onProgress?.({
        step: 'copy_files',
        done: copied.files,
        of: ofFiles,
        bytes: { done: copied.bytes, of: ofBytes },
      });
    }
  }
  for await (const files of filesOf(database)) {
    const waiting = [...files];
    // All have ended before an error is reported, so that nothing is written afterwards.
    const results = await Promise.allSettled(Array.from({ length: atOnce }, () => copyNext(waiting)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
  return copied;
}

/** What is there already: a bucket lists a thousand files as fast as it looks for one. About 100 bytes a file. */
async function sizesOf(blobs: Blobs): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for await (const { sha1, size } of blobs.list()) sizes.set(sha1, size);
  return sizes;
}

/** In batches, by digest. */
async function* filesOf(database: WholeDatabase): AsyncGenerator<readonly StoredFile[]> {
  for (let after = ''; ;) {
    const files = await database.filesAfter(after, batch);
    if (files.length === 0) return;
    yield files;
    after = files.at(-1)!.sha1;
  }
}

async function copyFile(
  { sha1, sha256, size }: StoredFile,
  from: Pick<Blobs, 'open' | 'place'>,
  to: Blobs,
  mayBeDamaged: CopyFilesOptions['mayBeDamaged'],
): Promise<'copied' | 'damaged'> {
  try {
    const bytes = await from.open(sha1, { size, sha256 }).catch(namePlace(from.place));
    const staged = await to.stage(bytes).catch(namePlace(to.place));
    if (staged.sha1 !== sha1) {
      await staged.discard();
      throw new AppError(
        'artifact_corrupt',
        `The stored artifact ${sha1} is damaged: its bytes have another SHA-1.`,
      );
    }
    await staged.commit().catch(namePlace(to.place));
    return 'copied';
  } catch (error) {
    const isDamaged = error instanceof AppError && error.code === 'artifact_corrupt';
    if (isDamaged && mayBeDamaged(sha1)) return 'damaged';
    throw error;
  }
}

/** Two stores are in use: an error of one says which. */
function namePlace(place: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof AppError)) throw error;
    const { code, details } = error;
    const problem =
      code === 'storage_full'
        ? `There is no space left in ${place}.`
        : code === 'unavailable'
          ? `The artifacts in ${place} cannot be reached.`
          : null;
    throw problem === null ? error : new AppError(code, problem, { cause: error, details });
  };
}

/**
 * Looks for files that are missing or damaged.
 *
 * @param depth `sizes` looks at each file, `bytes` reads it
 * @returns their digests
 */
export async function checkFiles(
  database: WholeDatabase,
  blobs: Pick<Blobs, 'stat' | 'open'>,
  depth: 'sizes' | 'bytes',
  { onProgress, signal }: Pick<CopyFilesOptions, 'onProgress' | 'signal'>,
): Promise<string[]> {
  const { files: of, bytes: ofBytes } = await database.countFiles();
  const damaged: string[] = [];
  let [done, bytes] = [0, 0];
  for await (const files of filesOf(database)) {
    for (const file of files) {
      signal?.throwIfAborted();
      const isWhole = depth === 'bytes' ? await isReadable(blobs, file) : await hasSize(blobs, file);
      if (!isWhole) damaged.push(file.sha1);
      bytes += file.size;
      onProgress?.({ step: 'check_files', done: ++done, of, bytes: { done: bytes, of: ofBytes } });
    }
  }
  return damaged;
}

async function hasSize(blobs: Pick<Blobs, 'stat'>, { sha1, size }: StoredFile): Promise<boolean> {
  return (await blobs.stat(sha1))?.size === size;
}

async function isReadable(blobs: Pick<Blobs, 'open'>, file: StoredFile): Promise<boolean> {
  try {
    for await (const chunk of await blobs.open(file.sha1, file)) void chunk;
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'artifact_corrupt') return false;
    throw error;
  }
}
