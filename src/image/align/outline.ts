/** Boxes around content of one image: cut at blank rows, then at columns without a step, and so on. */
import type { PairPixels, Rect, Side } from '../kernel/pair-pixels.ts';
import { areaOf } from './part.ts';

/** Content is not cut at columns that lie nearer to each other: words are not letters. */
const leastGutter = 4;
/** The furthest that content reaches beyond a part: the part ends where rows are equal by chance. */
const maxReach = 32;

/** Pixels that may still be read. */
export interface OutlineBudget {
  pixels: number;
}

/** The box around all that is drawn in a rectangle, or reaches out of it; null if nothing is. */
export function outlineOf(pixels: PairPixels, side: Side, rect: Rect, budget: OutlineBudget): Rect | null {
  return rowBands(pixels, side, reaching(pixels, side, rect), budget, true)[0] ?? null;
}

/** The boxes in a box; none if it cannot be cut. */
export function cutBox(pixels: PairPixels, side: Side, box: Rect, budget: OutlineBudget): Rect[] {
  if (budget.pixels <= 0) return [];
  const bands = rowBands(pixels, side, box, budget, false);
  if (bands.length > 1) return bands;
  const columns = columnBands(pixels, side, box, budget);
  return columns.length > 1 ? columns : [];
}

/** The rows that are drawn, in bands between blank ones; as one if `asWhole`. Each as wide as what is drawn in it. */
function rowBands(
  pixels: PairPixels,
  side: Side,
  box: Rect,
  budget: OutlineBudget,
  asWhole: boolean,
): Rect[] {
  // With the columns next to it: a plain box steps at its edges.
  const left = Math.max(box.left - 1, 0);
  const right = Math.min(box.left + box.width + 1, pixels.width);
  budget.pixels -= areaOf(box);
  const { ink } = pixels.hashRows(side, { ...box, left, width: right - left });
  return bandsOf(ink, 1, asWhole).flatMap(([from, to]) =>
    columnBands(pixels, side, { ...box, top: box.top + from, height: to - from }, budget, true),
  );
}

function columnBands(
  pixels: PairPixels,
  side: Side,
  box: Rect,
  budget: OutlineBudget,
  asWhole = false,
): Rect[] {
  // A column that is constant from the row above to the row below is as blank as those.
  const top = Math.max(box.top - 1, 0);
  const bottom = Math.min(box.top + box.height + 1, pixels.heightOf(side));
  pixels.settle(top, bottom);
  budget.pixels -= areaOf(box);
  const { ink } = pixels.hashColumns(side, { ...box, top, height: bottom - top });
  return bandsOf(ink, leastGutter, asWhole).map(([from, to]) => ({
    ...box,
    left: box.left + from,
    width: to - from,
  }));
}

/** Lines with ink, from the first to before the end, in bands between at least so many without; as one if `asWhole`. */
function bandsOf(ink: Uint32Array, least: number, asWhole: boolean): [number, number][] {
  const bands: [number, number][] = [];
  for (let line = 0; line < ink.length; line++) {
    if (ink[line] === 0) continue;
    const last = bands.at(-1);
    if (last !== undefined && (asWhole || line - last[1] < least)) last[1] = line + 1;
    else bands.push([line, line + 1]);
  }
  return bands;
}

/** A rectangle with the content that crosses its edges, if that ends nearby. */
function reaching(pixels: PairPixels, side: Side, rect: Rect): Rect {
  const from = Math.max(rect.left - 1, 0);
  const width = Math.min(rect.left + rect.width + 1, pixels.width) - from;
  const last = rect.top + rect.height;
  let [top, bottom] = [rect.top, last];
  const end = pixels.heightOf(side);
  pixels.settle(Math.max(top - maxReach, 0), Math.min(bottom + maxReach, end));
  const isDrawn = (y: number) => pixels.hashRows(side, { left: from, top: y, width, height: 1 }).ink[0]! > 0;
  while (top > 0 && rect.top - top < maxReach && isDrawn(top - 1)) top--;
  while (bottom < end && bottom - last < maxReach && isDrawn(bottom)) bottom++;
  if (rect.top - top === maxReach) ({ top } = rect);
  if (bottom - last === maxReach) bottom = last;
  return { ...rect, top, height: bottom - top };
}
