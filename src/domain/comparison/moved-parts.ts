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
  const parts = [...blocks];
  let isJoined = true;
  while (isJoined) {
    isJoined = false;
    for (let first = 0; first < parts.length; first++)
      for (let second = parts.length - 1; second > first; second--) {
        const union = unionOf(parts[first]!, parts[second]!, parts);
        if (union === null) continue;
        parts[first] = union;
        parts.splice(second, 1);
        isJoined = true;
      }
  }
  return parts.sort((a, b) => a.after.top - b.after.top || a.after.left - b.after.left);
}

function unionOf(one: MovedBlock, other: MovedBlock, all: readonly MovedBlock[]): MovedBlock | null {
  if (!movedAlike(one, other) || !areNear(one.after, other.after)) return null;
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

function areNear(one: Box, other: Box): boolean {
  const grown = {
    left: one.left - maxGap,
    top: one.top - maxGap,
    width: one.width + 2 * maxGap,
    height: one.height + 2 * maxGap,
  };
  return overlap(grown, other);
}

function boundingBox(one: Box, other: Box): Box {
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

/** The changes worth telling, in their order: not the blank pieces that cutting into columns leaves over. */
export function toldChanges(changes: readonly Change[]): Change[] {
  return changes.filter(
    ({ kind, changedPixels }) => changedPixels > 0 || (kind !== 'added' && kind !== 'removed'),
  );
}
