import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { TestsDocument } from '../../contract/files/tests-file.ts';
import { parseYaml } from '../../local/yaml-document.ts';

/**
 * Reads a test file as YAML 1.2, which includes JSON (also with trailing commas).
 *
 * @throws AppError `config_invalid`
 */
export async function readTestsDocument(file: string, currentFolder: string): Promise<TestsDocument> {
  const text = await readFile(resolve(currentFolder, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`;
    throw new AppError('config_invalid', `The test file "${file}" ${why}.`, { cause: error });
  });
  return parseYaml(text, file);
}
