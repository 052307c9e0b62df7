/**
 * The rows of two aligned images on one canvas. Where one image has rows that the other lacks, the other has a gap, so
 * that equal content is at the same height on both sides. Pure.
 */

import type { Change } from '../../domain/comparison/alignment.ts';

/** Rows of the canvas; `before` and `after` are the first row of each image shown there, null for a gap. */
export interface RowSegment {
  top: number;
  height: number;
  before: number | null;
  after: number | null;
}

/** As many rows of both images that belong together. */
export interface RowPair {
  before: number;
  after: number;
  height: number;
}

export type Side = 'before' | 'after';

/**
 * @param pairs rows that moved together across the page's width, in any order
 * @param changes where a gap is best placed
 * @param heights rows of both images
 */
export function rowSegments(
  pairs: readonly RowPair[],
  changes: readonly Change[],
  heights: { before: number; after: number },
): RowSegment[] {
  const segments = new SegmentList();
  let from = { before: 0, after: 0 };
  for (const pair of longestChain(pairs)) {
    fill(segments, { from, to: pair, isLast: false }, changes);
    segments.add(pair.height, pair.before, pair.after);
    from = { before: pair.before + pair.height, after: pair.after + pair.height };
  }
  fill(segments, { from, to: heights, isLast: true }, changes);
  return segments.list;
}

interface Between {
  from: { before: number; after: number };
  to: { before: number; after: number };
  /** Up to the end of the images. */
  isLast: boolean;
}

/** Rows between two pairs: paired as far as they go, with one gap where the images differ in height. */
function fill(segments: SegmentList, between: Between, changes: readonly Change[]): void {
  const { from, to, isLast } = between;
  const rows = { before: to.before - from.before, after: to.after - from.after };
  const surplus = rows.after - rows.before;
  if (surplus === 0) return segments.add(rows.before, from.before, from.after);
  const inPlace = rowsInPlace(between, changes);
  if (inPlace !== null) {
    const { top, bottom } = inPlace;
    fill(segments, { from, to: { before: top, after: top }, isLast: false }, changes);
    segments.add(bottom - top, top, top);
    fill(segments, { from: { before: bottom, after: bottom }, to, isLast }, changes);
    return;
  }
  const paired = Math.min(rows.before, rows.after);
  const first = Math.min(paired, Math.max(0, gapPlace(between, surplus > 0 ? 'after' : 'before', changes)));
  segments.add(first, from.before, from.after);
  const [before, after] = [from.before + first, from.after + first];
  if (surplus > 0) {
    segments.add(surplus, null, after);
    segments.add(paired - first, before, after + surplus);
  } else {
    segments.add(-surplus, before, null);
    segments.add(paired - first, before - surplus, after);
  }
}

/**
 * What did not move is not listed. Between rows that moved by different distances, rows at equal places in both images
 * are in place, unless something changed there.
 */
function rowsInPlace(
  { from, to }: Between,
  changes: readonly Change[],
): { top: number; bottom: number } | null {
  const isMoved = from.before !== from.after && to.before !== to.after;
  const top = Math.max(from.before, from.after);
  const bottom = Math.min(to.before, to.after);
  if (!isMoved || bottom <= top) return null;
  const isChanged = changes.some(({ after }) => after !== null && meets(after, from.after, to.after));
  return isChanged ? null : { top, bottom };
}

/** How many rows after the beginning the gap is, in the image that has rows there: `side`. */
function gapPlace({ from, to, isLast }: Between, side: Side, changes: readonly Change[]): number {
  const lone = side === 'after' ? 'added' : 'removed';
  let best: Change | null = null;
  for (const change of changes) {
    const { kind } = change;
    const box = change[side];
    if (box === null || !(kind === lone || kind === 'resized' || kind === 'space')) continue;
    if (!meets(box, from[side], to[side])) continue;
    if (best === null || box.height > best[side]!.height) best = change;
  }
  if (best !== null) {
    const kept = Math.min(best.before?.height ?? 0, best.after?.height ?? 0);
    return best[side]!.top + kept - from[side];
  }
  // At the end of the page, what follows moved rows is in place: the gap comes first.
  return isLast && from.before !== from.after && side === 'before' ? 0 : Infinity;
}

function meets(box: { top: number; height: number }, top: number, bottom: number): boolean {
  return box.top < bottom && box.top + box.height > top;
}

/** The pairs of most rows that follow each other in both images without overlap. */
function longestChain(pairs: readonly RowPair[]): RowPair[] {
  const sorted = [...pairs].sort((a, b) => a.after - b.after || a.before - b.before);
  const best = sorted.map(({ height }) => ({ rows: height, previous: -1 }));
  let end = -1;
  sorted.forEach((pair, index) => {
    for (let earlier = 0; earlier < index; earlier++) {
      const { before, after, height } = sorted[earlier]!;
      if (before + height > pair.before || after + height > pair.after) continue;
      const rows = best[earlier]!.rows + pair.height;
      if (rows > best[index]!.rows) best[index] = { rows, previous: earlier };
    }
    if (end === -1 || best[index]!.rows > best[end]!.rows) end = index;
  });
  const chain: RowPair[] = [];
  for (let at = end; at !== -1; at = best[at]!.previous) chain.unshift(sorted[at]!);
  return chain;
}

class SegmentList {
  readonly list: RowSegment[] = [];

  add(height: number, before: number | null, after: number | null): void {
    if (height <= 0) return;
    const last = this.list.at(-1);
    const top = last === undefined ? 0 : last.top + last.height;
    if (last !== undefined && continues(last, 'before', before) && continues(last, 'after', after))
      last.height += height;
    else this.list.push({ top, height, before, after });
  }
}

function continues(last: RowSegment, side: Side, row: number | null): boolean {
  const from = last[side];
  return from === null || row === null ? from === row : from + last.height === row;
}

/** Rows of all segments. */
export function rowsOf(segments: readonly RowSegment[]): number {
  const last = segments.at(-1);
  return last === undefined ? 0 : last.top + last.height;
}

/** The canvas row on which a row of an image is. */
export function toCanvasRow(segments: readonly RowSegment[], side: Side, row: number): number {
  let nearest = row;
  for (const segment of segments) {
    const from = segment[side];
    if (from === null) continue;
    if (row < from) break;
    nearest = segment.top + (row - from);
    if (row < from + segment.height) break;
  }
  return nearest;
}

/** The row of an image on a canvas row; null in a gap and outside. */
export function toImageRow(segments: readonly RowSegment[], side: Side, row: number): number | null {
  const found = segments.find(({ top, height }) => row >= top && row < top + height);
  const from = found?.[side] ?? null;
  return found === undefined || from === null ? null : from + (row - found.top);
}

/** Like {@link toImageRow}; in a gap, the row that follows it. */
export function nearestImageRow(segments: readonly RowSegment[], side: Side, row: number): number {
  let last = 0;
  for (const { top, height, [side]: from } of segments) {
    if (from === null) {
      if (row < top + height) return last;
      continue;
    }
    if (row < top + height) return from + Math.max(0, row - top);
    last = from + height;
  }
  return last;
}
