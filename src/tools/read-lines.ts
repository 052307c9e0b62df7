import { readFile } from 'node:fs/promises';
import { AppError } from '../base/errors.ts';

/** Bytes of a list that a person or a script wrote. */
const maxBytes = 4_194_304;

export interface Line {
  text: string;
  /** `file:line`, for messages. */
  where: string;
}

/**
 * The lines of a text file without blank ones and those that begin with `#`.
 *
 * @throws AppError `config_invalid`
 */
export async function readLines(path: string, name: string): Promise<Line[]> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new AppError('config_invalid', `"${name}" cannot be read (${error.code}).`, { cause: error });
  });
  if (bytes.length > maxBytes) {
    throw new AppError('config_invalid', `"${name}" is larger than 4 MiB, the limit for a list.`);
  }
  return bytes
    .toString('utf8')
    .split(/\r?\n/)
    .map((text, index) => ({ text: text.trim(), where: `${name}:${index + 1}` }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
}
