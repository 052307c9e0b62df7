/** Finds which parts of two images correspond: by rows, by columns, sideways, and again within what is left. */
import type { PairPixels, Rect, Side } from '../kernel/pair-pixels.ts';
import { matchLines, numberLines } from './match-lines.ts';
import type { Run } from './match-lines.ts';
import { areaOf, hasOneSize, isEmpty, isInPlace, leaf, rowsOf } from './part.ts';
import type { Part, Zone } from './part.ts';
import { endOf, growOverNoise, slideUp, withEvidence } from './runs.ts';
import { cutAtGrowth } from './growth.ts';
import { isStretch } from './leaf-content.ts';
import { isSpaceAlone, readColumns } from './read-columns.ts';
import { readSideways } from './read-sideways.ts';
import { cutAlike } from './same-cut.ts';
import { sum, total } from './sum.ts';

/** What all readings of a pair share. */
export interface Reading {
  pixels: PairPixels;
  /** Pixels that may still be read; below zero the search ends. */
  budget: number;
  /** Colors further apart than this squared distance in YIQ count as changed at another place. */
  largest: number;
  /** Groups of columns that end together: see {@link Part.end}. */
  groups: number;
}

const maxDepth = 5;
/** Gaps with shorter runs between them may be columns of which one moved. */
const shortRunRows = 80;
/** The reading by columns replaces that by rows if it leaves at most this share. */
const betterShare = 0.8;
/** With so many gaps the columns are read first; if they leave so little, the rows are not read at all. */
const manyGaps = 4;
const littleShare = 0.03;
/** What lies in fewer rows is a line of text. */
const lineRows = 24;
/** Smaller zones than these are only cut into columns. */
const maxGrowthDepth = 1;
/** Gaps that are no higher come from rounding if they repeat a row. */
const thinRows = 2;
/** A pixel that is apart in a leaf of two heights counts so often. */
const unlikeFactor = 2;
/** A zone costs at least this: small ones cost more than their pixels. */
const leastPixels = 8_192;
/** A row costs as much as so many pixels, beside its own. */
const linePixels = 64;

/**
 * @param rowsAbove how many rows above the zone are equal in both images, in place
 * @param rowsBelow the same below it
 * @returns parts that tile both rectangles and as many rows above and below as the first and the last part need
 */
export function readRows(reading: Reading, zone: Zone, depth: number, rowsAbove = 0, rowsBelow = 0): Part[] {
  if (isEmpty(zone.before) || isEmpty(zone.after) || !spend(reading, zone)) return [leaf(zone)];
  const { pixels } = reading;
  const lines = { before: pixels.hashRows(0, zone.before), after: pixels.hashRows(1, zone.after) };
  const numbered = numberLines(lines.before, lines.after);
  const { width } = zone.before;
  const inPlace = zone.before.left === zone.after.left ? zone.before.top - zone.after.top : null;
  const found = verified(pixels, zone, matchLines(numbered));
  const slid = slideUp(pixels, zone, withEvidence(found, numbered, width, inPlace), rowsAbove);
  const { runs: cut, reach } = cutRowsAlike(pixels, zone, slid, rowsAbove, rowsBelow);
  const runs = growOverNoise(pixels, zone, cut);
  const isBlank = (side: Side, row: number) => (side === 0 ? lines.before : lines.after).ink[row] === 0;
  const parts: Part[] = [];
  for (const item of sequence(zone, runs, reach)) {
    if (item.kind === 'run') parts.push(runPart(zone, item.run, lines.before.ink));
    else
      for (const part of readStretch(reading, zone, item, depth, isBlank, lines.before.ink)) parts.push(part);
  }
  return parts;
}

/** @returns the runs, and how many of the rows below the zone the last gap reaches over */
function cutRowsAlike(
  pixels: PairPixels,
  zone: Zone,
  runs: readonly Run[],
  rowsAbove: number,
  rowsBelow: number,
): { runs: Run[]; reach: number } {
  // A first run that slid up has taken rows from above.
  const top = Math.min(0, runs[0]?.before ?? 0, runs[0]?.after ?? 0);
  const above = { before: -rowsAbove, after: -rowsAbove, length: rowsAbove + top };
  const below = { before: zone.before.height, after: zone.after.height, length: rowsBelow };
  const cut = cutAlike(pixels, zone, 'rows', [above, ...runs, below]);
  const inZone = cut.slice(1, -1);
  const end = endOf(cut[0]!).before;
  if (end > 0) inZone.unshift({ before: 0, after: 0, length: end });
  return { runs: inZone, reach: cut.at(-1)!.before - zone.before.height };
}

