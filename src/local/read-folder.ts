/** Reads the YAML files of a folder into suites of tests, with every rule that spans tests and files. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  parseLocalConfig,
  type LocalPage,
  type LocalTestSpec,
  type WaitFor,
} from '../contract/files/local-config.ts';
import { AppError } from '../base/errors.ts';
import { fileNameKey, fileNameOf } from './file-name.ts';
import { withShots } from './shots.ts';
import { parseYaml, yamlLimits, type YamlDocument } from './yaml-document.ts';

export interface LocalTest {
  name: string;
  /** Name of the baseline, without `.png`. */
  fileName: string;
  /** `file:line:column` of the test, for messages. */
  where: string;
  run: LocalPage;
  /** What `update` captures instead of `run`; null unless the test has a `ref`. */
  ref: LocalPage | null;
  /** The `shot` step that it shows; its page is shared with the test of the last screenshot. */
  shot?: string;
}

/** One YAML file. */
export interface LocalSuite {
  /** Path as shown: relative to the current folder if the folder was given that way. */
  file: string;
  setup: string | null;
  waitFor: WaitFor | null;
  tests: LocalTest[];
}

/**
 * @param folder as the user gave it
 * @param currentFolder base of relative `file:` URLs
 * @throws AppError `not_found` if the folder does not exist or has no YAML; `config_invalid` with `file:line:column`
 */
export async function readFolder(folder: string, currentFolder: string): Promise<LocalSuite[]> {
  const absolute = resolve(currentFolder, folder);
  const entries = await readdir(absolute, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new AppError('not_found', explainFolder(folder, error.code), { cause: error });
  });
  const names = entries
    .filter((entry) => !entry.isDirectory() && /\.ya?ml$/i.test(entry.name) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort((a, b) => (a < b ? -1 : 1));
  if (names.length === 0) {
    throw new AppError(
      'not_found',
      `The folder "${folder}" has no *.yaml file. "dpxdt init ${folder}" writes a starter config.`,
    );
  }
  const suites: LocalSuite[] = [];
  for (const name of names)
    suites.push(await readSuite(join(folder, name), join(absolute, name), currentFolder));
  refuseCollisions(suites);
  return suites;
}

function explainFolder(folder: string, code: string | undefined): string {
  if (code === 'ENOTDIR') return `"${folder}" is not a folder: name the folder with the YAML files.`;
  if (code === 'EACCES') return `The folder "${folder}" is not readable by this user.`;
  return `The folder "${folder}" does not exist. "dpxdt init ${folder}" creates it with a starter config.`;
}

async function readSuite(file: string, path: string, currentFolder: string): Promise<LocalSuite> {
  const size = (
    await stat(path).catch((error: NodeJS.ErrnoException) => {
      throw new AppError('config_invalid', `${file} cannot be read (${error.code}).`, { cause: error });
    })
  ).size;
  if (size > yamlLimits.bytes) {
    throw new AppError('config_invalid', `${file} is larger than 1 MiB, the limit for a config file.`);
  }
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new AppError('config_invalid', `${file} cannot be read (${error.code}).`, { cause: error });
  });
  return parseSuite(decode(bytes, file), file, currentFolder);
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError('config_invalid', `${file} is not UTF-8 text.`, { cause: error });
  }
}

/**
 * Parses the text of one YAML file.
 *
 * @throws AppError `config_invalid`, prefixed with `file:line:column`
 */
export function parseSuite(text: string, file: string, currentFolder: string): LocalSuite {
  const document = parseYaml(text, file);
  const where = (path: readonly PropertyKey[]): string => {
    const { line, column } = document.locate(path);
    return `${file}:${line}:${column}`;
  };
  const config = parseWithPosition(document, where);
  return {
    file,
    setup: config.setup,
    waitFor: config.waitFor,
    tests: config.tests.flatMap((spec) => withShots(toTest(spec, where(spec.path), currentFolder))),
  };
}

function parseWithPosition(document: YamlDocument, where: (path: PropertyKey[]) => string) {
  try {
    return parseLocalConfig(document.value, (key) => document.isAnchored(key));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const path = error.details.path as PropertyKey[];
    throw new AppError(error.code, `${where(path)}: ${error.message}`, {
      cause: error,
      details: error.details,
    });
  }
}

function toTest(spec: LocalTestSpec, where: string, currentFolder: string): LocalTest {
  const page = ({ url, config }: LocalPage): LocalPage => ({ url: absoluteUrl(url, currentFolder), config });
  return {
    name: spec.name,
    fileName: fileNameOf(spec.name),
    where,
    run: page(spec.run),
    ref: spec.ref === null ? null : page(spec.ref),
  };
}

/** `file:pages/demo.html`, without a slash after the colon, is relative to the current folder. */
function absoluteUrl(url: string, currentFolder: string): string {
  const relative = /^file:(?!\/)(?<path>[^?#]*)(?<rest>.*)$/is.exec(url)?.groups;
  if (relative === undefined) return url;
  let path = relative.path!;
  try {
    path = decodeURI(path);
  } catch {
    // A lone "%" is part of the name.
  }
  return pathToFileURL(resolve(currentFolder, path)).href + relative.rest!;
}

function refuseCollisions(suites: readonly LocalSuite[]): void {
  const seen = new Map<string, LocalTest>();
  for (const test of suites.flatMap((suite) => suite.tests)) {
    const key = fileNameKey(test.fileName);
    const other = seen.get(key);
    if (other === undefined) {
      seen.set(key, test);
      continue;
    }
    const why =
      other.name === test.name
        ? `the name "${test.name}" is already used`
        : `"${test.name}" and "${other.name}" differ only by letter case, so both would write ${test.fileName}.png`;
    throw new AppError(
      'config_invalid',
      `${test.where}: ${why} (first at ${other.where}). Names must be unique in a folder.`,
    );
  }
}
