/** Folders in which test runners keep the images that they compare with, and what they leave of a test that failed. */

import { stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { listImages, namedByPath, stem, toRuns, type ImageFolder, type NamedImage } from './image-folders.ts';
import { pairResults } from './playwright-results.ts';
import type { ImageRun } from './planned-run.ts';

/** Folders in which Playwright and its relatives keep expected images. */
const snapshotFolder = /^(.*-snapshots|__screenshots__|__image_snapshots__)$/;
const resultsFolder = 'test-results';
const attachmentsFolder = '.vitest-attachments';

/**
 * Playwright's snapshots below a folder, wherever they lie: `shop.spec.ts-snapshots/home-1-chromium-linux.png` is
 * `shop.spec.ts/home-1-chromium-linux`. Where a test has failed, what it rendered takes the snapshot's place, from
 * `test-results` below the folder or beside it. The same for `jest-image-snapshot`.
 */
export async function readPlaywrightFolder(folder: string): Promise<ImageFolder> {
  const paths = await listImages(folder);
  const snapshots = snapshotsOf(folder, paths);
  const beside = await findBeside(folder, resultsFolder);
  const besidePaths = beside === null ? [] : await listImages(beside);
  const rendered = await pairResults(
    [
      { folder, paths: paths.filter((path) => !isInSnapshotFolder(path)), areResults: isResults(folder) },
      ...(beside === null ? [] : [{ folder: beside, paths: besidePaths, areResults: true }]),
    ],
    { folder, snapshots },
  );
  const received = receivedByJest(folder, paths);
  const runs = [...rendered, ...toRuns(folder, received)];
  return {
    folders: [folder, ...(beside === null ? [] : [beside])],
    runs,
    baselines: withoutNamesOf(runs, toRuns(folder, snapshots)),
    warnings: [],
  };
}

/**
 * Vitest's reference screenshots below a folder: `__screenshots__/a.test.ts/home-chromium-linux.png` is
 * `a.test.ts/home-chromium-linux`. Where a test has failed, `.vitest-attachments` has what it rendered.
 */
export async function readVitestFolder(folder: string): Promise<ImageFolder> {
  const paths = await listImages(folder, attachmentsFolder);
  const isAttachment = (path: string) => path.split('/').includes(attachmentsFolder);
  const snapshots = snapshotsOf(
    folder,
    paths.filter((path) => !isAttachment(path)),
  );
  const beside = await findBeside(folder, attachmentsFolder);
  const names = new Set(snapshots.map(({ name }) => name));
  const runs = toRuns(
    folder,
    paths.filter(isAttachment).flatMap((path) => actualOfVitest(path, names)),
  );
  if (beside !== null) {
    const below = `${relative(dirname(beside), resolve(folder)).replaceAll('\\', '/')}/`;
    const found = (await listImages(beside))
      .filter((path) => path.startsWith(below))
      .flatMap((path) =>
        actualOfVitest(`${attachmentsFolder}/${path.slice(below.length)}`, names).map(({ name }) => ({
          path,
          name,
        })),
      );
    runs.push(...toRuns(beside, found));
  }
  return {
    folders: [folder, ...(beside === null ? [] : [beside])],
    runs,
    baselines: withoutNamesOf(runs, toRuns(folder, snapshots)),
    warnings: [],
  };
}

function snapshotsOf(folder: string, paths: readonly string[]): NamedImage[] {
  const found = paths.filter((path) => isInSnapshotFolder(path) && !isLeftByJest(path));
  if (found.length > 0 || !snapshotFolder.test(lastPart(folder))) {
    return found.map((path) => ({ path, name: nameOfSnapshot(path) }));
  }
  // The folder is a snapshot folder itself.
  return paths.filter((path) => !isLeftByJest(path)).map(namedByPath);
}

function isInSnapshotFolder(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((part) => snapshotFolder.test(part));
}

function nameOfSnapshot(path: string): string {
  const parts = path.split('/');
  return stem(
    parts
      .map((part, index) => (index === parts.length - 1 ? part : part.replace(/-snapshots$/, '')))
      .filter((part) => part !== '__screenshots__' && part !== '__image_snapshots__')
      .join('/'),
  );
}

function isLeftByJest(path: string): boolean {
  return /(^|\/)__(diff|received)_output__\//.test(path);
}

/** `__received_output__/button-snap-received.png` is what was rendered for `button-snap.png`. */
function receivedByJest(folder: string, paths: readonly string[]): NamedImage[] {
  const isSnapshotFolder = snapshotFolder.test(lastPart(folder));
  return paths
    .filter((path) => /(^|\/)__received_output__\//.test(path))
    .filter((path) => isSnapshotFolder || isInSnapshotFolder(path))
    .map((path) => ({
      path,
      name: nameOfSnapshot(path.replace(/(^|\/)__received_output__\//, '$1')).replace(/-received$/, ''),
    }));
}

/**
 * `.vitest-attachments/src/a.test.ts/home-actual-chromium-linux.png` is what was rendered for
 * `src/__screenshots__/a.test.ts/home-chromium-linux.png`.
 */
function actualOfVitest(path: string, snapshotNames: ReadonlySet<string>): NamedImage[] {
  const parts = path.split('/').filter((part) => part !== attachmentsFolder);
  const file = stem(parts.pop()!);
  const places = [...file.matchAll(/-actual(?=-|$)/g)].map(({ index }) => index);
  const names = places.map((index) =>
    [...parts, `${file.slice(0, index)}${file.slice(index + '-actual'.length)}`].join('/'),
  );
  // A test may have the word in its own name.
  const name = names.find((candidate) => snapshotNames.has(candidate)) ?? names.at(-1);
  return name === undefined || parts.length === 0 ? [] : [{ path, name }];
}

function withoutNamesOf(runs: readonly ImageRun[], baselines: readonly ImageRun[]): ImageRun[] {
  const names = new Set(runs.map(({ name }) => name));
  return baselines.filter(({ name }) => !names.has(name));
}

/** A folder of that name in the closest folder above, up to the root of the package or of the repository. */
async function findBeside(folder: string, name: string): Promise<string | null> {
  let above = resolve(folder);
  for (;;) {
    // What lies below the folder was found there.
    const isRoot = (await exists(join(above, 'package.json'))) || (await exists(join(above, '.git')));
    if (isRoot || dirname(above) === above) return null;
    above = dirname(above);
    const path = join(above, name);
    const isInside = `${resolve(folder)}/`.startsWith(`${path}/`);
    if (!isInside && (await isFolder(path))) return relative('', path);
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function isResults(folder: string): boolean {
  return resolve(folder).split(/[/\\]/).includes(resultsFolder);
}

function lastPart(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1)!;
}
