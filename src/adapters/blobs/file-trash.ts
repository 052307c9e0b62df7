import { link, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KnownDigests, TrashEmptied } from '../../ports/blobs.ts';
import { makeFolder, namesIn, nullIfMissing, syncFolder } from './files.ts';

/** Removed files, in one folder per day, so that their names alone say when they were removed. */
export interface FileTrash {
  /** Moves a file here unless it was created since `olderThan`. @returns whether it is here now */
  take(name: string, path: string, times: { olderThan: number; at: number }): Promise<boolean>;
  /** Moves a file back. @returns whether it was here */
  restore(name: string, path: string): Promise<boolean>;
  /**
   * Permanently deletes files that came here before that time (epoch ms).
   *
   * @param rescue moves back what is `known`; without it, everything is deleted
   */
  empty(
    takenBefore: number,
    rescue?: { known: KnownDigests; pathOf: (name: string) => string },
  ): Promise<TrashEmptied>;
}

const dayMs = 86_400_000;
/** Files checked at a time. */
const batch = 500;
const dayName = /^\d{4}-\d\d-\d\d$/;

/** @param folder on the same disk as the files */
export function openFileTrash(folder: string): FileTrash {
  const days = async () => {
    const names = await readdir(folder).catch(nullIfMissing);
    return (names ?? []).filter((name) => dayName.test(name)).sort();
  };
  return {
    async take(name, path, { olderThan, at }) {
      const seen = await stat(path).catch(nullIfMissing);
      if (seen === null || seen.mtimeMs >= olderThan) return false;
      const day = join(folder, new Date(at).toISOString().slice(0, 10));
      await makeFolder(day);
      const taken = join(day, name);
      if ((await rename(path, taken).catch(nullIfMissing)) === null) return false;
      // Checked again: an upload of the same bytes may have put a new file there meanwhile.
      if ((await stat(taken)).mtimeMs < olderThan) return true;
      await rename(taken, path);
      return false;
    },
    async restore(name, path) {
      await makeFolder(dirname(path));
      for (const day of (await days()).reverse()) {
        const isBack = await rename(join(folder, day, name), path).then(
          () => true,
          (error: unknown) => nullIfMissing(error) !== null,
        );
        if (isBack) return true;
      }
      return false;
    },
    async empty(takenBefore, rescue) {
      const emptied = { files: 0, bytes: 0 };
      for (const day of await days()) {
        if (Date.parse(day) + dayMs > takenBefore) continue;
        for await (const names of batchesOf(namesIn(join(folder, day)))) {
          const known = (await rescue?.known(names)) ?? new Set();
          for (const name of names) {
            const path = join(folder, day, name);
            if (known.has(name)) await moveBack(path, rescue!.pathOf(name));
            else await remove(path, emptied);
          }
        }
        await rmdir(join(folder, day)).catch(() => undefined);
      }
      if (emptied.files > 0) await syncFolder(folder);
      return emptied;
    },
  };
}

async function* batchesOf(names: AsyncIterable<string>): AsyncGenerator<string[]> {
  let some: string[] = [];
  for await (const name of names) {
    if (some.push(name) < batch) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

async function remove(path: string, emptied: TrashEmptied): Promise<void> {
  const found = await stat(path).catch(nullIfMissing);
  await rm(path, { force: true });
  if (found === null) return;
  emptied.files++;
  emptied.bytes += found.size;
}

/** Unless a newer file is there. */
async function moveBack(path: string, place: string): Promise<void> {
  await makeFolder(dirname(place));
  await link(path, place).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await syncFolder(dirname(place));
  await rm(path, { force: true });
}
