/** What is worth telling of an alignment, and whether it explains everything. */
import type { Alignment, MovedBlock } from '../../domain/comparison/alignment.ts';
import type { Region } from '../../domain/comparison/comparison.ts';
import type { Unsigned } from './fingerprint.ts';
import type { Leaf } from './leaf-content.ts';
import { areaOf, displacementOf, hasOneSize } from './part.ts';
import type { Zone } from './part.ts';
import { sum } from './sum.ts';

/** More displacements than this are a reflow: none of them is worth telling. */
const maxDisplacements = 12;
/** So are moves that explain less than this share of what the plain comparison calls changed. */
const leastMovedShare = 0.3;
/** Smaller moves are not listed if there are others: in a reflow, words fit by chance. */
const leastListed = { areaPixels: 1_024, width: 24 };

export function worthListing(blocks: readonly MovedBlock[], changes: number): MovedBlock[] {
  const big = blocks.filter(
    ({ after, kind }) =>
      kind === 'reordered' || (areaOf(after) >= leastListed.areaPixels && after.width >= leastListed.width),
  );
  return big.length > 0 || changes > 0 ? big : [...blocks];
}

/** Whether so many displacements were found that none is worth telling. */
export function isReflow(zones: readonly Zone[]): boolean {
  const displacements = zones.map((zone) => {
    const { x, y } = displacementOf(zone);
    return `${x} ${y}`;
  });
  return new Set(displacements).size > maxDisplacements;
}

export function summaryOf(
  blocks: readonly MovedBlock[],
  changes: readonly Unsigned[],
  movedPixels: number,
  regions: readonly Region[],
): Alignment['summary'] {
  if (blocks.length === 0) return 'changed';
  const plainPixels = sum(regions, areaOf);
  if (isReflow(blocks) || movedPixels < leastMovedShare * plainPixels) return 'reflow';
  return changes.every(({ kind }) => kind === 'space' || kind === 'reordered')
    ? 'moved'
    : 'moved_and_changed';
}

/** Whether something that is known pushed every block that moved. */
export function hasCauses(
  blocks: readonly MovedBlock[],
  leaves: readonly Leaf[],
  reordered: readonly MovedBlock[],
): boolean {
  return blocks.every(
    (block) => block.kind === 'reordered' || reordered.length > 0 || isPushed(block, leaves),
  );
}

/** Whether something grew, shrank, came or went above a block, or beside it if it moved to the side. */
export function isPushed(block: Zone, leaves: readonly Leaf[]): boolean {
  const { x, y } = displacementOf(block);
  return leaves.some(
    ({ kind, part }) =>
      kind !== 'pixels' &&
      !hasOneSize(part) &&
      ((y !== 0 && (part.after.top <= block.after.top || part.before.top <= block.before.top)) ||
        (x !== 0 &&
          part.after.top < block.after.top + block.after.height &&
          part.after.top + part.after.height > block.after.top)),
  );
}
