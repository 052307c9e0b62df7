/** Maps of marked pixels in the kernel's memory: counted, written as a mask. */
import type { ImageSize } from '../../domain/comparison/comparison.ts';
import { tileSize } from '../regions.ts';
import type { TileCounts } from '../regions.ts';
import type { KernelExports } from './exports.ts';
import { slack } from './memory.ts';
import type { KernelMemory } from './memory.ts';

/** One bit per pixel, `pitch` bytes per row. */
export interface Marks extends ImageSize {
  pointer: number;
  pitch: number;
}

/** Marked pixels: how many, and where. */
export interface MarkedPixels {
  pixels: number;
  tiles: TileCounts;
}

/** The arrays are valid until the memory grows. */
export function countTiles(kernel: KernelExports, memory: KernelMemory, marks: Marks): MarkedPixels {
  const tileRows = Math.ceil(marks.height / tileSize);
  const planeBytes = tileRows * marks.pitch;
  const planes = memory.take(planeBytes * 4);
  memory.grow();
  const pixels = kernel.countTiles(marks.pointer, marks.pitch, marks.height, planes, planeBytes);
  const plane = (index: number) =>
    new Uint16Array(memory.buffer, planes + index * planeBytes, planeBytes / 2);
  return {
    pixels,
    tiles: {
      tilesPerRow: marks.pitch / 2,
      tileRows,
      counts: plane(0),
      columns: plane(1),
      firstRows: plane(2),
      lastRows: plane(3),
    },
  };
}

/** The marks as rows of a 1-bit PNG, each after a filter byte. Valid until the memory grows. */
export function maskRows(kernel: KernelExports, memory: KernelMemory, marks: Marks): Uint8Array<ArrayBuffer> {
  const bytes = (Math.ceil(marks.width / 8) + 1) * marks.height;
  const pointer = memory.take(bytes + slack);
  memory.grow();
  kernel.writeMask(marks.pointer, marks.pitch, pointer, marks.width, marks.height);
  return memory.view(pointer, bytes);
}
