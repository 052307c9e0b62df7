/** The images of a run: their paths, sizes and digests. */

import { readFile, writeFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { ReportImage } from '../contract/files/local-report.ts';
import type { ImageSize } from '../domain/comparison/comparison.ts';
import { explainWriteError, sha1Of } from './atomic-file.ts';
import { imagesFolder } from './report-folder.ts';

export type ImageKind = 'run' | 'ref' | 'diff' | 'mask' | 'forgiven' | 'aligned' | 'failure';

/** Path of an image relative to the report's folder, with forward slashes. */
export function imagePath(fileName: string, kind: ImageKind): string {
  return posix.join(imagesFolder, `${fileName}.${kind}.png`);
}

/** Writes one image below the folder that the run writes into. */
export async function writeImage(
  stagePath: string,
  fileName: string,
  kind: ImageKind,
  bytes: Uint8Array,
  size: ImageSize,
): Promise<ReportImage> {
  const path = imagePath(fileName, kind);
  const target = join(stagePath, path);
  try {
    await writeFile(target, bytes);
  } catch (error) {
    throw explainWriteError(target, error);
  }
  return { path, sha1sum: sha1Of(bytes), width: size.width, height: size.height };
}

/** The bytes of a baseline; null if there is none. */
export async function readBaseline(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Width and height from a PNG's header; null for anything else. */
export function pngSize(bytes: Uint8Array): ImageSize | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < 24 || !buffer.subarray(0, 8).equals(pngStart)) return null;
  return { width: buffer.readUInt32BE(16), height: buffer.readUInt32BE(20) };
}
