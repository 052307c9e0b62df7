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
  /** Continues without files that are missing or damaged in the source. */
  skipDamaged: boolean;
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
 * @throws AppError `artifact_corrupt` for a file that is missing or damaged, unless these are skipped; `unavailable` |
 *   `storage_full` of the stores
 */
export async function copyFiles(
  database: WholeDatabase,
  { from, to }: { from: Pick<Blobs, 'open'>; to: Blobs },
  { skipDamaged, onProgress, signal }: CopyFilesOptions,
): Promise<CopiedFiles> {
  const { files: ofFiles, bytes: ofBytes } = await database.countFiles();
  const copied: CopiedFiles = { files: 0, bytes: 0, skipped: 0, damaged: [] };
  async function copyNext(waiting: StoredFile[]): Promise<void> {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      signal?.throwIfAborted();
      const result = await copyFile(file, from, to, skipDamaged);
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
  from: Pick<Blobs, 'open'>,
  to: Blobs,
  skipDamaged: boolean,
): Promise<'copied' | 'there' | 'damaged'> {
  // Files appear as a whole or not at all, and only checked ones are written there.
  if ((await to.stat(sha1))?.size === size) return 'there';
  try {
    const staged = await to.stage(await from.open(sha1, { size, sha256 }));
    if (staged.sha1 !== sha1) {
      await staged.discard();
      throw new AppError(
        'artifact_corrupt',
        `The stored artifact ${sha1} is damaged: its bytes have another SHA-1.`,
      );
    }
    await staged.commit();
    return 'copied';
  } catch (error) {
    const isDamaged = error instanceof AppError && error.code === 'artifact_corrupt';
    if (isDamaged && skipDamaged) return 'damaged';
    throw error;
  }
}