/** Two hashes may be equal by chance: what is claimed is compared. */
function verified(pixels: PairPixels, zone: Zone, runs: readonly Run[]): Run[] {
  return runs.flatMap((run) => {
    const part = runZone(zone, run);
    const length = pixels.closeRows(part.before, part.after, 1);
    return length === 0 ? [] : [{ ...run, length }];
  });
}

function runZone(zone: Zone, { before, after, length }: Run): Zone {
  return {
    before: rowsOf(zone.before, before, before + length),
    after: rowsOf(zone.after, after, after + length),
  };
}

function runPart(zone: Zone, run: Run, ink: Uint32Array): Part {
  let hasInk = false;
  for (let row = Math.max(run.before, 0); row < run.before + run.length && !hasInk; row++)
    hasInk = ink[row]! > 0;
  return { ...runZone(zone, run), isEqual: true, hasInk };
}

/** Gaps, in rows from the top of the zone, with the short runs between them. */
interface Stretch {
  kind: 'stretch';
  gaps: { before: [number, number]; after: [number, number] }[];
  runs: Run[];
}

/** @param reach how many rows below the zone belong to it */
function sequence(zone: Zone, runs: readonly Run[], reach: number): (Stretch | { kind: 'run'; run: Run })[] {
  const items: (Stretch | { kind: 'run'; run: Run })[] = [];
  const ends = { before: zone.before.height + reach, after: zone.after.height + reach, length: 0 };
  // Rows above the zone belong to it if the first run slid up.
  const top = Math.min(0, runs[0]?.before ?? 0, runs[0]?.after ?? 0);
  let at = { before: top, after: top };
  let waiting: Run | null = null;
  for (const run of [...runs, ends]) {
    if (run.before > at.before || run.after > at.after) {
      const gap = {
        before: [at.before, run.before] as [number, number],
        after: [at.after, run.after] as [number, number],
      };
      const last = items.at(-1);
      if (waiting !== null && last?.kind === 'stretch' && waiting.length < shortRunRows) {
        last.runs.push(waiting);
        last.gaps.push(gap);
      } else {
        if (waiting !== null) items.push({ kind: 'run', run: waiting });
        items.push({ kind: 'stretch', gaps: [gap], runs: [] });
      }
      waiting = null;
    }
    if (waiting !== null) items.push({ kind: 'run', run: waiting });
    waiting = run.length > 0 ? run : null;
    at = endOf(run);
  }
  if (waiting !== null) items.push({ kind: 'run', run: waiting });
  return items;
}

/** One gap, or several that may be one: then the reading that leaves less is taken. */
function readStretch(
  reading: Reading,
  zone: Zone,
  { gaps, runs }: Stretch,
  depth: number,
  isBlank: (side: Side, row: number) => boolean,
  ink: Uint32Array,
): Part[] {
  const zoneOf = (gap: Stretch['gaps'][number]): Zone => ({
    before: rowsOf(zone.before, ...gap.before),
    after: rowsOf(zone.after, ...gap.after),
  });
  const whole = zoneOf({
    before: [gaps[0]!.before[0], gaps.at(-1)!.before[1]],
    after: [gaps[0]!.after[0], gaps.at(-1)!.after[1]],
  });
  const mayBeColumns =
    gaps.length > 1 && depth < maxDepth && !areThin(reading.pixels, gaps.map(zoneOf), whole);
  const early = gaps.length >= manyGaps && mayBeColumns ? readColumns(reading, whole, depth) : null;
  if (early !== null && costOf(reading, early) <= littleShare * (areaOf(whole.before) + areaOf(whole.after)))
    return early;
  const byRows = gaps.flatMap((gap, index) => [
    ...readGap(
      reading,
      zoneOf(gap),
      depth,
      (row) => isBlank(0, gap.before[0] + row) && isBlank(1, gap.after[0] + row),
    ),
    ...(index < runs.length ? [runPart(zone, runs[index]!, ink)] : []),
  ]);
  if (!mayBeColumns) return byRows;
  const left = costOf(reading, byRows);
  if (left === 0) return byRows;
  const byColumns = early ?? readColumns(reading, whole, depth);
  if (byColumns === null) return byRows;
  // Higher ones may be boxes that changed places.
  const areLines = byRows.every((part) => part.isEqual || !hasOneSize(part) || part.before.height < lineRows);
  const isBetter =
    costOf(reading, byColumns) <= betterShare * left || (areLines && isSimpler(reading, byColumns, byRows));
  return isBetter ? byColumns : byRows;
}

