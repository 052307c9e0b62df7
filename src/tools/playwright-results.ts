/** What Playwright leaves of tests that failed, and the snapshots that it was compared with. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stem, toRuns, type NamedImage } from './image-folders.ts';
import type { ImageRun } from './planned-run.ts';

/** Images below a folder that may be results. */
export interface ResultPaths {
  folder: string;
  paths: readonly string[];
  /** The folder is `test-results`, or in it. */
  areResults: boolean;
}

interface Actual {
  folder: string;
  /** Below the folder. */
  path: string;
  /** Folders of the test and of the snapshot's name, without the number of the retry. */
  folders: string[];
  /** Name of the snapshot as the test says it, without its folders. */
  label: string;
  retry: number;
  /** The snapshot as it was when the test ran; null: there was none, and the test wrote it. */
  expectedPath: string | null;
  isCertain: boolean;
}

interface Snapshot extends NamedImage {
  /** Its folders, and its file without the ending. */
  parts: string[];
  file: string;
}

function splitSnapshot(snapshot: NamedImage): Snapshot {
  const parts = stem(snapshot.path).split('/');
  const file = parts.pop()!;
  return { ...snapshot, parts, file };
}

/**
 * Every `…-actual.png` as a run with the name of the snapshot that it was compared with; where none is found, with the
 * name of the test's folder. Of several retries the last.
 */
export async function pairResults(
  places: readonly ResultPaths[],
  { folder, snapshots }: { folder: string; snapshots: readonly NamedImage[] },
): Promise<ImageRun[]> {
  const digests = new Map<string, Promise<string>>();
  const digest = (path: string): Promise<string> => {
    const known = digests.get(path) ?? digestOf(path);
    digests.set(path, known);
    return known;
  };
  const known = snapshots.map((snapshot) => splitSnapshot(snapshot));
  const taken = new Set<string>();
  const runs: ImageRun[] = [];
  for (const actual of lastRetries(places.flatMap(actualsOf))) {
    const wanted = join(actual.folder, actual.expectedPath ?? actual.path);
    let best: { name: string; score: number } | null = null;
    for (const snapshot of known) {
      const { name } = snapshot;
      const likeness = likenessOf(actual, snapshot);
      if (likeness === null || taken.has(name)) continue;
      const isEqual = (await digest(join(folder, snapshot.path))) === (await digest(wanted));
      if (!isEqual && !likeness.isPlain) continue;
      const score = (isEqual ? 10_000 : 0) + (likeness.isPlain ? 1_000 : 0) + likeness.length;
      if (best === null || score > best.score) best = { name, score };
    }
    if (best === null && !actual.isCertain) continue;
    const name = best?.name ?? nameOf(actual);
    taken.add(name);
    runs.push(...toRuns(actual.folder, [{ path: actual.path, name }]));
  }
  return runs;
}

function actualsOf({ folder, paths, areResults }: ResultPaths): Actual[] {
  const all = new Set(paths);
  return paths.flatMap((path): Actual[] => {
    const found = /^(?:(.*)\/)?([^/]+)-actual\.(\w+)$/.exec(path);
    if (found === null) return [];
    const [, above = '', label = '', ending = ''] = found;
    const expected = [above, `${label}-expected.${ending}`].filter((part) => part !== '').join('/');
    const parts = above === '' ? [] : above.split('/');
    const retry = Math.max(0, ...parts.map((part) => Number(/-retry(\d+)/.exec(part)?.[1] ?? 0)));
    const hasExpected = all.has(expected);
    return [
      {
        folder,
        path,
        folders: parts.map((part) => part.replace(/-retry\d+(?=$|-repeat\d+$)/, '')),
        label,
        retry,
        expectedPath: hasExpected ? expected : null,
        isCertain: hasExpected || areResults || parts.includes('test-results'),
      },
    ];
  });
}

function lastRetries(actuals: readonly Actual[]): Actual[] {
  const last = new Map<string, Actual>();
  for (const actual of actuals) {
    const key = JSON.stringify([actual.folder, nameOf(actual)]);
    const known = last.get(key);
    if (known === undefined || known.retry < actual.retry) last.set(key, actual);
  }
  return [...last.values()];
}

function nameOf({ folders, label }: Actual): string {
  const below = folders.slice(folders.lastIndexOf('test-results') + 1);
  return [...below, label].join('/');
}

/**
 * How much the names say that a snapshot is the one: `isPlain` where they say it alone, by the test's file and by
 * project and platform as Playwright puts them behind the name.
 */
function likenessOf(actual: Actual, { file, parts }: Snapshot): { isPlain: boolean; length: number } | null {
  if (!file.startsWith(actual.label)) return null;
  const rest = file.slice(actual.label.length);
  if (rest !== '' && !rest.startsWith('-')) return null;
  // Folders of the snapshot's own name, such as `deep` of `['deep', 'cart.png']`, stand below the test's folder.
  let inner = 0;
  while (inner < parts.length && parts.at(-1 - inner) === actual.folders.at(-1 - inner)) inner++;
  const testFolder = actual.folders.at(-1 - inner) ?? '';
  const length = lengthOfFile(testFolder, parts.slice(0, parts.length - inner));
  const project = rest.slice(1).replace(/(^|-)(linux|darwin|win32)$/, '');
  const isOfProject = project === '' || testFolder.replace(/-repeat\d+$/, '').endsWith(`-${project}`);
  return { isPlain: isOfProject && length > 0, length: length + 2 * inner };
}

/** How much of the path of the test's file the folder of its results begins with: `e2e/shop.spec.ts` is `e2e-shop-…`. */
function lengthOfFile(testFolder: string, parts: readonly string[]): number {
  const file = parts.findLastIndex((part) => /\.(spec|test)\.\w+(-snapshots)?$/.test(part));
  if (file === -1) return 0;
  const words = parts
    .slice(0, file + 1)
    .map((part) => part.replace(/\.(spec|test)\.\w+(-snapshots)?$/, ''))
    .filter((part) => part !== '__screenshots__');
  for (let from = 0; from < words.length; from++) {
    const beginning = words.slice(from).join('-');
    if (testFolder.startsWith(`${beginning}-`)) return beginning.length;
  }
  return 0;
}

async function digestOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch(() => null);
  // What cannot be read is equal to nothing; sending it says why.
  return bytes === null ? `unreadable ${path}` : createHash('sha256').update(bytes).digest('hex');
}
