/** Finds content that took the place of other content, which went elsewhere in turn: boxes of one size that changed places. */
import type { MovedBlock } from '../../domain/comparison/alignment.ts';
import { boundingBox } from '../../domain/comparison/moved-parts.ts';
import type { PairPixels, Rect, Side } from '../kernel/pair-pixels.ts';
import { bySize, contentOf, isSame, showsSame } from './leaf-content.ts';
import type { Content, Leaf } from './leaf-content.ts';
import { displacementOf } from './part.ts';

/** Rows of different looks with color steps that content must have: plain areas that swap colors may be anything. */
const leastDistinctRows = 8;

/** More leaves are not looked at: that many are a page that was drawn anew. */
const maxLeaves = 400;
/** So many pieces that changed places are a page that was drawn anew. */
const maxMoves = 64;
/** Pairs that hang on another one are undone one after the other. */
const maxRounds = 16;

interface Place {
  leaf: Leaf;
  before: Content | null;
  after: Content | null;
  /** Where the content before went, and where the content after came from. */
  to: Place | null;
  from: Place | null;
}

/**
 * A leaf is explained if what it shows before is elsewhere after, and what it shows after was elsewhere before. One of which only
 * one side is explained stays as it was found: a part of it may not have changed at all.
 *
 * @returns the leaves that are left
 */
export function exchange(pixels: PairPixels, leaves: readonly Leaf[], blocks: MovedBlock[]): Leaf[] {
  const candidates = leaves.filter(({ kind }) => kind !== 'space');
  if (candidates.length < 2 || candidates.length > maxLeaves) return [...leaves];
  const places = candidates.map((leaf): Place => ({
    leaf,
    ...contentsOf(pixels, leaf),
    to: null,
    from: null,
  }));
  pair(pixels, places);
  for (let round = 0; round < maxRounds; round++) {
    const found = places.flatMap(({ before, to }): MovedBlock[] =>
      to === null ? [] : [{ before: before!.box, after: to.after!.box, kind: 'reordered' }],
    );
    if (found.length === 0 || found.length > maxMoves) break;
    const explained = growOver(pixels, places, found);
    const halves = places.filter((place) => (place.to ?? place.from) !== null && !explained.has(place));
    if (halves.length === 0) {
      blocks.push(...joinBlocks(pixels, found));
      const gone = new Set([...explained].map(({ leaf }) => leaf));
      return leaves.filter((leaf) => !gone.has(leaf));
    }
    halves.forEach(unpair);
  }
  return [...leaves];
}

/** Extends blocks over smaller content around them that moved with them. Returns the places of which both sides are explained. */
function growOver(pixels: PairPixels, places: readonly Place[], blocks: MovedBlock[]): Set<Place> {
  const isCovered = (box: Rect, side: 'before' | 'after') =>
    blocks.some((block, index) => {
      const { x, y } = displacementOf(block);
      const at = side === 'before' ? box : { ...box, left: box.left - x, top: box.top - y };
      const whole = boundingBox(block.before, at);
      if (!isMoved(pixels, whole, x, y)) return false;
      blocks[index] = movedBlock(whole, x, y);
      return true;
    });
  const explained = new Set<Place>();
  for (const place of places) {
    const { before, after, to, from } = place;
    const isGone = before === null || to !== null || isCovered(before.box, 'before');
    if (isGone && (after === null || from !== null || isCovered(after.box, 'after'))) explained.add(place);
  }
  return explained;
}

function movedBlock(before: Rect, x: number, y: number): MovedBlock {
  return { before, after: { ...before, left: before.left + x, top: before.top + y }, kind: 'reordered' };
}

function isMoved(pixels: PairPixels, before: Rect, x: number, y: number): boolean {
  const { left, top, width, height } = before;
  if (left < 0 || top < 0 || left + width > pixels.width || top + height > pixels.heightOf(0)) return false;
  if (left + x < 0 || top + y < 0 || left + x + width > pixels.width || top + y + height > pixels.heightOf(1))
    return false;
  pixels.settle(Math.min(top, top + y), Math.max(top, top + y) + height);
  return showsSame(pixels, before, { left: left + x, top: top + y, width, height });
}

function contentsOf(pixels: PairPixels, leaf: Leaf): { before: Content | null; after: Content | null } {
  switch (leaf.kind) {
    case 'added':
      return { before: null, after: leaf.after };
    case 'removed':
      return { before: leaf.before, after: null };
    case 'resized':
      return { before: leaf.before, after: leaf.after };
    default:
      return {
        before: contentOf(pixels, 0, leaf.part.before),
        after: contentOf(pixels, 1, leaf.part.after),
      };
  }
}

function pair(pixels: PairPixels, places: readonly Place[]): void {
  const arrived = bySize(places, ({ after }) => after);
  for (const place of places) {
    const { before } = place;
    if (before === null) continue;
    const others = arrived(before).filter((other) => other !== place && other.from === null);
    if (others.length === 0 || !isDrawn(pixels, 0, before)) continue;
    const other = others.find(({ after }) => isSame(pixels, before, after!));
    if (other === undefined) continue;
    place.to = other;
    other.from = place;
  }
}

function isDrawn(pixels: PairPixels, side: Side, { box }: Content): boolean {
  const { first, ink } = pixels.hashRows(side, box);
  const distinct = new Set<number>();
  for (const [row, hash] of first.entries()) if (ink[row]! > 0) distinct.add(hash);
  return distinct.size >= leastDistinctRows;
}

function unpair(place: Place): void {
  if (place.to !== null) place.to.from = null;
  if (place.from !== null) place.from.to = null;
  place.to = null;
  place.from = null;
}

/** Blocks of one displacement between which nothing differs, either, are one. */
export function joinBlocks(pixels: PairPixels, blocks: readonly MovedBlock[]): MovedBlock[] {
  const joined: MovedBlock[] = [];
  for (const block of blocks.toSorted(
    (a, b) => a.before.top - b.before.top || a.before.left - b.before.left,
  )) {
    const { x, y } = displacementOf(block);
    const index = joined.findLastIndex((other) => {
      const shift = displacementOf(other);
      return other.kind === block.kind && shift.x === x && shift.y === y;
    });
    const before = index < 0 ? null : boundingBox(joined[index]!.before, block.before);
    if (before === null || !isMoved(pixels, before, x, y)) joined.push(block);
    else joined[index] = { ...movedBlock(before, x, y), kind: block.kind };
  }
  return joined;
}
