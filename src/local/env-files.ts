/** The environment of a run: files that `--env-file` names, beneath the variables of the process. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { AppError } from '../base/errors.ts';

const limitBytes = 1_048_576;

/**
 * The variables of the files, a later file before an earlier one, and over them those of the process.
 *
 * @param files as the user gave them, in the notation of Node's own `--env-file`
 * @throws AppError `invalid_argument` for a file that cannot be read
 */
export async function readEnvFiles(
  files: readonly string[],
  currentFolder: string,
  env: NodeJS.ProcessEnv,
): Promise<NodeJS.ProcessEnv> {
  const all: NodeJS.ProcessEnv = {};
  for (const file of files) {
    const text = await readFile(resolve(currentFolder, file), 'utf8').catch(
      (error: NodeJS.ErrnoException) => {
        const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`;
        throw new AppError('invalid_argument', `The file "${file}" of --env-file ${why}.`, { cause: error });
      },
    );
    if (text.length > limitBytes) {
      throw new AppError('invalid_argument', `The file "${file}" of --env-file is larger than 1 MiB.`);
    }
    Object.assign(all, parseEnv(text));
  }
  return { ...all, ...env };
}
