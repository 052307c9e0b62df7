/** Compares a band of the image after with what of the image before was laid over it. */
import type { KernelExports } from './exports.ts';
import type { KernelSettings } from './pair-comparison.ts';
import { AntiAliasing } from './anti-aliasing.ts';
import type { Marks } from './marks.ts';
import type { KernelMemory } from './memory.ts';
import type { Pairing, PairSide, Rect } from './pair-pixels.ts';

/** Covers two levels of each channel; 35215 is the squared distance of black and white. */
export const movedColourDistance = 35_215 * 0.01 * 0.01;

/** What of the pair a band needs. */
interface BandImage {
  after: PairSide;
  bytesPerPixel: 3 | 4;
  /** That both images have. */
  width: number;
  /** As many zeros as a row has bytes. */
  zeroRow: number;
}

interface Band {
  top: number;
  bottom: number;
  pairings: readonly Pairing[];
}

/** See {@link PairPixels.judgeBand}. What it takes of the memory is for the caller to give back. */
export function judgeBand(
  kernel: KernelExports,
  memory: KernelMemory,
  { after, bytesPerPixel, width, zeroRow }: BandImage,
  { top, bottom, pairings }: Band,
  settings: KernelSettings,
  marks: Marks,
  residue: Marks,
): Rect[] {
  const rows = bottom - top;
  const pitch = width * bytesPerPixel;
  const laid = memory.take(pitch * rows);
  const states = memory.take(rows);
  memory.grow();
  kernel.copyRectangle(1, 0, top, width, rows, laid, pitch);
  for (const { before, left, top: y } of pairings) {
    const to = laid + (y - top) * pitch + left * bytesPerPixel;
    kernel.copyRectangle(0, before.left, before.top, before.width, before.height, to, pitch);
  }
  const start = after.pointer + top * after.pitch;
  kernel.setPair(bytesPerPixel, width, rows, laid, pitch, 0, start, after.pitch, after.lead, zeroRow, states);
  const band = { ...marks, pointer: marks.pointer + top * marks.pitch, height: rows };
  kernel.setBits(band.pointer, band.pitch);
  kernel.findChanges(0, rows);
  kernel.forgiveColours(settings.maxColourDistance);
  const moved = pairings
    .filter(({ before, left, top: y }) => before.left !== left || before.top !== y)
    .map(({ before: { width, height }, left, top: y }) => ({ left, top: y - top, width, height }));
  const largest = Math.max(settings.maxColourDistance, movedColourDistance);
  for (const { left, top, width, height } of moved)
    kernel.forgiveColoursIn(left, top, left + width, top + height, largest);
  new AntiAliasing(kernel, memory, band, settings.antialiasing).finish(rows);
  for (const { left, top, width, height } of moved)
    kernel.markResidue(left, top, left + width, top + height, residue.pointer);
  return moved;
}
