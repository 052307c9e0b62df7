/** Finds what moved to the left or right within rows that did not move relative to each other. */
import type { PairPixels, Rect } from '../kernel/pair-pixels.ts';
import { isBlank } from './leaf-content.ts';
import { matchLines, numberLines } from './match-lines.ts';
import type { Run } from './match-lines.ts';
import { areaOf, columnsOf, leaf, rowsOf } from './part.ts';
import type { Band, Part, Zone } from './part.ts';
import { endOf, hasEvidence, shiftOf, withEvidence } from './runs.ts';
import { cutAlike } from './same-cut.ts';
import { costOf, spend } from './read-zone.ts';
import type { Reading } from './read-zone.ts';
import { sum } from './sum.ts';

/** Rows that are blank in both images separate bands. */
const blankRows = 2;
/** A zone of more bands is a text, where nothing moves sideways as a whole. */
const maxBands = 16;
/** Fewer columns with content that moved together say nothing by themselves: letters of labels that are drawn anew beside them. */
const leastInkColumns = 24;
/** Nor does so small a share of all columns with content that lie between the first and the last that differ: a word of a line that was drawn anew. */
const tellingShare = 0.2;
/** Then what moved must leave at most this share of what the band leaves as it stands. */
const worthShare = 0.8;
/** A displacement seen in another band is believed if it leaves less than this share of the pixels that differ. */
const betterShare = 0.5;

/** The parts of a zone of equal heights; null if nothing in it moved sideways. */
export function readSideways(
  reading: Reading,
  zone: Zone,
  isBlankRow: (row: number) => boolean,
): Part[] | null {
  if (zone.before.width !== zone.after.width) return null;
  const whole = readBand(reading, zone);
  if (whole !== null) return asBand(reading.pixels, whole.parts);
  const bands = bandsOf(zone, isBlankRow);
  if (bands.length < 2 || bands.length > maxBands) return null;
  const read = bands.map((band) => ({ band, found: readBand(reading, band) }));
  const shifts = read.flatMap(({ found }) => (found === null ? [] : [found.shift]));
  if (shifts.length === 0) return null;
  return read.flatMap(({ band, found }) =>
    asBand(reading.pixels, found?.parts ?? shiftedBand(reading.pixels, band, shifts)),
  );
}

/** Notes which leaves belong together, and which of them stand at the ends. */
function asBand(pixels: PairPixels, parts: Part[]): Part[] {
  const isGap = ({ isEqual, after }: Part) => isEqual && isBlank(pixels, 1, after);
  const firstShown = parts.findIndex((part) => !isGap(part));
  const lastShown = parts.findLastIndex((part) => !isGap(part));
  const [start, end] = [parts.at(0), parts.at(-1)];
  const band: Band = { endsInPlace: false };
  if (start !== undefined && end?.isEqual === true)
    band.endsInPlace = lastShown === parts.length - 1 || isSameColumn(pixels, end.after, start.after.left);
  const [left, right] = [parts[firstShown], parts[lastShown]];
  if (left?.isEqual === false) band.left = left;
  if (right?.isEqual === false && right !== left) band.right = right;
  for (const part of parts) if (!part.isEqual) part.band = band;
  return parts;
}

/** Whether the last column of a rectangle is that at `left`, in the image after. */
function isSameColumn(pixels: PairPixels, { left, top, width, height }: Rect, other: number): boolean {
  return pixels.countBeyond(1, { left: left + width - 1, top, width: 1, height }, 1, other, top) === 0;
}

/** Columns that moved, between others that may not have. */
interface Shift {
  by: number;
  from: number;
  to: number;
}

