import { AppError, retryAfter } from '../../base/errors.ts';

const full = ['ENOSPC', 'EDQUOT', 'EFBIG'];
const unavailable = ['EIO', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EMFILE', 'ENFILE', 'ESTALE', 'ENOENT'];

export function isFullError(error: unknown): boolean {
  return full.includes((error as { code?: string } | null)?.code ?? '');
}

export function storageFull(cause: unknown): AppError {
  return new AppError(
    'storage_full',
    'The server has no space left to store this file. Nothing was changed.',
    { cause },
  );
}

/** For commands that write to more than one disk. */
export function noSpaceFor(file: string, cause: unknown): AppError {
  return new AppError('storage_full', `There is no space left for ${file}.`, { cause });
}

export function storageUnavailable(cause: unknown): AppError {
  return new AppError(
    'unavailable',
    'The artifact storage cannot be reached. Nothing was changed; try again.',
    { cause, details: retryAfter(5) },
  );
}

/** Turns file-system errors into those of the core. */
export async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isFullError(error)) throw storageFull(error);
    const code = (error as { code?: string } | null)?.code ?? '';
    if (unavailable.includes(code)) throw storageUnavailable(error);
    throw error;
  }
}
