/** The anti-aliasing stage of a pair, row by row while they are compared. */
import type { AntialiasingRule } from '../../domain/comparison/comparison.ts';
import { joinTiles, tilesOfRegions } from '../regions.ts';
import type { KernelExports } from './exports.ts';
import { countTiles } from './marks.ts';
import type { Marks } from './marks.ts';
import type { KernelMemory } from './memory.ts';

/** In a region where the rule `slight` would forgive more pixels than this, they count. */
const maxForgivenOfRegion = 4;

/** Clears the marks of the current pair that the rule forgives. */
export class AntiAliasing {
  readonly #kernel: KernelExports;
  readonly #memory: KernelMemory;
  readonly #rule: AntialiasingRule;
  readonly #slight: Marks | null;

  /** @param marks those of `setBits` */
  constructor(kernel: KernelExports, memory: KernelMemory, marks: Marks, rule: AntialiasingRule) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#rule = rule;
    this.#slight = null;
    if (rule === 'count') return;
    const rings = memory.take(kernel.ringBytes());
    const bytes = marks.pitch * marks.height;
    const slight = rule === 'slight' ? memory.take(bytes) : 0;
    memory.grow();
    kernel.setRings(rings);
    if (rule === 'slight') {
      kernel.clear(slight, bytes);
      kernel.setForgiven(slight);
      this.#slight = { ...marks, pointer: slight };
    }
    kernel.startAntiAliasing(rule === 'slight');
  }

  /** @param end rows before it have their marks; each call may know more of them */
  forgiveRows(end: number): number {
    return this.#rule === 'count' ? 0 : this.#kernel.forgiveAntiAliasing(end);
  }

  /**
   * @param height of the pair, all of which has its marks
   * @returns how many pixels are forgiven
   */
  finish(height: number): number {
    const forgiven = this.forgiveRows(height);
    if (this.#slight === null || forgiven === 0) return forgiven;
    return forgiven - restoreRegions(this.#kernel, this.#memory, this.#slight);
  }
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