function readBand(reading: Reading, zone: Zone): { parts: Part[]; shift: Shift } | null {
  if (areaOf(zone.before) === 0 || !spend(reading, zone)) return null;
  const { pixels } = reading;
  // Equal columns at both sides need no search.
  const middle = pixels.differingColumns(zone.before, zone.after);
  if (middle === null) return null;
  const { first: start, end } = middle;
  const lines = numberLines(
    pixels.hashColumns(0, columnsOf(zone.before, start, end)),
    pixels.hashColumns(1, columnsOf(zone.after, start, end)),
  );
  const { height, width } = zone.before;
  const inPlace = zone.before.left - zone.after.left;
  const inMiddle = matchLines(lines).filter((run) => isNear(pixels, zone, movedBy(run, start)));
  const runs = withEvidence(inMiddle, lines, height, inPlace);
  const moved = runs.filter((run) => shiftOf(run) !== 0);
  const first = moved[0];
  if (
    first === undefined ||
    !hasEvidence(
      moved.filter((run) => shiftOf(run) === shiftOf(first)),
      lines,
      height,
    )
  )
    return null;
  const parts: Part[] = [];
  let at = { before: 0, after: 0 };
  const all = cutAlike(pixels, zone, 'columns', [
    { before: 0, after: 0, length: start },
    ...runs.map((run) => movedBy(run, start)),
    { before: end, after: end, length: width - end },
  ]);
  for (const run of all) {
    if (run.before > at.before || run.after > at.after)
      parts.push(
        leaf({
          before: columnsOf(zone.before, at.before, run.before),
          after: columnsOf(zone.after, at.after, run.after),
        }),
      );
    if (run.length > 0) {
      const isOutside = run.before < start || run.before + run.length > end;
      const withInk = isOutside || hasInk(movedBy(run, -start), lines);
      parts.push({ ...runZone(zone, run), isEqual: true, hasInk: withInk });
    }
    at = endOf(run);
  }
  const inkMoved = sum(moved, (run) => inkColumns(run, lines));
  const isTelling =
    moved.some((run) => inkColumns(run, lines) >= leastInkColumns) &&
    inkMoved >= tellingShare * inkColumns({ before: 0, after: 0, length: lines.before.length }, lines);
  if (!isTelling && costOf(reading, parts) > worthShare * costOf(reading, [leaf(zone)])) return null;
  return { parts, shift: { by: shiftOf(first), from: start, to: end } };
}

function movedBy({ before, after, length }: Run, columns: number): Run {
  return { before: before + columns, after: after + columns, length };
}

function runZone(zone: Zone, { before, after, length }: Run): Zone {
  return {
    before: columnsOf(zone.before, before, before + length),
    after: columnsOf(zone.after, after, after + length),
  };
}

function inkColumns({ before, length }: Run, lines: ReturnType<typeof numberLines>): number {
  let columns = 0;
  for (let line = before; line < before + length; line++) if (lines.ink[lines.before[line]!]! > 0) columns++;
  return columns;
}

function hasInk({ before, length }: Run, lines: ReturnType<typeof numberLines>): boolean {
  const first = lines.before[before]!;
  for (let line = before; line < before + length; line++)
    if (lines.before[line] !== first || lines.ink[first]! > 0) return true;
  return false;
}

function isNear(pixels: PairPixels, zone: Zone, run: Run): boolean {
  const part = runZone(zone, run);
  return pixels.closeRows(part.before, part.after, 1) === zone.before.height;
}

function bandsOf(zone: Zone, isBlankRow: (row: number) => boolean): Zone[] {
  const { height } = zone.before;
  const edges = [0];
  let blank = 0;
  let seen = false;
  for (let row = 0; row < height; row++) {
    if (isBlankRow(row)) {
      blank++;
      continue;
    }
    if (seen && blank >= blankRows) edges.push(row);
    blank = 0;
    seen = true;
  }
  edges.push(height);
  return edges.slice(1).map((end, index) => ({
    before: rowsOf(zone.before, edges[index]!, end),
    after: rowsOf(zone.after, edges[index]!, end),
  }));
}

/** A band whose own columns show no displacement, such as a photo drawn anew: one of those of the other bands, if it fits. */
function shiftedBand(pixels: PairPixels, band: Zone, shifts: readonly Shift[]): Part[] {
  const { before, after } = band;
  const still = pixels.countBeyond(0, before, 1, after.left, after.top);
  let best: { parts: Part[]; left: number } | null = null;
  for (const shift of shifts) {
    if (Math.abs(shift.by) >= shift.to - shift.from) continue;
    const parts = shifted(band, shift);
    const left = parts.reduce(
      (sum, part) =>
        part.before.width === part.after.width
          ? sum + pixels.countBeyond(0, part.before, 1, part.after.left, part.after.top)
          : sum,
      0,
    );
    if (left < betterShare * still && (best === null || left < best.left)) best = { parts, left };
  }
  return best?.parts ?? [leaf(band)];
}

function shifted({ before, after }: Zone, { by, from, to }: Shift): Part[] {
  const size = Math.abs(by);
  const zone = (b0: number, b1: number, a0: number, a1: number): Part =>
    leaf({ before: columnsOf(before, b0, b1), after: columnsOf(after, a0, a1) });
  const width = before.width;
  return [
    zone(0, from, 0, from),
    ...(by > 0
      ? [
          zone(from, from, from, from + size),
          zone(from, to - size, from + size, to),
          zone(to - size, to, to, to),
        ]
      : [
          zone(from, from + size, from, from),
          zone(from + size, to, from, to - size),
          zone(to, to, to - size, to),
        ]),
    zone(to, width, to, width),
  ].filter((part) => part.before.width > 0 || part.after.width > 0);
}
