/** A place in an image that a comment points at, and where it is in another image of the same page. */

import type { Alignment, Box } from '../comparison/alignment.ts';

export const commentSides = ['before', 'after'] as const;
export type CommentSide = (typeof commentSides)[number];

export interface ImagePoint {
  /** Digest of the image. */
  image: string;
  /** In pixels from its top left. */
  x: number;
  y: number;
}

/**
 * `side` is where the author pointed. Both images are kept with the point in each, so that the place is found again in
 * whichever of them is shown later.
 */
export interface CommentPlace {
  side: CommentSide;
  /** Null where the content is only in the other image. */
  before: ImagePoint | null;
  after: ImagePoint | null;
}

type Moves = Pick<Alignment, 'blocks' | 'changes'>;

/**
 * The point of the other image that shows the same content: moved parts are followed. Null where the other image does
 * not have it. Without an alignment, the same coordinates.
 */
export function pointInOther(
  moves: Moves | null,
  side: CommentSide,
  point: { x: number; y: number },
): { x: number; y: number } | null {
  if (moves === null) return point;
  const other = side === 'before' ? 'after' : 'before';
  // The smallest part around it: a change inside a moved part is nearer to the point than the part.
  const around = [...moves.changes, ...moves.blocks]
    .filter((part) => part[side] !== null && contains(part[side], point))
    .toSorted((a, b) => areaOf(a[side]!) - areaOf(b[side]!))[0];
  if (around === undefined) return point;
  const from = around[side]!;
  const to = around[other];
  if (to === null) return null;
  return {
    x: to.left + Math.min(point.x - from.left, Math.max(0, to.width - 1)),
    y: to.top + Math.min(point.y - from.top, Math.max(0, to.height - 1)),
  };
}

/**
 * Where a place is in the images that are shown now. Null in an image that does not have it, or of which nothing is known:
 * the page may have been captured again since.
 */
export function placeIn(
  place: CommentPlace,
  shown: { before: string | null; after: string | null; moves: Moves | null },
): Record<CommentSide, { x: number; y: number } | null> {
  const known = {
    before: knownPoint(place, shown.before),
    after: knownPoint(place, shown.after),
  };
  const follow = (side: CommentSide) => {
    const own = known[side];
    if (own !== null || shown[side] === null) return own;
    const other = side === 'before' ? 'after' : 'before';
    return known[other] === null ? null : pointInOther(shown.moves, other, known[other]);
  };
  return { before: follow('before'), after: follow('after') };
}

function knownPoint({ before, after }: CommentPlace, image: string | null): { x: number; y: number } | null {
  const point = [after, before].find((each) => each !== null && each.image === image);
  return point ? { x: point.x, y: point.y } : null;
}

function contains({ left, top, width, height }: Box, { x, y }: { x: number; y: number }): boolean {
  return x >= left && y >= top && x < left + width && y < top + height;
}

function areaOf({ width, height }: Box): number {
  return width * height;
}
