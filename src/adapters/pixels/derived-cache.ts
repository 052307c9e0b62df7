import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../base/errors.ts';

/** Files that can be recreated: no fsync, and the oldest are deleted when the cache is over its limit. */
export interface DerivedCache {
  read(name: string): Promise<Buffer | null>;
  /** @throws AppError `storage_full` | `unavailable` */
  write(name: string, bytes: Uint8Array): Promise<void>;
}

/** The remaining share after a cache was over its limit. */
const keptShare = 0.8;

/**
 * Opens a folder whose files are in subfolders by the first two characters of their names. Its size is measured on
 * the first write, so that startup does not wait for it.
 */
export async function openDerivedCache(folder: string, maxBytes: number): Promise<DerivedCache> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pathOf = (name: string) => join(folder, name.slice(0, 2), name);
  let bytes = 0;
  let counting: Promise<void> | null = null;
  let pruning: Promise<void> | null = null;

  async function prune(): Promise<void> {
    const files = (await listFiles(folder)).sort((a, b) => a.modifiedAt - b.modifiedAt);
    bytes = files.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of files) {
      if (bytes <= maxBytes * keptShare) return;
      await rm(path, { force: true });
      bytes -= size;
    }
  }

  async function countFiles(): Promise<void> {
    bytes += (await listFiles(folder)).reduce((sum, { size }) => sum + size, 0);
  }

  return {
    read: (name) => readFile(pathOf(name)).catch(nullIfMissing),
    async write(name, content) {
      await (counting ??= countFiles());
      const temporary = `${pathOf(name)}.${randomBytes(6).toString('hex')}.tmp`;
      try {
        await mkdir(join(folder, name.slice(0, 2)), { recursive: true });
        await writeFile(temporary, content);
        await rename(temporary, pathOf(name));
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw notKept(error);
      }
      bytes += content.byteLength;
      if (bytes > maxBytes) await (pruning ??= prune().finally(() => (pruning = null)));
    },
  };
}

function notKept(cause: unknown): AppError {
  const isFull = ['ENOSPC', 'EDQUOT'].includes((cause as { code?: string }).code ?? '');
  return isFull
    ? new AppError('storage_full', 'The server has no space left to keep a smaller image.', { cause })
    : new AppError('unavailable', 'The folder of smaller images cannot be written.', { cause });
}

interface KeptFile {
  path: string;
  size: number;
  modifiedAt: number;
}

/** One subfolder after the other: a hundred thousand files at once would hold up all other requests. */
async function listFiles(folder: string): Promise<KeptFile[]> {
  const files: KeptFile[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const subfolder = join(folder, entry.name);
    const found = await Promise.all(
      (await readdir(subfolder)).map((name) => keptFile(join(subfolder, name))),
    );
    files.push(...found.flatMap((file) => file ?? []));
  }
  return files;
}

async function keptFile(path: string): Promise<KeptFile | null> {
  const found = await stat(path).catch(nullIfMissing);
  return found === null ? null : { path, size: found.size, modifiedAt: found.mtimeMs };
}

function nullIfMissing(error: unknown): null {
  if ((error as { code?: string }).code === 'ENOENT') return null;
  throw error;
}
