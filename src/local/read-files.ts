/** Reads the YAML files of a folder into suites of tests, with every rule that spans tests and files. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  parseLocalConfig,
  type LocalConfig,
  type LocalPage,
  type LocalSource,
  type LocalTestSpec,
  type BaselineRule,
  type ScriptShell,
  type WaitFor,
} from '../contract/files/local-config.ts';
import type { Mistake } from '../contract/files/local/mistakes.ts';
import { AppError } from '../base/errors.ts';
import { fileNameKey, fileNameOf, platformFileName } from './file-name.ts';
import { withShots } from './shots.ts';
import { parseYaml, refuseAll, shownMistakes, yamlLimits, type YamlDocument } from './yaml-document.ts';

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
  tags: readonly string[];
}

/** What a command captures for a test. */
export function pageOf({ run, ref }: LocalTest, command: 'test' | 'update'): LocalPage {
  return command === 'update' && ref !== null ? ref : run;
}

/** The file of a test's baseline, in the folder of the tests. */
export function baselineName({ fileName }: Pick<LocalTest, 'fileName'>): string {
  return `${fileName}.png`;
}

/** One YAML file. */
export interface LocalSuite {
  /** Path as shown: relative to the current folder if the folder was given that way. */
  file: string;
  setup: string | null;
  shell: ScriptShell | null;
  waitFor: WaitFor | null;
  tests: LocalTest[];
  baselineRule: BaselineRule;
  /** Whose pages become tests. */
  sources: (LocalSource & { where: string })[];
  /** What the file may not mean as it is written, each with `file:line:column`. */
  hints: string[];
}

/** What the files are read with. */
export interface ReadingOptions {
  /** Base of relative `file:` URLs and of paths. */
  currentFolder: string;
  /** For `${NAME}`. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Instead of each file's `baseUrl`; null: the file's. */
  baseUrl: string | null;
  /** Instead of each file's `references`; null: the file's. */
  baselineRule?: BaselineRule | null;
}

/** The files that a call names. */
export interface LocalFiles {
  /** The folder that they are in, and the baselines. */
  folder: string;
  /** All files of the folder, or those that were named. */
  isWholeFolder: boolean;
  suites: LocalSuite[];
}

/**
 * @param paths a folder, or YAML files of one folder, as the user gave them
 * @throws AppError `not_found` if one does not exist or a folder has no YAML; `invalid_argument` if they are of several
 *   folders; `config_invalid` with a line for each mistake of all files, each with `file:line:column`
 */
export async function readFiles(paths: readonly string[], options: ReadingOptions): Promise<LocalFiles> {
  const { folder, names, isWholeFolder } = await chooseFiles(paths, options.currentFolder);
  const suites: LocalSuite[] = [];
  const refusals: AppError[] = [];
  for (const name of names) {
    const file = join(folder, name);
    try {
      suites.push(await readSuite(file, resolve(options.currentFolder, file), options));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      refusals.push(error);
    }
  }
  if (refusals.length === 1) throw refusals[0]!;
  if (refusals.length > 1) {
    throw new AppError('config_invalid', refusals.map(({ message }) => message).join('\n'));
  }
  refuseCollisions(suites);
  return { folder, isWholeFolder, suites };
}

async function chooseFiles(
  paths: readonly string[],
  currentFolder: string,
): Promise<{ folder: string; names: string[]; isWholeFolder: boolean }> {
  const folders = new Map<string, string>();
  const chosen = new Set<string>();
  let isWholeFolder = false;
  for (const path of paths) {
    const absolute = resolve(currentFolder, path);
    const isFile = await stat(absolute).then(
      (found) => !found.isDirectory(),
      (error: NodeJS.ErrnoException) => {
        throw new AppError('not_found', explainMissing(path, error.code), { cause: error });
      },
    );
    if (isFile && !isYaml(path)) {
      throw new AppError(
        'not_found',
        `"${path}" is neither a folder nor a *.yaml file: name the folder with the YAML files, or some of them.`,
      );
    }
    folders.set(isFile ? dirname(absolute) : absolute, isFile ? dirname(path) : path);
    if (isFile) chosen.add(basename(absolute));
    else isWholeFolder = true;
  }
  const [folder, ...others] = folders.values();
  if (others.length > 0) {
    throw new AppError(
      'invalid_argument',
      `The files are of several folders ("${folder!}", "${others[0]!}"): call once per folder, since each has its own baselines.`,
    );
  }
  const names = isWholeFolder ? await listFiles(folder!, currentFolder) : [...chosen].sort();
  return { folder: folder!, names, isWholeFolder };
}

