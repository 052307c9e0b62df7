/**
 * Finds, in what nothing explains, content that is elsewhere in the other image: each image is outlined by itself, so that boxes
 * may stand in other lines, in other columns, or among others than before.
 */
import type { PairPixels, Rect, Side } from '../kernel/pair-pixels.ts';
import { sampleColours } from './leaf-content.ts';
import type { Leaf } from './leaf-content.ts';
import { cutBox, outlineOf } from './outline.ts';
import type { OutlineBudget } from './outline.ts';
import { areaOf, displacementOf, isEmpty, overlaps } from './part.ts';
import type { Zone } from './part.ts';
import { sum } from './sum.ts';

/** Content at another place: equal within two levels. */
export interface Piece extends Zone {
  /** Whether it kept its place among the others. */
  isInOrder: boolean;
}

/** What pieces of one displacement must have together: words fit by chance. */
const evidence = { rows: 8, ink: 64, areaPixels: 1_024 };
/** Smaller boxes are no pieces. */
const leastSide = 6;
/** What lies in fewer rows is a line, which was read sideways. */
const leastRows = 24;
/** So many boxes of a size are compared with each one. */
const maxTries = 48;
const maxPieces = 400;
/** So many of the sampled colors must be those of the other image. */
const leastColourShare = 0.2;
/** With more boxes of a level, and none of them known, the search ends. */
const maxUnknown = 48;
const maxDepth = 8;
/** As a share of both images. */
const budgetShare = 3;

export function findPieces(pixels: PairPixels, leaves: readonly Leaf[]): Piece[] {
  const drawn = leaves.filter(({ kind }) => kind !== 'space');
  if (isOneLine(drawn)) return [];
  const budget = { pixels: budgetShare * pixels.width * (pixels.heightOf(0) + pixels.heightOf(1)) };
  const alike = leavesAlike(pixels, drawn);
  const outlines = (side: Side) =>
    alike.flatMap((leaf) => {
      const rect = rectOf(leaf, side);
      return rect !== null && isBig(rect) ? (outlineOf(pixels, side, rect, budget) ?? []) : [];
    });
  const before = outlines(0);
  if (before.length === 0) return [];
  return inOrder(believed(pixels, matched(pixels, before, outlines(1), budget)));
}

function isOneLine(leaves: readonly Leaf[]): boolean {
  const rects = leaves.flatMap(({ part }) => [part.before, part.after]);
  const first = Math.min(...rects.map(({ top }) => top));
  return Math.max(...rects.map(({ top, height }) => top + height)) - first < leastRows;
}

/** Those with colors that the others have in the other image: of a page in other colors nothing can be elsewhere. */
function leavesAlike(pixels: PairPixels, leaves: readonly Leaf[]): Leaf[] {
  const colours = [0, 1].map((side) =>
    leaves.map((leaf) => {
      const rect = rectOf(leaf, side as Side);
      return rect === null ? [] : sampleColours(pixels, side as Side, rect);
    }),
  );
  const all = colours.map((ofLeaves) => new Set(ofLeaves.flat()));
  return leaves.filter((_, index) =>
    colours.some((ofLeaves, side) => {
      const own = ofLeaves[index]!;
      const known = own.filter((colour) => all[1 - side]!.has(colour)).length;
      return own.length > 0 && known >= leastColourShare * own.length;
    }),
  );
}

function rectOf(leaf: Leaf, side: Side): Rect | null {
  const rect =
    leaf.kind === 'pixels' || leaf.kind === 'space'
      ? side === 0
        ? leaf.part.before
        : leaf.part.after
      : side === 0
        ? leaf.kind === 'added'
          ? null
          : leaf.before.box
        : leaf.kind === 'removed'
          ? null
          : leaf.after.box;
  return rect === null || isEmpty(rect) ? null : rect;
}

/**
 * From whole boxes to their parts, the boxes of the image after that are boxes of the image before. Where many boxes are found
 * and none is known, as in a text that was drawn anew, the search ends.
 */
