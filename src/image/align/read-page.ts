/** Finds the parts of two pages: looks only at rows between the first and the last change. */
import type { ImageSize, Region } from '../../domain/comparison/comparison.ts';
import { displacementOf } from './part.ts';
import type { Part, Zone } from './part.ts';
import { markEnd } from './read-columns.ts';
import { readRows } from './read-zone.ts';
import type { Reading } from './read-zone.ts';

/** So many rows that are equal in place separate what is above them from what is below. */
const separatingRows = 256;
/** Rows that are looked at at once. */
const chunkRows = 256;

/** The parts tile what lies between the first and the last change, in the width that both images have. */
export function readPage(
  reading: Reading,
  { before, after, regions }: { before: ImageSize; after: ImageSize; regions: readonly Region[] },
): Part[] {
  const parts: Part[] = [];
  const stretches = changedStretches(reading, before, after, regions);
  let above = 0;
  for (const [index, zone] of stretches.entries()) {
    const { top } = zone.before;
    reading.pixels.settle(Math.min(zone.before.top, zone.after.top), zone.before.top + zone.before.height);
    reading.pixels.settle(zone.after.top, zone.after.top + zone.after.height);
    const end = top + zone.before.height;
    const next = stretches[index + 1]?.before.top ?? before.height;
    // To the ends of images of two heights nothing is below.
    const rowsBelow = end === top + zone.after.height ? Math.min(next, after.height) - end : 0;
    const found = readRows(reading, zone, 0, top - above, rowsBelow);
    above = Math.max(end, ...found.slice(-1).map((part) => part.before.top + part.before.height));
    if (index === stretches.length - 1) {
      markEnd(found, zone, 0);
      const last = found.find(({ end }) => end === 0);
      if (last !== undefined && !isEndOfPage(reading, last, zone, before.height, after.height))
        delete last.end;
    }
    for (const part of found) parts.push(part);
  }
  return parts;
}

function changedStretches(
  { pixels }: Reading,
  before: ImageSize,
  after: ImageSize,
  regions: readonly Region[],
): Zone[] {
  const { width } = pixels;
  const isShort = before.height !== after.height;
  const isNarrow = before.width !== after.width;
  let first = Math.min(...regions.map(({ top }) => top));
  let last = Math.max(...regions.map(({ top, height }) => top + height));
  if (isNarrow) {
    // What only one of them has differs in every row.
    last = pixels.sharedRows;
    while (first < last && !pixels.isRowDifferent(first)) first++;
    while (last > first && !pixels.isRowDifferent(last - 1)) last--;
  }
  const end = isShort ? Math.min(before.height, after.height) : last;
  const zones: Zone[] = [];
  const add = (top: number, bottomBefore: number, bottomAfter: number) =>
    zones.push({
      before: { left: 0, top, width, height: bottomBefore - top },
      after: { left: 0, top, width, height: bottomAfter - top },
    });
  let top = Math.min(first, end);
  for (let y = top, equal = 0; y < end; y++) {
    if (!pixels.isRowDifferent(y)) {
      equal++;
      continue;
    }
    if (equal >= separatingRows && y - equal > top) {
      add(top, y - equal, y - equal);
      top = y;
    }
    equal = 0;
  }
  if (isShort) add(top, before.height, after.height);
  else if (end > top) add(top, end, end);
  return zones;
}

/** Whether the page is blank behind the last part, which only matters if it may make up for moves above it. */
function isEndOfPage(
  { pixels }: Reading,
  part: Part,
  zone: Zone,
  heightBefore: number,
  heightAfter: number,
): boolean {
  const grown = part.after.height - part.before.height;
  if (grown * displacementOf(part).y >= 0) return false;
  const end = zone.after.top + zone.after.height;
  if (heightBefore !== heightAfter) return true;
  for (let y = end; y < heightAfter; y += chunkRows) {
    const height = Math.min(chunkRows, heightAfter - y);
    pixels.settle(y, y + height);
    const chunk = { left: 0, top: y, width: zone.after.width, height };
    if (pixels.findContent(1, chunk, { x: 0, y: end }).pixels > 0) return false;
  }
  return true;
}
