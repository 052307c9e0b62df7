/**
 * Finds where a zone grew or shrank whose rows are drawn anew, such as rows of a striped table, whose colors swap below one that
 * was added: no row is equal, but above that place all look as at the zone's top, and below it as at its end.
 */
import type { PairPixels } from '../kernel/pair-pixels.ts';
import { isBlank } from './leaf-content.ts';
import type { Run } from './match-lines.ts';
import { isEmpty, isInPlace, leaf, rowsOf } from './part.ts';
import type { Part, Zone } from './part.ts';
import { spend } from './read-zone.ts';
import type { Reading } from './read-zone.ts';
import { endOf } from './runs.ts';
import type { Place } from './runs.ts';
import { sum, total } from './sum.ts';

/** Fewer equal rows make no part. */
const leastEqualRows = 8;
/** Looking at a zone at one displacement costs this share of hashing. */
const lookShare = 0.25;
/** So many rows at each end say whether more are worth looking at: they leave at most this share of what rows leave on average. */
const lookRows = 48;
const unlikeShare = 0.3;
const glanceRows = 8;
/** Another displacement must explain so many pixels more, and this share of each row that only one of the images has. */
const turnCost = 24;
const skipShare = 1 / 8;

export interface Growth {
  parts: Part[];
  /** Pixels that count as changed in the parts that both images have. */
  left: number;
  /** The same of the zone as it is, both images from its top. */
  aligned: number;
}

/**
 * The zone in parts that moved as its top or as its end, or, where that is elsewhere, by one row less or more: what moves by a
 * fraction of a pixel is drawn so. Null if both images are equally high.
 */
export function cutAtGrowth(reading: Reading, zone: Zone): Growth | null {
  const { before, after } = zone;
  if (before.width !== after.width || isEmpty(before) || isEmpty(after)) return null;
  const grown = after.height - before.height;
  if (grown === 0) return null;
  const shifts = shiftsOf(zone, grown);
  if (!spend(reading, zone, lookShare * shifts.length)) return null;
  const first = rowsApart(reading, zone, 0);
  const aligned = total(first);
  if (aligned === 0) return null;
  const endsInPlace = after.top + after.height === before.top + before.height && before.left === after.left;
  if (!endsInPlace && !mayGrow(reading, zone, shifts, first, aligned)) return null;
  const apart = shifts.map((shift) => (shift === 0 ? first : rowsApart(reading, zone, shift)));
  const runs = cheapestRuns({ zone, shifts, apart, skipCost: before.width * skipShare });
  const left = sum(runs, (run) => run.left);
  return { parts: partsOf(reading.pixels, zone, runs), left, aligned };
}

/** Whether the rows at the top look as they did, or those at the end where they moved to: most zones have neither, and need no further look. */
function mayGrow(
  { pixels, largest }: Reading,
  { before, after }: Zone,
  shifts: readonly number[],
  first: Uint32Array,
  aligned: number,
): boolean {
  const rows = Math.min(lookRows, before.height, after.height);
  const most = unlikeShare * (aligned / first.length) * rows;
  if (total(first.subarray(0, rows)) <= most) return true;
  const end = before.height;
  return shifts.some((shift) => {
    const endAfter = Math.min(end + shift, after.height);
    if (shift === 0 || endAfter < rows || endAfter - shift < rows) return false;
    const [from, to] = [
      rowsOf(before, endAfter - shift - rows, endAfter - shift),
      rowsOf(after, endAfter - rows, endAfter),
    ];
    return leavesAtMost(most, { pixels, largest }, { before: from, after: to });
  });
}

/** Whether rows of one height leave no more; most leave far more, which a few of them show. */
function leavesAtMost(
  most: number,
  { pixels, largest }: Pick<Reading, 'pixels' | 'largest'>,
  { before, after }: Zone,
): boolean {
  let left = 0;
  for (let row = 0; row < before.height && left <= most; row += glanceRows) {
    const end = Math.min(row + glanceRows, before.height);
    left += total(pixels.rowsApart(rowsOf(before, row, end), rowsOf(after, row, end), largest));
  }
  return left <= most;
}

/** How far rows may have moved within the zone: as its top, which comes first, as its end, and next to those. */
function shiftsOf({ before, after }: Zone, grown: number): number[] {
  const moved = after.top - before.top;
  const near = (shift: number) => (shift + moved === 0 ? [shift] : [shift, shift - 1, shift + 1]);
  return [...new Set([...near(0), ...near(grown)])];
}

