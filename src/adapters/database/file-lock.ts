import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../base/errors.ts';
import { codeOf } from './database-errors.ts';
import { spaceProblem } from './full-disk.ts';

/** Held until `release`, or until the process ends for whatever reason. */
export interface FileLock {
  release(): void;
}

/**
 * Ensures that only one server uses a database file by keeping an empty SQLite database next to it locked. The
 * operating system releases the lock when the process ends, so it cannot become stale.
 *
 * @throws AppError `unavailable` if another process holds it (details: `in_use: true`), or it cannot be created;
 *   `storage_full`
 */
export function lockFile(databaseFile: string): FileLock {
  const path = `${databaseFile}.lock`;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(path);
    lock.exec('begin exclusive');
  } catch (error) {
    lock?.close();
    if (codeOf(error).startsWith('SQLITE_BUSY')) {
      throw new AppError(
        'unavailable',
        `Another dpxdt server is already using ${databaseFile}. Stop it first, or use another --data-dir.`,
        { cause: error, details: { in_use: true } },
      );
    }
    const full = spaceProblem(path, error);
    if (full !== null) throw full;
    throw new AppError('unavailable', `${path} cannot be opened: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  const held = lock;
  return {
    release() {
      if (held.isOpen) held.close();
    },
  };
}
