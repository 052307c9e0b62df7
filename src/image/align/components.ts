/** Joins marked pixels that are near each other. */
import type { Rect } from '../kernel/pair-pixels.ts';

/** Marked pixels up to this far apart, in both directions, belong together. */
const joinPixels = 16;

export interface Component {
  box: Rect;
  pixels: number;
}

interface Growing {
  left: number;
  top: number;
  right: number;
  bottom: number;
  pixels: number;
  /** The one that this one was joined to. */
  joined: Growing | null;
}

interface Segment {
  left: number;
  right: number;
  y: number;
  of: Growing;
}

/**
 * @param bits one per pixel, from the lowest bit of each byte; a row is `pitch` bytes
 * @param areas where to look; they do not overlap
 */
export function findComponents(bits: Uint8Array, pitch: number, areas: readonly Rect[]): Component[] {
  const sorted = areas.toSorted((a, b) => a.top - b.top);
  const all: Growing[] = [];
  let active: Segment[] = [];
  // From left to right; `firstEnd` is where the first of them ends.
  let open: Rect[] = [];
  let firstEnd = Infinity;
  let next = 0;
  for (let y = sorted[0]?.top ?? 0; next < sorted.length || open.length > 0; y++) {
    if (y >= firstEnd) open = open.filter((area) => area.top + area.height > y);
    if (open.length === 0 && next < sorted.length && sorted[next]!.top > y) y = sorted[next]!.top;
    const known = next;
    while (next < sorted.length && sorted[next]!.top <= y) open.push(sorted[next++]!);
    if (next > known) open.sort((a, b) => a.left - b.left);
    if (next > known || y >= firstEnd)
      firstEnd = open.reduce((end, { top, height }) => Math.min(end, top + height), Infinity);
    const runs = runsOfRow(bits.subarray(y * pitch, (y + 1) * pitch), open);
    if (runs.length === 0) continue;
    active = active.filter((segment) => y - segment.y <= joinPixels);
    for (const run of runs) {
      let owner: Growing | null = null;
      const kept: Segment[] = [];
      for (const segment of active) {
        const isNear = segment.left - joinPixels < run.right && run.left - joinPixels < segment.right;
        if (isNear) owner = owner === null ? rootOf(segment.of) : join(owner, rootOf(segment.of));
        if (!isNear || segment.left < run.left || segment.right > run.right) kept.push(segment);
      }
      if (owner === null) {
        owner = { left: run.left, top: y, right: run.right, bottom: y + 1, pixels: 0, joined: null };
        all.push(owner);
      }
      owner.left = Math.min(owner.left, run.left);
      owner.right = Math.max(owner.right, run.right);
      owner.bottom = y + 1;
      owner.pixels += run.pixels;
      kept.push({ left: run.left, right: run.right, y, of: owner });
      active = kept;
    }
  }
  return all
    .filter(({ joined }) => joined === null)
    .map(({ left, top, right, bottom, pixels }) => ({
      box: { left, top, width: right - left, height: bottom - top },
      pixels,
    }));
}

function rootOf(one: Growing): Growing {
  let root = one;
  while (root.joined !== null) root = root.joined;
  return root;
}

function join(one: Growing, other: Growing): Growing {
  if (one === other) return one;
  one.left = Math.min(one.left, other.left);
  one.top = Math.min(one.top, other.top);
  one.right = Math.max(one.right, other.right);
  one.bottom = Math.max(one.bottom, other.bottom);
  one.pixels += other.pixels;
  other.joined = one;
  return one;
}

interface RowRun {
  left: number;
  right: number;
  pixels: number;
}

/**
 * Marked pixels of a row that lie near each other, from left to right.
 *
 * @param areas in that order, too
 */
function runsOfRow(row: Uint8Array, areas: readonly Rect[]): RowRun[] {
  const runs: RowRun[] = [];
  for (const { left, width } of areas) {
    const end = left + width;
    for (let index = left >> 3; index <= (end - 1) >> 3; index++) {
      let byte = row[index]!;
      if (byte === 0) continue;
      const x = index << 3;
      if (x < left) byte &= 0xff << (left - x);
      if (x + 8 > end) byte &= 0xff >> (x + 8 - end);
      if (byte === 0) continue;
      const first = x + 31 - Math.clz32(byte & -byte);
      const last = x + 32 - Math.clz32(byte);
      const pixels = bitCounts[byte]!;
      const run = runs.at(-1);
      if (run !== undefined && first - run.right < joinPixels) {
        run.right = last;
        run.pixels += pixels;
      } else runs.push({ left: first, right: last, pixels });
    }
  }
  return runs;
}

const bitCounts = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1;
  return count;
});

/** Marked pixels of a rectangle. */
export function countMarked(bits: Uint8Array, pitch: number, { left, top, width, height }: Rect): number {
  let count = 0;
  const end = left + width;
  for (let y = top; y < top + height; y++)
    for (let index = left >> 3; index <= (end - 1) >> 3; index++) {
      let byte = bits[y * pitch + index]!;
      const x = index << 3;
      if (byte === 0) continue;
      if (x < left) byte &= 0xff << (left - x);
      if (x + 8 > end) byte &= 0xff >> (x + 8 - end);
      count += bitCounts[byte & 0xff]!;
    }
  return count;
}
