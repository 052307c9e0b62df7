/** Files that exist whole or not at all, even after a power failure. */

import { randomBytes } from 'node:crypto';
import { link, mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The folder's entry must survive too, so its parent is synced if the folder is new. */
export async function makeFolder(path: string): Promise<void> {
  const isNew = (await mkdir(path, { recursive: true })) !== undefined;
  if (isNew) await syncFolder(dirname(path));
}

export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function readIfThere(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(nullIfMissing);
}

/** `new` leaves an existing file unchanged. `temporary` is a folder on the same disk. */
export async function writeWhole(
  path: string,
  text: string,
  { mode, temporary }: { mode: 'new' | 'replace'; temporary: string },
): Promise<void> {
  const draft = join(temporary, randomBytes(12).toString('hex'));
  const file = await open(draft, 'wx', 0o600);
  try {
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode === 'replace') await rename(draft, path);
    else {
      await link(draft, path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
    await syncFolder(dirname(path));
  } finally {
    await rm(draft, { force: true });
  }
}

export function nullIfMissing(error: unknown): null {
  if ((error as { code?: string }).code === 'ENOENT') return null;
  throw error;
}

const namesAtOnce = 500;

/** The names in a folder, few at a time: a million of them at once would hold up all other requests. */
export async function* namesIn(folder: string): AsyncGenerator<string> {
  for await (const { name } of await opendir(folder, { bufferSize: namesAtOnce })) yield name;
}

/** Removes files last changed before that time (epoch ms). @returns how many */
export async function removeOlder(folder: string, olderThan: number): Promise<number> {
  let removed = 0;
  for await (const name of namesIn(folder)) {
    const found = await stat(join(folder, name)).catch(nullIfMissing);
    if (found === null || found.mtimeMs >= olderThan) continue;
    await rm(join(folder, name), { force: true });
    removed++;
  }
  return removed;
}
