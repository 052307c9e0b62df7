/** What the parts that nothing explains are: changed in place, resized, added, removed, blank space, or moved elsewhere. */
import type { MovedBlock } from '../../domain/comparison/alignment.ts';
import type { PairPixels, Point, Rect, Side } from '../kernel/pair-pixels.ts';
import { exchange } from './exchange.ts';
import { areaOf, displacementOf, hasOneSize, isEmpty } from './part.ts';
import type { Part } from './part.ts';

/** Content of one side of a leaf: the box around it, and how many pixels of it are not background. */
export interface Content {
  box: Rect;
  pixels: number;
  /** A pixel of the background; null where there is none: then all of the box counts. */
  background: Point | null;
}

export type Leaf =
  | { kind: 'pixels'; part: Part }
  | { kind: 'resized'; part: Part; before: Content; after: Content }
  | { kind: 'added'; part: Part; after: Content }
  | { kind: 'removed'; part: Part; before: Content }
  | { kind: 'space'; part: Part; isConsequence: boolean };

export interface ReadLeaves {
  leaves: Leaf[];
  /** Content that is at another place, found here. */
  blocks: MovedBlock[];
}

/** What content must have to be recognized at another place. */
const evidence = { rows: 8, pixels: 64, areaPixels: 600 };

/** Rows that repeat their neighbor are borders of something that grew if so little of them is drawn. A bar of a chart is wider. */
const strokeShare = 0.1;
const strokeWidth = 12;

/** Fewer single rows that come and go are no rounding: a line may really have moved by a pixel. */
const leastRoundings = 4;

/** Points per side that are looked at to find the background. */
const sampleSteps = 12;

export function readLeaves(pixels: PairPixels, parts: readonly Part[]): ReadLeaves {
  const blocks: MovedBlock[] = [];
  const leaves = parts.filter(({ isEqual }) => !isEqual).flatMap((part) => classify(pixels, part, blocks));
  return { leaves: markConsequences(exchange(pixels, reunite(pixels, leaves, blocks), blocks)), blocks };
}

function classify(pixels: PairPixels, part: Part, blocks: MovedBlock[]): Leaf[] {
  if (hasOneSize(part)) return isEmpty(part.before) ? [] : [{ kind: 'pixels', part }];
  const before = contentOf(pixels, 0, part.before);
  const after = contentOf(pixels, 1, part.after);
  const space: Leaf = { kind: 'space', part, isConsequence: false };
  if (before === null && after === null) return hasOneSize(part) ? [] : [space];
  if (before === null) return [{ kind: 'added', part, after: after! }];
  if (after === null) return [{ kind: 'removed', part, before }];
  if (isSame(pixels, before, after)) {
    // To the side of what is around it: nothing pushed it there.
    const isPushed = after.box.left - before.box.left === displacementOf(part).x;
    blocks.push({ before: before.box, after: after.box, kind: isPushed ? 'moved' : 'reordered' });
    return [space];
  }
  return [{ kind: 'resized', part, before, after }];
}

/** Null for nothing but background. */
export function contentOf(pixels: PairPixels, side: Side, rect: Rect): Content | null {
  if (isEmpty(rect)) return null;
  const isRepeated = isStretch(pixels, side, rect);
  if (isRepeated && pixels.hashRows(side, rect).ink.every((steps) => steps === 0)) return null;
  const background = backgroundOf(pixels, side, rect);
  if (background === null) return { box: rect, pixels: areaOf(rect), background };
  const { box, pixels: count } = pixels.findContent(side, rect, background);
  if (box === null || (isRepeated && (box.width <= strokeWidth || count <= strokeShare * areaOf(rect))))
    return null;
  return { box, pixels: count, background };
}

/** Nothing but a row next to it, repeated: blank, a gradient, or the borders of something that grew. */
function isStretch(pixels: PairPixels, side: Side, rect: Rect): boolean {
  const { left, top, width, height } = rect;
  const isNear = (y: number, other: number) => {
    if (other < 0 || other >= pixels.heightOf(side)) return false;
    pixels.settle(other, other + 1);
    return pixels.countBeyond(side, { left, top: y, width, height: 1 }, side, left, other) === 0;
  };
  if (!isNear(top, top - 1) && !isNear(top + height - 1, top + height)) return false;
  for (let y = top + 1; y < top + height; y++) if (!isNear(y, y - 1)) return false;
  return true;
}

