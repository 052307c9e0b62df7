/** Reads what stands side by side: cut where nothing is drawn, and joined again where that explains as much. */
import { boundingBox } from '../../domain/comparison/moved-parts.ts';
import { isBlank, isSpace, showsSame } from './leaf-content.ts';
import { columnsOf, hasOneSize, isEmpty, isInPlace, leaf } from './part.ts';
import type { Part, Zone } from './part.ts';
import { asWhole, costOf, readRows, spend } from './read-zone.ts';
import type { Reading } from './read-zone.ts';

/** Columns without a step that separate what is left of them from what is right; fewer suffice in high zones. */
const gutterColumns = { high: 4, low: 8, highRows: 64 };
/** Looking for steps costs this share of hashing. */
const stepShare = 0.25;

/** What stands no further apart belongs together unless it moved otherwise: words of a line, or letters of a label. */
const nearPixels = 16;

/** A column in more parts is not joined with others: that many are rows that all grew. */
const maxJoinedParts = 16;

/** Columns between two gutters, and how wide the gutter to the left of them is. */
interface Column {
  zone: Zone;
  gutter: number;
  parts: Part[];
}

/**
 * The zone cut where no row of either image has a step, each piece read by rows; null if it cannot be cut. What was cut apart
 * although it changed together is joined.
 */
export function readColumns(reading: Reading, zone: Zone, depth: number): Part[] | null {
  const { before, after } = zone;
  if (before.width !== after.width || isEmpty(before) || isEmpty(after) || !spend(reading, zone, stepShare))
    return null;
  const isHigh = Math.min(before.height, after.height) >= gutterColumns.highRows;
  const least = isHigh ? gutterColumns.high : gutterColumns.low;
  const cuts = findCuts(reading.pixels.stepColumns(before, after, least), least);
  if (cuts.length === 0) return null;
  const group = ++reading.groups;
  const starts = [{ at: 0, gutter: Infinity }, ...cuts];
  const columns = starts.map(({ at, gutter }, index): Column => {
    const end = starts[index + 1]?.at ?? before.width;
    const piece = { before: columnsOf(before, at, end), after: columnsOf(after, at, end) };
    const whole = asWhole(reading, piece);
    return { zone: piece, gutter, parts: whole === null ? readRows(reading, piece, depth + 1) : [whole] };
  });
  const joined = joinAlike(reading, joinUnexplained(columns));
  if (joined.length === 1 && joined[0]!.parts.every(({ isEqual }) => !isEqual)) return null;
  return joined.flatMap(({ zone: piece, parts }) => {
    for (const part of parts) if (!part.isEqual) part.groups = [...(part.groups ?? []), group];
    markEnd(parts, piece, group);
    return parts;
  });
}

/** Neighbors of which nothing is explained, though their ends may be blank, are one: a text that was drawn anew. */
function joinUnexplained(columns: readonly Column[]): Column[] {
  const isUnexplained = ({ zone, parts }: Column) =>
    zone.before.height !== zone.after.height &&
    parts.every((part) => (part.isEqual ? !part.hasInk : !hasOneSize(part)));
  const joined: Column[] = [];
  for (const column of columns) {
    const last = joined.at(-1);
    if (last === undefined || column.gutter > nearPixels || !isUnexplained(last) || !isUnexplained(column))
      joined.push(column);
    else {
      const zone = unite(last.zone, column.zone);
      joined[joined.length - 1] = { zone, gutter: last.gutter, parts: [leaf(zone)] };
    }
  }
  return joined;
}

/**
 * Neighbors are one if the rows of the one explain the other at least as well as its own: what grew in one of them grew in both. Only
 * words of a line, or boxes of which nothing but blank space grew.
 */
function joinAlike(reading: Reading, columns: readonly Column[]): Column[] {
  const joined: Column[] = [];
  for (const column of columns) {
    const last = joined.at(-1);
    const both = last === undefined ? null : joinTwo(reading, last, column);
    if (both === null) joined.push(column);
    else joined[joined.length - 1] = both;
  }
  return joined;
}

function joinTwo(reading: Reading, one: Column, other: Column): Column | null {
  if (Math.max(one.parts.length, other.parts.length) > maxJoinedParts) return null;
  if (!hasLeaf(one) || !hasLeaf(other) || (!hasGrown(one) && !hasGrown(other))) return null;
  const zone = unite(one.zone, other.zone);
  const most = costOf(reading, withoutSpace(reading, [...one.parts, ...other.parts]));
  for (const column of [one, other]) {
    const parts = widened(reading, column, zone);
    if (parts === null || (other.gutter > nearPixels && !isSpaceAlone(reading, parts))) continue;
    if (costOf(reading, withoutSpace(reading, parts)) <= most) return { zone, gutter: one.gutter, parts };
  }
  return null;
}

/** Whether only blank space came or went. */
export function isSpaceAlone({ pixels }: Reading, parts: readonly Part[]): boolean {
  return parts.every((part) => part.isEqual || hasOneSize(part) || isSpace(pixels, part));
}

function withoutSpace({ pixels }: Reading, parts: readonly Part[]): Part[] {
  return parts.filter((part) => !part.isEqual && !isSpace(pixels, part));
}

function hasLeaf({ parts }: Column): boolean {
  return parts.some(({ isEqual }) => !isEqual);
}

function hasGrown({ zone, parts }: Column): boolean {
  return zone.before.height !== zone.after.height || parts.some((part) => !part.isEqual && !hasOneSize(part));
}

/** The rows of a column for a wider zone; null if the column is not read by rows, or moved nothing that is drawn. */
function widened(reading: Reading, { zone: own, parts }: Column, { before, after }: Zone): Part[] | null {
  const isMoved = parts.some((part) => part.isEqual && part.hasInk && !isInPlace(part));
  if (!isMoved || parts.some((part) => part.before.width !== own.before.width)) return null;
  return parts.map((part): Part => {
    const wide = {
      before: { ...part.before, left: before.left, width: before.width },
      after: { ...part.after, left: after.left, width: after.width },
    };
    const isEqual = part.isEqual && showsSame(reading.pixels, wide.before, wide.after);
    return { ...wide, isEqual, hasInk: !isEqual || part.hasInk || !isBlank(reading.pixels, 0, wide.before) };
  });
}

function unite(one: Zone, other: Zone): Zone {
  return {
    before: boundingBox(one.before, other.before),
    after: boundingBox(one.after, other.after),
  };
}

/** The middles of all gutters that have something on both sides, and how wide they are. */
function findCuts(steps: Uint8Array, least: number): { at: number; gutter: number }[] {
  const cuts: { at: number; gutter: number }[] = [];
  let last = -1;
  for (let x = 1; x < steps.length; x++) {
    if (steps[x] === 0) continue;
    if (last >= 0 && x - last > least) cuts.push({ at: (last + x) >> 1, gutter: x - last });
    last = x;
  }
  return cuts;
}

/** Marks the last part with something to explain: behind it the piece is blank to its end. */
export function markEnd(parts: readonly Part[], { before }: Zone, group: number): void {
  const last = parts.findLast((part) => !part.isEqual || part.hasInk);
  if (last === undefined || last.isEqual) return;
  // Only of parts as wide as the piece: others stand beside each other.
  if (last.before.width === before.width) last.end = group;
}
