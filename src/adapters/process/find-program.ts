/** Where programs are. */

import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Every path that programs of these file names may have in `PATH`, all of the first name before those of the second. */
export function pathsInPath(
  fileNames: readonly string[],
  { PATH = '' }: Readonly<NodeJS.ProcessEnv> = process.env,
): string[] {
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  return fileNames.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/** The file name of a command on this platform. */
export function programFile(command: string): string {
  return process.platform === 'win32' ? `${command}.exe` : command;
}

/** The path of a command; null if it is not in `PATH`. */
export async function findInPath(
  command: string,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<string | null> {
  for (const path of pathsInPath([programFile(command)], env)) if (await isExecutable(path)) return path;
  return null;
}