/** By row of the image before: pixels that are apart if it moved so; zero where the image after has no such row. */
function rowsApart({ pixels, largest }: Reading, { before, after }: Zone, shift: number): Uint32Array {
  const first = Math.max(0, -shift);
  const end = Math.max(first, Math.min(before.height, after.height - shift));
  const all = new Uint32Array(before.height);
  const [from, to] = [rowsOf(before, first, end), rowsOf(after, first + shift, end + shift)];
  if (end > first) all.set(pixels.rowsApart(from, to, largest), first);
  return all;
}

interface Choice {
  zone: Zone;
  shifts: readonly number[];
  /** By displacement. */
  apart: readonly Uint32Array[];
  /** Of a row that only one of the images has. */
  skipCost: number;
}

interface ShiftedRun extends Run {
  left: number;
}

/** Row by row the displacement, so that least is left; the first rows move as the zone's top, the last as its end. */
function cheapestRuns({ zone, shifts, apart, skipCost }: Choice): ShiftedRun[] {
  const count = shifts.length;
  const [end, endAfter] = [zone.before.height, zone.after.height];
  // A state is a row of the image before, the next one, and the displacement of the row above it.
  const costs = new Float64Array((end + 1) * count).fill(Infinity);
  const origins = new Int32Array((end + 1) * count).fill(-1);
  const reach = (state: number, cost: number, origin: number) => {
    if (cost >= costs[state]!) return;
    costs[state] = cost;
    origins[state] = origin;
  };
  costs[0] = 0;
  for (let row = 0; row <= end; row++)
    for (let index = 0; index < count; index++) {
      const state = row * count + index;
      const shift = shifts[index]!;
      if (costs[state] === Infinity) continue;
      for (let next = 0; next < count; next++) {
        // A smaller displacement leaves rows of the image before out, a larger one rows of the image after.
        const more = shifts[next]! - shift;
        const at = row + Math.max(0, -more);
        if (more === 0 || at > end || at + shifts[next]! > endAfter) continue;
        const cost = costs[state]! + turnCost + Math.abs(more) * skipCost;
        const isNew = origins[state]! < 0 || Math.floor(origins[state]! / count) < row;
        if (isNew) reach(at * count + next, cost, state);
      }
      const placed = row + shift;
      if (row < end && placed >= 0 && placed < endAfter)
        reach(state + count, costs[state]! + apart[index]![row]!, state);
    }
  return trace(shifts, apart, origins, end * count + shifts.indexOf(endAfter - end));
}

function trace(
  shifts: readonly number[],
  apart: readonly Uint32Array[],
  origins: Int32Array,
  last: number,
): ShiftedRun[] {
  const count = shifts.length;
  const runs: ShiftedRun[] = [];
  for (let state = last; origins[state]! >= 0; state = origins[state]!) {
    const index = state % count;
    if (origins[state] !== state - count) continue;
    const row = Math.floor(state / count) - 1;
    const after = row + shifts[index]!;
    const run = runs.at(-1);
    const left = apart[index]![row]!;
    if (run !== undefined && run.before === row + 1 && run.after === after + 1) {
      run.before = row;
      run.after = after;
      run.length++;
      run.left += left;
    } else runs.push({ before: row, after, length: 1, left });
  }
  return runs.reverse();
}

function partsOf(pixels: PairPixels, zone: Zone, runs: readonly Run[]): Part[] {
  const part = (from: Place, to: Place): Zone => ({
    before: rowsOf(zone.before, from.before, to.before),
    after: rowsOf(zone.after, from.after, to.after),
  });
  const parts: Part[] = [];
  let at = { before: 0, after: 0 };
  for (const run of [...runs, { before: zone.before.height, after: zone.after.height, length: 0 }]) {
    if (run.before > at.before || run.after > at.after) parts.push(leaf(part(at, run)));
    at = endOf(run);
    if (run.length > 0) parts.push(...withEqualRows(pixels, part(run, at)));
  }
  return parts;
}

/** Of a part that moved, equal rows become parts by themselves. */
function withEqualRows(pixels: PairPixels, part: Zone): Part[] {
  if (isInPlace(part)) return [leaf(part)];
  const { before, after } = part;
  const slice = (from: number, to: number): Zone => ({
    before: rowsOf(before, from, to),
    after: rowsOf(after, from, to),
  });
  const parts: Part[] = [];
  let open = 0;
  const { height } = before;
  for (let row = 0; row < height;) {
    const rest = slice(row, height);
    const rows = pixels.closeRows(rest.before, rest.after, 1);
    if (rows >= leastEqualRows) {
      if (row > open) parts.push(leaf(slice(open, row)));
      const equal = slice(row, row + rows);
      const hasInk = !isBlank(pixels, 0, equal.before);
      parts.push({ ...equal, isEqual: true, hasInk });
      open = row + rows;
    }
    row += rows + 1;
  }
  if (open < height) parts.push(leaf(slice(open, height)));
  return parts;
}