async function listFiles(folder: string, currentFolder: string): Promise<string[]> {
  const entries = await readdir(resolve(currentFolder, folder), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new AppError('not_found', explainMissing(folder, error.code), { cause: error });
    },
  );
  const names = entries
    .filter((entry) => !entry.isDirectory() && isYaml(entry.name) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort((a, b) => (a < b ? -1 : 1));
  if (names.length === 0) {
    throw new AppError(
      'not_found',
      `The folder "${folder}" has no *.yaml file. "dpxdt init ${folder}" writes a starter config.`,
    );
  }
  return names;
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

function explainMissing(path: string, code: string | undefined): string {
  if (code === 'ENOTDIR') return `"${path}" does not exist: a part of it is not a folder.`;
  if (code === 'EACCES') return `"${path}" is not readable by this user.`;
  if (isYaml(path)) return `The file "${path}" does not exist.`;
  return `The folder "${path}" does not exist. "dpxdt init ${path}" creates it with a starter config.`;
}

async function readSuite(file: string, path: string, options: ReadingOptions): Promise<LocalSuite> {
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
  return parseSuite(decode(bytes, file), file, options);
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
 * @throws AppError `config_invalid`: a line for each mistake, prefixed with `file:line:column`
 */
export function parseSuite(text: string, file: string, options: ReadingOptions): LocalSuite {
  const document = parseYaml(text, file, true);
  const where = (path: readonly PropertyKey[]): string => {
    const { line, column } = document.locate(path);
    return `${file}:${line}:${column}`;
  };
  const config = parseWithPositions(document, file, where, options);
  const baselineRule = options.baselineRule ?? config.baselineRule ?? 'shared';
  return {
    file,
    setup: config.setup,
    shell: config.shell,
    waitFor: config.waitFor,
    tests: config.tests.flatMap((spec) =>
      toTests(spec, where(spec.path), options.currentFolder, baselineRule),
    ),
    baselineRule,
    sources: config.sources.map((source) => ({ ...source, where: where(source.path) })),
    hints: config.hints.map(({ path, message }) => `${where(path)}: ${message}`),
  };
}

function parseWithPositions(
  document: YamlDocument,
  file: string,
  where: (path: readonly PropertyKey[]) => string,
  { currentFolder, environment, baseUrl }: ReadingOptions,
): LocalConfig {
  let config: LocalConfig | null = null;
  let mistakes: Mistake[] = [];
  try {
    config = parseLocalConfig(document.value, {
      isShared: (key) => document.isAnchored(key),
      environment,
      baseUrl,
      resolveFile: (url) => absoluteUrl(url, currentFolder),
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    mistakes = error.details.mistakes as Mistake[];
  }
  const all = [
    ...document.repeatedKeys,
    ...mistakes.map(({ path, message, earlier }) => ({
      at: document.locate(path),
      message: earlier === undefined ? message : `${message} ${firstAt(where(earlier))}`,
    })),
  ];
  if (all.length > 0) refuseAll(file, all);
  return config!;
}

/** The end of a sentence about a name that is already used. */
function firstAt(where: string): string {
  return `(first at ${where}). Names must be unique in a folder.`;
}

/** The test of a specification, at its place in the file, after the tests of its shots. */
export function toTests(
  spec: LocalTestSpec,
  where: string,
  currentFolder: string,
  baselineRule: BaselineRule,
): LocalTest[] {
  const page = ({ url, config }: LocalPage): LocalPage => ({ url: absoluteUrl(url, currentFolder), config });
  const browser = spec.run.config.browser ?? 'chromium';
  const fileNameFor = (name: string): string =>
    baselineRule === 'shared' ? fileNameOf(name) : platformFileName(fileNameOf(name), browser);
  const test = {
    name: spec.name,
    fileName: fileNameFor(spec.name),
    where,
    tags: spec.tags,
    run: page(spec.run),
    ref: spec.ref === null ? null : page(spec.ref),
  };
  return withShots(test, fileNameFor);
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
  const collisions: string[] = [];
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
        : `"${test.name}" and "${other.name}" differ only by letter case, so both would write ${baselineName(test)}`;
    collisions.push(`${test.where}: ${why} ${firstAt(other.where)}`);
  }
  if (collisions.length > 0) throw new AppError('config_invalid', listed(collisions));
}

/** At most 50 lines, and how many more there are. */
function listed(lines: readonly string[]): string {
  const more = lines.length - shownMistakes;
  return more > 0
    ? [...lines.slice(0, shownMistakes), `And ${more} more of the kind.`].join('\n')
    : lines.join('\n');
}
