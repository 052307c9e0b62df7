import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../base/errors.ts';
import { codeOf } from './database-errors.ts';

/** Held until `release`, or until the process dies in whatever way. */
export interface FileLock {
  release(): void;
}

/**
 * Makes sure that one server works on a database file: an empty SQLite database beside it is kept locked, so the
 * operating system itself lets go when the process ends, and a stale lock cannot exist.
 *
 * @throws AppError `unavailable` when another process holds it (its details say `in_use: true`), or it cannot be made
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
