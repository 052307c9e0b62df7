/** The blocks of an alignment as people see them: what moved together is one part. */

import type { Box, Change, MovedBlock } from './alignment.ts';

/** From the before image to the after image, in pixels; down and right are positive. */
export interface Displacement {
  x: number;
  y: number;
}

/** Pieces of one displacement that are farther apart are two parts; pixels. */
const maxGap = 64;
/** A joined box holds at most this many times the pixels of its pieces, so that it claims little that did not move. */
const maxWaste = 1.25;

export function displacementOf({ before, after }: Pick<MovedBlock, 'before' | 'after'>): Displacement {
  return { x: after.left - before.left, y: after.top - before.top };
}

/**
 * Joins neighboring pieces of one displacement: columns are found inside the borders of cards, so one moved row of
 * cards comes as many pieces. Never over a part that moved otherwise. @returns parts in reading order of the after image
 */
export function joinedBlocks(blocks: readonly MovedBlock[]): MovedBlock[] {
  return joined(blocks, unionOf).sort((a, b) => a.after.top - b.after.top || a.after.left - b.after.left);
}

function unionOf(one: MovedBlock, other: MovedBlock, all: readonly MovedBlock[]): MovedBlock | null {
  if (!movedAlike(one, other) || !areNear(one.after, other.after, maxGap)) return null;
  const union = {
    kind: one.kind,
    before: boundingBox(one.before, other.before),
    after: boundingBox(one.after, other.after),
  };
  if (areaOf(union.after) > maxWaste * (areaOf(one.after) + areaOf(other.after))) return null;
  const isCrossed = all.some(
    (each) =>
      !movedAlike(each, one) && (overlap(each.after, union.after) || overlap(each.before, union.before)),
  );
  return isCrossed ? null : union;
}

function movedAlike(one: MovedBlock, other: MovedBlock): boolean {
  const [from, to] = [displacementOf(one), displacementOf(other)];
  return one.kind === other.kind && from.x === to.x && from.y === to.y;
}

function areNear(one: Box, other: Box, gap: number): boolean {
  const grown = {
    left: one.left - gap,
    top: one.top - gap,
    width: one.width + 2 * gap,
    height: one.height + 2 * gap,
  };
  return overlap(grown, other);
}

export function boundingBox(one: Box, other: Box): Box {
  const left = Math.min(one.left, other.left);
  const top = Math.min(one.top, other.top);
  return {
    left,
    top,
    width: Math.max(one.left + one.width, other.left + other.width) - left,
    height: Math.max(one.top + one.height, other.top + other.height) - top,
  };
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.left < other.left + other.width &&
    other.left < one.left + one.width &&
    one.top < other.top + other.height &&
    other.top < one.top + one.height
  );
}

export function areaOf({ width, height }: Box): number {
  return width * height;
}

/**
 * The changes worth telling, in their order. Blank pieces are left out: they follow from the moves, or are left over by
 * cutting into columns. Only if nothing else changed, blank space is what there is to tell. What was added or removed
 * in touching pieces is one change, with the fingerprint and the name of the biggest piece.
 */
export function toldChanges(changes: readonly Change[]): Change[] {
  const isBlank = ({ kind, changedPixels }: Change) =>
    changedPixels === 0 && (kind === 'added' || kind === 'removed' || kind === 'space');
  const drawn = changes.filter((change) => !isBlank(change));
  return drawn.length === 0 ? changes.filter(({ kind }) => kind === 'space') : joined(drawn, changeOfBoth);
}

/**
 * Joins two at a time until no two can be joined.
 *
 * @param unionOf one in place of two, or null; it is given all that there are by then
 */
function joined<Part>(
  parts: readonly Part[],
  unionOf: (one: Part, other: Part, all: readonly Part[]) => Part | null,
): Part[] {
  const all = [...parts];
  let isJoined = true;
  while (isJoined) {
    isJoined = false;
    for (let first = 0; first < all.length; first++)
      for (let second = all.length - 1; second > first; second--) {
        const union = unionOf(all[first]!, all[second]!, all);
        if (union === null) continue;
        all[first] = union;
        all.splice(second, 1);
        isJoined = true;
      }
  }
  return all;
}

function changeOfBoth(one: Change, other: Change): Change | null {
  const side = one.kind === 'added' ? 'after' : 'before';
  if (one.kind !== other.kind || (one.kind !== 'added' && one.kind !== 'removed')) return null;
  const [box, otherBox] = [one[side], other[side]];
  if (box === null || otherBox === null || !areNear(box, otherBox, 1)) return null;
  const union = boundingBox(box, otherBox);
  if (areaOf(union) > maxWaste * (areaOf(box) + areaOf(otherBox))) return null;
  const [big, small] = areaOf(box) >= areaOf(otherBox) ? [one, other] : [other, one];
  const name = big.name ?? small.name;
  return {
    ...big,
    [side]: union,
    changedPixels: one.changedPixels + other.changedPixels,
    ...(name !== undefined && { name }),
  };
}
