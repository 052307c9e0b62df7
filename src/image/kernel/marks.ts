/** Maps of marked pixels in the kernel's memory: counted, judged by the anti-aliasing rule, written as a mask. */
import type { AntialiasingRule, ImageSize } from '../../domain/comparison/comparison.ts';
import { joinTiles, tileSize, tilesOfRegions } from '../regions.ts';
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

/** In a region where the rule `slight` would forgive more pixels than this, they count. */
const maxForgivenOfRegion = 4;

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

/**
 * Clears the marks of the current pair that the rule forgives.
 *
 * @param marks those of `setBits`
 * @returns how many pixels
 */
export function forgiveAntiAliasing(
  kernel: KernelExports,
  memory: KernelMemory,
  marks: Marks,
  rule: AntialiasingRule,
): number {
  if (rule === 'count') return 0;
  const rings = memory.take(kernel.ringBytes());
  memory.grow();
  kernel.setRings(rings);
  if (rule === 'forgive') return kernel.forgiveAntiAliasing(false);
  const bytes = marks.pitch * marks.height;
  const slight = memory.take(bytes);
  memory.grow();
  memory.view(slight, bytes).fill(0);
  kernel.setForgiven(slight);
  const forgiven = kernel.forgiveAntiAliasing(true);
  return forgiven > 0 ? forgiven - restoreRegions(kernel, memory, { ...marks, pointer: slight }) : 0;
}

/**
 * Marks forgiven pixels as changed again in regions with too many of them to be noise.
 *
 * @returns how many pixels
 */
function restoreRegions(kernel: KernelExports, memory: KernelMemory, slight: Marks): number {
  const joined = joinTiles(countTiles(kernel, memory, slight).tiles);
  let restored = 0;
  for (const { box, tiles } of tilesOfRegions(joined)) {
    kernel.startRegion();
    const isFew = box.changedPixels <= maxForgivenOfRegion;
    if (isFew) for (const { column, row } of tiles) kernel.addTile(column, row);
    if (isFew && kernel.isBalanced()) continue;
    for (const { column, row } of tiles) restored += kernel.restoreTile(column, row);
  }
  return restored;
}

/** The marks as rows of a 1-bit PNG, each after a filter byte. Valid until the memory grows. */
export function maskRows(kernel: KernelExports, memory: KernelMemory, marks: Marks): Uint8Array<ArrayBuffer> {
  const bytes = (Math.ceil(marks.width / 8) + 1) * marks.height;
  const pointer = memory.take(bytes + slack);
  memory.grow();
  kernel.writeMask(marks.pointer, marks.pitch, pointer, marks.width, marks.height);
  return memory.view(pointer, bytes);
}
