import { AppError } from '../../../base/errors.ts';
import { noSpaceFor } from '../../blobs/storage-errors.ts';
import { toAppError } from '../database-errors.ts';

/** As `toAppError`, but says which file there is no space for: these commands have more than one disk. */
export function problemWith(file: string, error: unknown): unknown {
  const known = toAppError(error);
  if (!(known instanceof AppError) || known.code !== 'storage_full') return known;
  return noSpaceFor(file, error);
}
