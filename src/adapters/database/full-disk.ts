import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { noSpaceFor } from '../blobs/storage-errors.ts';
import { codeOf, toAppError } from './database-errors.ts';

/** What SQLite needs beside a database to open it: the index of its log, whose failure is an I/O error like any other. */
const leastBytes = 64 * 1024;

/** As `toAppError`, but says which file there is no space for: commands have more than one disk. */
export function problemWith(file: string, error: unknown): unknown {
  return spaceProblem(file, error) ?? toAppError(error);
}

/** Null: another failure than that of a full disk. */
export function spaceProblem(file: string, error: unknown): AppError | null {
  const known = toAppError(error);
  const isFull = known instanceof AppError && known.code === 'storage_full';
  return isFull || (codeOf(error).startsWith('SQLITE_IOERR') && hasNoSpace(file))
    ? noSpaceFor(file, error)
    : null;
}

function hasNoSpace(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < leastBytes;
  } catch {
    return false;
  }
}
