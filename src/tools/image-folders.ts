/** Reads folders of images written by other tools as runs. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { maxNameLength } from '../domain/names.ts';
import type { ImageRun } from './planned-run.ts';

/** The images of a folder as runs, and sentences about what was left out. */
export interface ImageFolder {
  /** Folders in which images were found. */
  folders: string[];
  runs: ImageRun[];
  /**
   * Baselines that tests compare with and write if missing; they show what was rendered only if a run has changed
   * them.
   */
  baselines: ImageRun[];
  warnings: string[];
}

/** The path of an image below a folder, with `/`, and the name of its run. */
export interface NamedImage {
  path: string;
  name: string;
}

const image = /\.(png|jpe?g|webp|gif)$/i;
/** Maximum images per folder. */
const maxImages = 20_000;
const maxDepth = 50;

/** A plain folder: each image is named by its path below it, without the extension. */
export async function readPlainFolder(folder: string): Promise<ImageFolder> {
  const paths = await listImages(folder);
  return { folders: [folder], runs: toRuns(folder, paths.map(namedByPath)), baselines: [], warnings: [] };
}

/** Cypress screenshots: of several attempts of a test, only the last; none that were taken because a test failed. */
export async function readCypressFolder(folder: string): Promise<ImageFolder> {
  const paths = await listImages(folder);
  const last = new Map<string, { path: string; attempt: number }>();
  let failed = 0;
  for (const path of paths) {
    if (/(^|\/)(__diff_output__|diff)\//.test(path)) continue;
    const whole = stem(path).replace(/\.snap$/, '');
    const attempt = Number(/ \(attempt (\d+)\)$/.exec(whole)?.[1] ?? 1);
    const name = whole.replace(/ \(attempt \d+\)$/, '');
    if (/ \(failed\)$/.test(name)) {
      failed++;
      continue;
    }
    const known = last.get(name);
    if (known === undefined || known.attempt < attempt) last.set(name, { path, attempt });
  }
  const runs = toRuns(
    folder,
    [...last].map(([name, { path }]) => ({ path, name })),
  );
  const warnings =
    failed === 0
      ? []
      : [
          `${failed} ${failed === 1 ? 'image' : 'images'} that Cypress captured because a test failed ${failed === 1 ? 'was' : 'were'} left out.`,
        ];
  return { folders: [folder], runs, baselines: [], warnings };
}

export function namedByPath(path: string): NamedImage {
  return { path, name: stem(path) };
}

/** A path without its image extension. */
export function stem(path: string): string {
  return path.replace(image, '');
}

export function toRuns(folder: string, found: readonly NamedImage[]): ImageRun[] {
  return found.map(({ path, name }) => {
    if (name.length > maxNameLength) {
      throw new AppError(
        'name_invalid',
        `The image "${path}" cannot name a run: its path has more than ${maxNameLength} characters.`,
      );
    }
    return { kind: 'image', name, url: null, imagePath: join(folder, path), logPath: null };
  });
}

/**
 * Paths of all images below a folder, with `/`, sorted. Skips `node_modules` and folders that begin with a dot,
 * except `dotFolder`.
 */
export async function listImages(folder: string, dotFolder: string | null = null): Promise<string[]> {
  const found: string[] = [];
  const visit = async (relative: string, depth: number): Promise<void> => {
    const entries = await readdir(join(folder, relative), { withFileTypes: true });
    for (const entry of entries) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) {
        const isHidden = entry.name.startsWith('.') && entry.name !== dotFolder;
        const isOthers = isHidden || entry.name === 'node_modules';
        if (!isOthers && depth < maxDepth) await visit(path, depth + 1);
      } else if (image.test(entry.name) && (entry.isFile() || (await leadsToFile(join(folder, path))))) {
        found.push(path);
        if (found.length > maxImages) {
          throw new AppError(
            'config_invalid',
            `The folder "${folder}" contains more than ${maxImages.toLocaleString('en-US')} images. Choose a smaller one.`,
          );
        }
      }
    }
  };
  try {
    await visit('', 0);
  } catch (error) {
    if (error instanceof AppError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'ENOTDIR'
          ? 'is not a folder'
          : `cannot be read (${code})`;
    throw new AppError('config_invalid', `The folder "${folder}" ${why}.`, { cause: error });
  }
  return found.sort((a, b) => (a < b ? -1 : 1));
}

async function leadsToFile(path: string): Promise<boolean> {
  const target = await stat(path).catch(() => null);
  return target?.isFile() ?? false;
}
