/** The changes that are blank space: what a box grew by above and below its content is one. */
import { boundingBox } from '../../domain/comparison/moved-parts.ts';
import type { PairPixels, Rect, Side } from '../kernel/pair-pixels.ts';
import type { Unsigned } from './fingerprint.ts';
import { isSpace } from './leaf-content.ts';
import type { Leaf } from './leaf-content.ts';
import { isEmpty } from './part.ts';
import type { Part } from './part.ts';

/** The box ends so near above its first space and below its last one: a box around a whole page joins nothing. */
const maxToEdge = { above: 16, below: 64 };

type Space = Pick<Part, 'before' | 'after'>;

/** Of all leaves, those that are blank and follow from nothing else. */
export function spacesOf(pixels: PairPixels, leaves: readonly Leaf[]): Unsigned[] {
  const spaces = leaves.flatMap((leaf) => (leaf.kind === 'space' && !leaf.isConsequence ? [leaf.part] : []));
  const joined: { first: Space; last: Space }[] = [];
  // By their columns, the lowest so far.
  const lowest = new Map<string, (typeof joined)[number]>();
  for (const space of spaces.toSorted((a, b) => a.after.top - b.after.top)) {
    const columns = `${space.after.left} ${space.after.width}`;
    const box = lowest.get(columns);
    if (box !== undefined && isSameBox(pixels, box.last, space)) box.last = space;
    else {
      const own = { first: space, last: space };
      joined.push(own);
      lowest.set(columns, own);
    }
  }
  return joined.map(({ first, last }) => ({
    kind: 'space',
    ...(first === last ? sidesOf(first) : around(first, last)),
    changedPixels: 0,
  }));
}

export function sidesOf({ before, after }: Space): Pick<Unsigned, 'before' | 'after'> {
  return { before: isEmpty(before) ? null : before, after: isEmpty(after) ? null : after };
}

function around(first: Space, last: Space): Pick<Unsigned, 'before' | 'after'> {
  return {
    before: boundingBox(first.before, last.before),
    after: boundingBox(first.after, last.after),
  };
}

/** Whether both repeat one row in which the edges of a box are drawn, which continue between them and end soon beyond them. */
function isSameBox(pixels: PairPixels, above: Space, below: Space): boolean {
  const [side, other] = [sideOf(pixels, above), sideOf(pixels, below)];
  if (side === null || side !== other) return false;
  const [one, two] = side === 0 ? [above.before, below.before] : [above.after, below.after];
  if (one.left !== two.left || one.width !== two.width) return false;
  pixels.settle(one.top, two.top + 1);
  if (!pixels.isRowEqual(side, one.left, one.width, one.top, two.top)) return false;
  const edges = edgesOf(pixels, side, one);
  if (edges === null || !areStraight(pixels, side, edges, one.top, two.top + two.height)) return false;
  const end = two.top + two.height;
  return (
    !areStraight(pixels, side, edges, one.top - maxToEdge.above, one.top + 1) &&
    !areStraight(pixels, side, edges, end - 1, end + maxToEdge.below)
  );
}

/** The side that has the rows; null if they show more than a row next to them. */
function sideOf(pixels: PairPixels, part: Space): Side | null {
  return isSpace(pixels, part) ? (isEmpty(part.before) ? 1 : 0) : null;
}

/** The outermost columns that differ from what is to both sides of them; null if that is not the same, or there are none. */
function edgesOf(pixels: PairPixels, side: Side, { left, top, width }: Rect): [number, number] | null {
  const outside = { left, top, width: 1, height: 1 };
  const isOutside = (x: number) => pixels.countBeyond(side, outside, side, x, top) === 0;
  if (!isOutside(left + width - 1)) return null;
  let [first, last] = [left, left + width - 1];
  while (first < last && isOutside(first)) first++;
  while (last > first && isOutside(last)) last--;
  return first === last ? null : [first, last];
}

/** Whether nothing steps along the edges in rows from `from` to before `to`, as far as the image has them. */
function areStraight(
  pixels: PairPixels,
  side: Side,
  edges: readonly [number, number],
  from: number,
  to: number,
): boolean {
  const top = Math.max(from, 0);
  const height = Math.min(to, pixels.heightOf(side)) - top;
  pixels.settle(top, top + height);
  return edges.every((left) => pixels.hashColumns(side, { left, top, width: 1, height }).ink[0] === 0);
}
