/**
 * The structures of the pages that the baselines show, in `.dpxdt-dom/` beside them. They name what changed and can be
 * deleted at any time: without one, changes have no names. Each belongs to the bytes of one baseline.
 */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { removeStaleTemporaries, sha1Of, writeFileAtomically } from './atomic-file.ts';
import { imagesFolder } from './report-folder.ts';

export const domFolder = '.dpxdt-dom';

const digestBytes = 20;

/** The structure of the page that a baseline shows; null if it is not known. */
export async function readBaselineDom(
  baselineFolder: string,
  fileName: string,
  baseline: Uint8Array,
): Promise<Uint8Array | null> {
  const bytes = await readFile(pathOf(baselineFolder, fileName)).catch(() => null);
  if (bytes === null || bytes.subarray(0, digestBytes).toString('hex') !== sha1Of(baseline)) return null;
  return bytes.subarray(digestBytes);
}

/**
 * Keeps the structure of the page that a baseline shows. Nothing depends on it, so a folder that is not writable is no
 * error.
 *
 * @param options `makesFolder` false: only where the folder exists, as a test writes nothing new beside the baselines
 */
export async function keepBaselineDom(
  baselineFolder: string,
  fileName: string,
  baseline: Uint8Array,
  dom: Uint8Array,
  { makesFolder = true }: { makesFolder?: boolean } = {},
): Promise<void> {
  const folder = join(baselineFolder, domFolder);
  try {
    // Deleting this file, to commit the folder, is respected.
    if (makesFolder && (await mkdir(folder, { recursive: true })) !== undefined)
      await writeFile(join(folder, '.gitignore'), '*\n');
    await removeStaleTemporaries(folder);
    const bytes = Buffer.concat([Buffer.from(sha1Of(baseline), 'hex'), dom]);
    await writeFileAtomically(pathOf(baselineFolder, fileName), bytes);
  } catch {
    // Changes have no names then.
  }
}

/** Writes the structure of a captured page into the report, for a later approval. @returns its path in the report */
export async function writeReportDom(stagePath: string, fileName: string, dom: Uint8Array): Promise<string> {
  const path = posix.join(imagesFolder, `${fileName}.run.dom`);
  await writeFile(join(stagePath, path), dom);
  return path;
}

function pathOf(baselineFolder: string, fileName: string): string {
  return join(baselineFolder, domFolder, `${fileName}.dom`);
}
