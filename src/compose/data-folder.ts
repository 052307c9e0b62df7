import { access, chmod, constants, mkdir, stat } from 'node:fs/promises';
import { AppError } from '../base/errors.ts';
import type { Logger } from '../ports/logger.ts';

const othersMode = 0o077;
/** Of folders like /tmp, which are everybody's on purpose. */
const stickyMode = 0o1000;

/**
 * Makes the data folder where it is missing, and takes it away from everybody else on the machine: it holds images of
 * pages that are not public, and secrets. Where that cannot be, it says so in the log.
 *
 * @throws AppError `invalid_argument` when it cannot be used
 */
export async function openDataFolder(path: string, logger: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  await makeFolder(path);
  const { mode } = await stat(path);
  if ((mode & othersMode) === 0) return;
  const isShared = (mode & stickyMode) !== 0;
  const isPrivate = !isShared && (await makePrivate(path, mode));
  const was = (mode & 0o7777).toString(8).padStart(4, '0');
  if (isPrivate) {
    logger.info('The data folder was open to other users of this machine; it is private now.', { path, was });
  } else {
    logger.warn(
      `Other users of this machine can read the data folder ${path} (mode ${was}): make it private with "chmod 700 ${path}", or give another one with --data-dir.`,
    );
  }
}

/** @returns whether it is; some file systems take a mode and keep another one */
async function makePrivate(path: string, mode: number): Promise<boolean> {
  try {
    await chmod(path, mode & 0o7777 & ~othersMode);
    return ((await stat(path)).mode & othersMode) === 0;
  } catch {
    return false;
  }
}

/** @throws AppError `invalid_argument` when it can be neither made nor written */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError(
      'invalid_argument',
      `The data folder cannot be used: ${path} cannot be made (${code}). Give another one with --data-dir.`,
      { cause: error },
    );
  }
  try {
    await access(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new AppError(
      'invalid_argument',
      `The data folder cannot be used: ${path} may not be written. Check its owner, or give another one with --data-dir.`,
      { cause: error },
    );
  }
}
