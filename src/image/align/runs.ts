/** Which runs of equal lines are believed, and where exactly they begin and end. */
import type { PairPixels } from '../kernel/pair-pixels.ts';
import type { NumberedLines, Run } from './match-lines.ts';
import { isInPlace, rowsOf } from './part.ts';
import type { Zone } from './part.ts';

/** What neighboring runs of one displacement must have together. */
const evidence = { distinctLines: 8, ink: 64, areaPixels: 600 };

/** The furthest that an inserted or removed part slides up. */
const maxSlideRows = 1_000;

/**
 * Drops runs that may be chance: a few lines that look alike at another place.
 *
 * @param size of a line in pixels
 * @param inPlace the difference of line numbers at which a line did not move
 */
export function withEvidence(
  runs: readonly Run[],
  lines: NumberedLines,
  size: number,
  inPlace: number | null,
): Run[] {
  const isKept = new Array<boolean>(runs.length).fill(false);
  for (let first = 0; first < runs.length;) {
    const shift = shiftOf(runs[first]!);
    let end = first + 1;
    while (end < runs.length && shiftOf(runs[end]!) === shift) end++;
    const group = runs.slice(first, end);
    const isBelieved = shift === inPlace || hasEvidence(group, lines, size);
    for (const [index, run] of group.entries()) isKept[first + index] = isBelieved || isAtEnd(run, lines);
    first = end;
  }
  addBetween(runs, isKept, lines, size);
  return runs.filter((_, index) => isKept[index]);
}

/**
 * What lies between two believed runs and moved no less than the one and no further than the other, needs less evidence: lines
 * between cells that grew.
 */
function addBetween(runs: readonly Run[], isKept: boolean[], lines: NumberedLines, size: number): void {
  let last = -1;
  for (let next = 0; next < runs.length; next++) {
    if (isKept[next] !== true) continue;
    for (let index = last + 1; last >= 0 && index < next; index++) {
      const run = runs[index]!;
      const ends = [shiftOf(runs[last]!), shiftOf(runs[next]!)];
      const isBetween = shiftOf(run) >= Math.min(...ends) && shiftOf(run) <= Math.max(...ends);
      if (isBetween && run.length * size >= evidence.areaPixels && hasInk(run, lines)) isKept[index] = true;
    }
    last = next;
  }
}

function hasInk({ before, length }: Run, lines: NumberedLines): boolean {
  for (let line = before; line < before + length; line++)
    if (lines.ink[lines.before[line]!]! > 0) return true;
  return false;
}

export function shiftOf({ before, after }: Run): number {
  return after - before;
}

function isAtEnd({ before, after, length }: Run, lines: NumberedLines): boolean {
  return (
    (before === 0 && after === 0) ||
    (before + length === lines.before.length && after + length === lines.after.length)
  );
}

export function hasEvidence(group: readonly Run[], { before, ink }: NumberedLines, size: number): boolean {
  const distinct = new Set<number>();
  let [total, length] = [0, 0];
  for (const run of group) {
    length += run.length;
    for (let line = run.before; line < run.before + run.length; line++) {
      const steps = ink[before[line]!]!;
      if (steps === 0) continue;
      total += steps;
      if (distinct.size < evidence.distinctLines) distinct.add(before[line]!);
    }
  }
  return (
    distinct.size >= evidence.distinctLines && total >= evidence.ink && length * size >= evidence.areaPixels
  );
}

/**
 * Moves what was only inserted or only removed up as far as the rows allow: the same insertion is then always at the same place.
 * Changes the runs.
 *
 * @param rowsAbove how many rows above the zone are equal in both images; the first run may begin there
 */
export function slideUp(pixels: PairPixels, zone: Zone, runs: Run[], rowsAbove: number): Run[] {
  const above = { before: -rowsAbove, after: -rowsAbove, length: rowsAbove };
  const all = rowsAbove > 0 ? [above, ...runs] : runs;
  for (let index = 1; index < all.length; index++) {
    const [upper, lower] = [all[index - 1]!, all[index]!];
    const removed = lower.before - upper.before - upper.length;
    const added = lower.after - upper.after - upper.length;
    if (removed > 0 === added > 0) continue;
    const side = added > 0 ? 1 : 0;
    const rect = side === 1 ? zone.after : zone.before;
    const start = rect.top + (side === 1 ? lower.after : lower.before);
    const size = Math.max(removed, added);
    // The first row of a run stays where it is: without one the gap would join that above.
    const most = Math.min(upper === above ? upper.length : upper.length - 1, maxSlideRows);
    let rows = 0;
    while (rows < most) {
      const y = start - 1 - rows;
      pixels.settle(y - size, y - size + 1);
      if (!pixels.isRowEqual(side, rect.left, rect.width, y, y - size)) break;
      rows++;
    }
    upper.length -= rows;
    lower.before -= rows;
    lower.after -= rows;
    lower.length += rows;
  }
  return runs;
}

/**
 * Extends runs of moved rows over rows that were only drawn a little differently: browsers dither gradients by position.
 */
export function growOverNoise(pixels: PairPixels, zone: Zone, runs: readonly Run[]): Run[] {
  const grown: Run[] = [];
  const ends = { before: zone.before.height, after: zone.after.height };
  for (let index = 0; index <= runs.length; index++) {
    const lower = runs[index];
    const to = lower ?? ends;
    let upper = grown.at(-1);
    while (upper !== undefined && hasMoved(zone, upper)) {
      const from = endOf(upper);
      upper.length += nearRows(pixels, zone, from, to, 1);
      upper = nextByOne(pixels, zone, endOf(upper), to);
      if (upper !== undefined) grown.push(upper);
    }
    if (lower === undefined) break;
    const last = grown.at(-1);
    const from = last === undefined ? { before: 0, after: 0 } : endOf(last);
    const rows = hasMoved(zone, lower) ? nearRows(pixels, zone, from, lower, -1) : 0;
    grown.push({ before: lower.before - rows, after: lower.after - rows, length: lower.length + rows });
  }
  return grown;
}

export interface Place {
  before: number;
  after: number;
}

function nearRows(pixels: PairPixels, zone: Zone, from: Place, to: Place, step: 1 | -1): number {
  if (to.before <= from.before || to.after <= from.after) return 0;
  return pixels.closeRows(
    rowsOf(zone.before, from.before, to.before),
    rowsOf(zone.after, from.after, to.after),
    step,
  );
}

/** Where lines were drawn one pixel nearer or further than those above: what moved by a fraction of a pixel. */
function nextByOne(pixels: PairPixels, zone: Zone, { before, after }: Place, to: Place): Run | undefined {
  for (const start of [
    { before: before + 1, after },
    { before, after: after + 1 },
  ]) {
    const length = nearRows(pixels, zone, start, to, 1);
    if (length >= evidence.distinctLines) return { ...start, length };
  }
  return undefined;
}

export function endOf({ before, after, length }: Run): { before: number; after: number } {
  return { before: before + length, after: after + length };
}

function hasMoved(zone: Zone, run: Run): boolean {
  return !isInPlace({
    before: rowsOf(zone.before, run.before, run.before),
    after: rowsOf(zone.after, run.after, run.after),
  });
}