/** A pixel of the most frequent color, if that is also next to the rectangle: an area of another color is content. */
function backgroundOf(pixels: PairPixels, side: Side, { left, top, width, height }: Rect): Point | null {
  const counts = new Map<number, { at: number; count: number }>();
  const steps = Array.from({ length: sampleSteps }, (_, step) => (step + 0.5) / sampleSteps);
  const columns = steps.map((share) => left + Math.floor(share * width));
  const lines = steps.map((share) => top + Math.floor(share * height));
  for (const [at, colour] of pixels.coloursAt(side, columns, lines).entries()) {
    const known = counts.get(colour);
    if (known === undefined) counts.set(colour, { at, count: 1 });
    else known.count++;
  }
  let most = { at: 0, count: 0 };
  for (const sample of counts.values()) if (sample.count > most.count) most = sample;
  const point = { x: columns[most.at % sampleSteps]!, y: lines[Math.floor(most.at / sampleSteps)]! };
  const rows = [top - 1, top + height].filter((y) => y >= 0 && y < pixels.heightOf(side));
  for (const y of rows) pixels.settle(y, y + 1);
  const one = { left: point.x, top: point.y, width: 1, height: 1 };
  const isOutside = rows.some((y) =>
    [left, ...columns, left + width - 1].some((x) => pixels.countBeyond(side, one, side, x, y) === 0),
  );
  return isOutside || rows.length === 0 ? point : null;
}

export function isSame(
  pixels: PairPixels,
  { box: before, pixels: count }: Content,
  { box: after }: Content,
): boolean {
  if (before.width !== after.width || before.height !== after.height) return false;
  if (before.height < evidence.rows || count < evidence.pixels || areaOf(before) < evidence.areaPixels)
    return false;
  return pixels.countBeyond(0, before, 1, after.left, after.top) === 0;
}

/** Removed here and added there, but the same. */
function reunite(pixels: PairPixels, leaves: readonly Leaf[], blocks: MovedBlock[]): Leaf[] {
  const bySize = new Map<string, (Leaf & { kind: 'added' })[]>();
  const key = ({ box }: Content) => `${box.width} ${box.height}`;
  for (const leaf of leaves) {
    if (leaf.kind !== 'added') continue;
    const list = bySize.get(key(leaf.after));
    if (list === undefined) bySize.set(key(leaf.after), [leaf]);
    else list.push(leaf);
  }
  const gone = new Set<Leaf>();
  for (const leaf of leaves) {
    if (leaf.kind !== 'removed') continue;
    const other = bySize
      .get(key(leaf.before))
      ?.find((added) => !gone.has(added) && isSame(pixels, leaf.before, added.after));
    if (other === undefined) continue;
    blocks.push({ before: leaf.before.box, after: other.after.box, kind: 'reordered' });
    gone.add(leaf).add(other);
  }
  return leaves.filter((leaf) => !gone.has(leaf));
}

/**
 * Blank space at the end of a page or column that only makes up for what moved above it, or for what grew beside it, is no
 * change: it follows from another one.
 */
function markConsequences(leaves: Leaf[]): Leaf[] {
  const withCause = new Set(
    leaves
      .filter(({ kind, part }) => !hasOneSize(part) && (kind !== 'space' || part.end === undefined))
      .flatMap(({ part }) => part.groups ?? []),
  );
  for (const leaf of leaves) {
    if (leaf.kind !== 'space' || leaf.part.end === undefined) continue;
    const grown = grownBy(leaf);
    const moved = displacementOf(leaf.part).y;
    const makesUp = grown * moved < 0 && Math.abs(grown) <= Math.abs(moved);
    leaf.isConsequence = makesUp || (leaf.part.end > 0 && withCause.has(leaf.part.end));
  }
  markRounding(leaves);
  return leaves;
}

/**
 * What moves by a fraction of a pixel is drawn a whole pixel further or not, line by line: single rows come and go in turn. They
 * follow from the move; where nothing else moved anything, the first of them stays a change.
 */
function markRounding(leaves: readonly Leaf[]): void {
  const columns = new Map<string, (Leaf & { kind: 'space' })[]>();
  for (const leaf of leaves) {
    if (leaf.kind !== 'space' || Math.abs(grownBy(leaf)) !== 1) continue;
    const { left, width } = leaf.part.after;
    const column = columns.get(`${left} ${width}`);
    if (column === undefined) columns.set(`${left} ${width}`, [leaf]);
    else column.push(leaf);
  }
  for (const column of columns.values()) {
    if (column.length < leastRoundings) continue;
    column.sort((a, b) => a.part.after.top - b.part.after.top);
    for (const [index, leaf] of column.entries()) {
      const neighbors = [column[index - 1], column[index + 1]];
      if (!neighbors.some((other) => other !== undefined && grownBy(other) === -grownBy(leaf))) continue;
      const isFirst = index === 0 && displacementOf(leaf.part).y === 0;
      if (!isFirst) leaf.isConsequence = true;
    }
  }
}

function grownBy({ part: { before, after } }: Leaf): number {
  return after.height - before.height;
}
