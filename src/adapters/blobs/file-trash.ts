import { readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TrashEmptied } from '../../ports/blobs.ts';
import { makeFolder, nullIfMissing, syncFolder } from './files.ts';

/** Removed files, in one folder per day, so that their names alone say when they were removed. */
export interface FileTrash {
  /** Moves a file here unless it was created since `olderThan`. @returns whether it is here now */
  take(name: string, path: string, times: { olderThan: number; at: number }): Promise<boolean>;
  /** Moves a file back. @returns whether it was here */
  restore(name: string, path: string): Promise<boolean>;
  /** Permanently deletes files that came here before that time (epoch ms). */
  empty(takenBefore: number): Promise<TrashEmptied>;
}

const dayMs = 86_400_000;
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
    async empty(takenBefore) {
      const emptied = { files: 0, bytes: 0 };
      for (const day of await days()) {
        if (Date.parse(day) + dayMs > takenBefore) continue;
        for (const name of await readdir(join(folder, day))) {
          const path = join(folder, day, name);
          const found = await stat(path).catch(nullIfMissing);
          await rm(path, { force: true });
          if (found === null) continue;
          emptied.files++;
          emptied.bytes += found.size;
        }
        await rmdir(join(folder, day)).catch(() => undefined);
      }
      if (emptied.files > 0) await syncFolder(folder);
      return emptied;
    },
  };
}
