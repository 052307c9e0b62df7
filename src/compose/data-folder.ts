import { statSync } from 'node:fs';
import { access, chmod, constants, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeFolders } from '../adapters/blobs/make-folders.ts';
import { AppError } from '../base/errors.ts';
import type { Logger } from '../ports/logger.ts';

/** The database of a server without PostgreSQL. */
export function sqliteFileIn(dataFolder: string): string {
  return join(dataFolder, 'dpxdt.sqlite');
}

/** Folders for what may be lost, which servers empty. */
export function cacheFoldersIn(cacheFolder: string) {
  return {
    /** Images made of others, such as thumbnails. */
    derived: join(cacheFolder, 'derived'),
    /** Artifacts on their way to a bucket. */
    spool: join(cacheFolder, 'spool'),
    /** Uploads that wait for their parameters. */
    uploads: join(cacheFolder, 'tmp'),
  };
}

const othersMode = 0o077;
/** The sticky bit of shared folders such as /tmp. */
const stickyMode = 0o1000;

/**
 * Creates the data folder if missing, and makes it private to this user: it holds images of
 * private pages, and secrets. Logs a warning if that fails.
 *
 * @throws AppError `invalid_argument` when it cannot be used
 */
export async function openDataFolder(
  path: string,
  logger: Pick<Logger, 'info' | 'warn'>,
  setting = '--data-dir',
): Promise<void> {
  await makeFolder(path, setting);
  const { mode } = await stat(path);
  if ((mode & othersMode) === 0) return;
  const isShared = (mode & stickyMode) !== 0;
  const isPrivate = !isShared && (await makePrivate(path, mode));
  const was = (mode & 0o7777).toString(8).padStart(4, '0');
  if (isPrivate) {
    logger.info('The data folder was readable by other users of this machine; it is now private.', {
      path,
      was,
    });
  } else {
    logger.warn(
      `Other users of this machine can read the data folder ${path} (mode ${was}): make it private with "chmod 700 ${path}", or choose another folder with ${setting}.`,
    );
  }
}

/** @returns whether it is private now; some file systems ignore modes */
async function makePrivate(path: string, mode: number): Promise<boolean> {
  try {
    await chmod(path, mode & 0o7777 & ~othersMode);
    return ((await stat(path)).mode & othersMode) === 0;
  } catch {
    return false;
  }
}

/**
 * Where a folder is to be, or is already.
 *
 * @throws AppError `invalid_argument` when it is or lies in something else, such as a file
 */
export function refuseFile(path: string, help: string): void {
  let at = resolve(path);
  try {
    let found = statSync(at, { throwIfNoEntry: false });
    while (found === undefined) found = statSync((at = dirname(at)), { throwIfNoEntry: false });
    if (found.isDirectory()) return;
  } catch {
    // Hidden from this user: that shows when it is created.
    return;
  }
  throw new AppError('invalid_argument', `${at} is not a folder. ${help}`);
}

/**
 * Whether a data folder has a database with content.
 *
 * @throws AppError `invalid_argument` where this user may not look
 */
export function hasSqlite(dataFolder: string): boolean {
  try {
    return (statSync(sqliteFileIn(dataFolder), { throwIfNoEntry: false })?.size ?? 0) > 0;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError(
      'invalid_argument',
      `The data folder ${dataFolder} cannot be read (${code}): run this as the user of the server.`,
      { cause: error },
    );
  }
}

/** @throws AppError `invalid_argument` when it cannot be created or written */
export async function makeFolder(path: string, setting = '--data-dir'): Promise<void> {
  refuseFile(path, `Choose another folder with ${setting}.`);
  try {
    await makeFolders(resolve(path), 0o700);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError(
      'invalid_argument',
      `The data folder cannot be used: ${path} cannot be created (${code}). Choose another folder with ${setting}.`,
      { cause: error },
    );
  }
  try {
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new AppError(
      'invalid_argument',
      `The data folder cannot be used: ${path} is not writable. Check its owner, or choose another folder with ${setting}.`,
      { cause: error },
    );
  }
}
