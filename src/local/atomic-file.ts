/** Files that are there whole or not at all: written under another name beside the target, then renamed. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { parseProcessStat } from '../base/process-stat.ts';

const temporaryName = /^\..+\.tmp-(?<pid>\d+)$/;

/**
 * Writes a file; a reader sees the old bytes or the new ones, also after a power cut.
 *
 * @throws AppError `unprocessable` when the disk is full, `invalid_argument` when it may not be written; with the path
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.tmp-${process.pid}`);
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw explainWriteError(path, error);
  }
}

/** Turns what the file system says into a sentence about the path. */
export function explainWriteError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined || error instanceof AppError) return error;
  const cause = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    // Not `storage_full`: that is a server's, and a command that fails with it says that the server refused.
    return new AppError('unprocessable', `There is no space left to write ${path}: free some space.`, cause);
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new AppError('invalid_argument', `${path} is not writable (${code}): check its owner.`, cause);
  }
  return new AppError('invalid_argument', `${path} cannot be written (${code}).`, cause);
}

/** Removes what writers left behind that were killed half-way. */
export async function removeStaleTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = temporaryName.exec(name)?.groups?.pid;
    if (pid !== undefined && !isAlive(Number(pid))) {
      await rm(join(folder, name), { force: true, recursive: true });
    }
  }
}

/** Whether a process of that id runs, whoever owns it. A zombie does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    return !parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'latin1')).hasEnded;
  } catch {
    // Not every system has /proc.
    return true;
  }
}

export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw explainWriteError(path, error);
  }
}

export function sha1Of(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex');
}