function matched(
  pixels: PairPixels,
  before: readonly Rect[],
  after: readonly Rect[],
  budget: OutlineBudget,
): Zone[] {
  const found: Zone[] = [];
  const bySize = new Map<string, Rect[]>();
  const add = (boxes: readonly Rect[]) => {
    for (const box of boxes) {
      const known = bySize.get(sizeOf(box));
      if (known === undefined) bySize.set(sizeOf(box), [box]);
      else known.push(box);
    }
  };
  const cutAll = (side: Side, boxes: readonly Rect[]) =>
    boxes.flatMap((box) => (isBig(box) ? cutBox(pixels, side, box, budget).filter(isBig) : []));
  add(before);
  let open = { before: cutAll(0, before), after: [...after] };
  for (let depth = 0; depth < maxDepth && open.after.length > 0; depth++) {
    // One level ahead: a box may stand alone in the one image, and among others in the other.
    add(open.before);
    const left = open.after.filter((box) => !match(pixels, box, bySize.get(sizeOf(box)) ?? [], found));
    if (found.length === 0 && left.length > maxUnknown) break;
    if (found.length >= maxPieces) break;
    const free = open.before.filter((box) => !found.some((zone) => overlaps(zone.before, box)));
    open = { before: cutAll(0, free), after: cutAll(1, left) };
  }
  return found;
}

function match(pixels: PairPixels, box: Rect, boxes: readonly Rect[], found: Zone[]): boolean {
  const likely = boxes.filter((other) => isLikely(other, box, found.at(-1)));
  for (const other of [...likely, ...boxes].slice(0, maxTries)) {
    if (found.some(({ before }) => overlaps(before, other)) || !isNear(pixels, other, box)) continue;
    found.push({ before: other, after: box });
    return true;
  }
  return false;
}

function sizeOf({ width, height }: Rect): string {
  return `${width} ${height}`;
}

function isBig({ width, height }: Rect): boolean {
  return width >= leastSide && height >= leastSide;
}

/** In its place, or moved as the last one. */
function isLikely(before: Rect, after: Rect, last: Zone | undefined): boolean {
  const { x, y } = displacementOf({ before, after });
  if (x === 0 && y === 0) return true;
  const shift = last === undefined ? null : displacementOf(last);
  return shift !== null && shift.x === x && shift.y === y;
}

function isNear(pixels: PairPixels, before: Rect, after: Rect): boolean {
  pixels.settle(before.top, before.top + before.height);
  pixels.settle(after.top, after.top + after.height);
  return pixels.closeRows(before, after, 1) === before.height;
}

/** Those that moved, and have enough to show together with others that moved alike. */
function believed(pixels: PairPixels, found: readonly Zone[]): Zone[] {
  const groups = new Map<string, Zone[]>();
  for (const zone of found) {
    const { x, y } = displacementOf(zone);
    if (x === 0 && y === 0) continue;
    const group = groups.get(`${x} ${y}`);
    if (group === undefined) groups.set(`${x} ${y}`, [zone]);
    else group.push(zone);
  }
  const kept = new Set<Zone>();
  for (const group of groups.values())
    if (hasEvidence(pixels, group)) group.forEach((zone) => kept.add(zone));
  return found.filter((zone) => kept.has(zone));
}

function hasEvidence(pixels: PairPixels, group: readonly Zone[]): boolean {
  if (sum(group, ({ after }) => areaOf(after)) < evidence.areaPixels) return false;
  const rows = new Set<number>();
  let total = 0;
  for (const { before } of group) {
    const { first, ink } = pixels.hashRows(0, before);
    for (const [row, hash] of first.entries()) {
      if (ink[row] === 0) continue;
      rows.add(hash);
      total += ink[row]!;
    }
  }
  return rows.size >= evidence.rows && total >= evidence.ink;
}

/** The longest sequence that kept its order, as read in both images, moved; the others were reordered. */
function inOrder(zones: readonly Zone[]): Piece[] {
  const readIn = (side: 'before' | 'after') =>
    zones.toSorted((a, b) => a[side].top - b[side].top || a[side].left - b[side].left);
  const read = readIn('before');
  const rankAfter = new Map(readIn('after').map((zone, index) => [zone, index]));
  const ranks = read.map((zone) => rankAfter.get(zone)!);
  const lengths: number[] = [];
  const previous: number[] = [];
  let end = -1;
  for (const [index, rank] of ranks.entries()) {
    lengths[index] = 1;
    previous[index] = -1;
    for (let other = 0; other < index; other++)
      if (ranks[other]! < rank && lengths[other]! + 1 > lengths[index]) {
        lengths[index] = lengths[other]! + 1;
        previous[index] = other;
      }
    if (end < 0 || lengths[index] > lengths[end]!) end = index;
  }
  const kept = new Set<Zone>();
  for (let index = end; index >= 0; index = previous[index]!) kept.add(read[index]!);
  return zones.map((zone) => ({ ...zone, isInOrder: kept.has(zone) }));
}