/** Whether a reading leaves no more than another one, in fewer pieces. */
function isSimpler(reading: Reading, parts: readonly Part[], others: readonly Part[]): boolean {
  const leaves = [parts, others].map((all) => all.filter(({ isEqual }) => !isEqual).length);
  return leaves[0]! < leaves[1]! && costOf(reading, parts) < costOf(reading, others);
}

/** Rows that only one of the images has, hardly anything of the whole, and no single ones but repeated ones: what moved by fractions of a pixel. */
function areThin(pixels: PairPixels, gaps: readonly Zone[], { before, after }: Zone): boolean {
  let rows = 0;
  for (const gap of gaps) {
    const [removed, added] = [gap.before.height, gap.after.height];
    if (removed > 0 && added > 0) return false;
    rows += removed + added;
    if (removed + added > thinRows) continue;
    if (!isStretch(pixels, removed > 0 ? 0 : 1, removed > 0 ? gap.before : gap.after)) return false;
  }
  return rows <= littleShare * (before.height + after.height);
}

function readGap(reading: Reading, gap: Zone, depth: number, isBlankRow: (row: number) => boolean): Part[] {
  if (isEmpty(gap.before) || isEmpty(gap.after)) return [leaf(gap)];
  const known = asWhole(reading, gap);
  if (known !== null) return [known];
  if (depth >= maxDepth) return [leaf(gap)];
  if (gap.before.height === gap.after.height)
    return readSideways(reading, gap, isBlankRow) ?? readColumns(reading, gap, depth) ?? [leaf(gap)];
  const cut = depth <= maxGrowthDepth ? cutAtGrowth(reading, gap) : null;
  if (cut !== null && cut.left <= littleShare * cut.aligned) return cut.parts;
  const columns = readColumns(reading, gap, depth) ?? [leaf(gap)];
  const takesCut = cut !== null && isSpaceAlone(reading, cut.parts) && isSimpler(reading, cut.parts, columns);
  return takesCut ? cut.parts : columns;
}

/** A zone that only moved. In place nothing is forgiven: there the comparison decides. */
export function asWhole({ pixels }: Reading, zone: Zone): Part | null {
  if (!hasOneSize(zone) || isInPlace(zone)) return null;
  if (pixels.closeRows(zone.before, zone.after, 1) < zone.before.height) return null;
  return { ...zone, isEqual: true, hasInk: true };
}

/** What a reading leaves unexplained: twice the pixels that count as changed but for anti-aliasing, and all that only one of the images has. */
export function costOf(reading: Reading, parts: readonly Part[]): number {
  return sum(parts, (part) => (part.isEqual ? 0 : costOfLeaf(reading, part)));
}

/** Of two heights, the first rows are compared, too, as those that both have: it costs more, as nothing says that they belong together. */
function costOfLeaf({ pixels, largest }: Reading, { before, after }: Part): number {
  if (before.width !== after.width) return areaOf(before) + areaOf(after);
  const height = Math.min(before.height, after.height);
  const own = Math.abs(before.height - after.height) * before.width;
  if (height === 0 || before.width === 0) return own;
  const apart = pixels.rowsApart(rowsOf(before, 0, height), rowsOf(after, 0, height), largest);
  return (own === 0 ? 2 : unlikeFactor) * total(apart) + own;
}

/** Takes the pixels of a zone from the budget; false if nothing is left. */
export function spend(
  reading: Reading,
  { before, after }: { before: Rect; after: Rect },
  share = 1,
): boolean {
  if (reading.budget <= 0) return false;
  const rows = before.height + after.height;
  reading.budget -= Math.max(share * (areaOf(before) + areaOf(after) + rows * linePixels), leastPixels);
  return true;
}
