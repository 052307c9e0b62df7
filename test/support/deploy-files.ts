/** The files in `deploy/`, as tests read them. */

import { globSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const deployFolder = resolve(import.meta.dirname, '../../deploy');

export function readDeployFile(path: string): string {
  return readFileSync(join(deployFolder, path), 'utf8');
}

/** Paths below `deploy/`. */
export function deployFiles(pattern = '**/{*,.*}'): string[] {
  return globSync(pattern, { cwd: deployFolder })
    .filter((path) => statSync(join(deployFolder, path)).isFile())
    .toSorted();
}

/** The documents of a YAML file, merge keys resolved. */
export function readYaml(path: string): unknown[] {
  return parseAllDocuments(readDeployFile(path), { merge: true }).map((document) => {
    if (document.errors.length > 0) throw document.errors[0]!;
    return document.toJS() as unknown;
  });
}
