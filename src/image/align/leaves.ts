/** What the parts that nothing explains are: changed in place, resized, added, removed, blank space, or moved elsewhere. */
import type { MovedBlock } from '../../domain/comparison/alignment.ts';
import type { PairPixels, Rect, Side } from '../kernel/pair-pixels.ts';
import { areaOf, displacementOf, hasOneSize, isEmpty } from './part.ts';
import type { Part } from './part.ts';

/** Content of one side of a leaf: the box around it, and how many pixels of it are not background. */
export interface Content {
  box: Rect;
  pixels: number;
  /** A plain area that is no background: all of it counts. */
  isPlain: boolean;
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

export function readLeaves(pixels: PairPixels, parts: readonly Part[]): ReadLeaves {
  const blocks: MovedBlock[] = [];
  const leaves = parts.filter(({ isEqual }) => !isEqual).flatMap((part) => classify(pixels, part, blocks));
  return { leaves: markConsequences(reunite(pixels, leaves, blocks)), blocks };
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
    blocks.push({ before: before.box, after: after.box, kind: 'moved' });
    return [space];
  }
  return [{ kind: 'resized', part, before, after }];
}

/** Null for nothing but background. */
function contentOf(pixels: PairPixels, side: Side, rect: Rect): Content | null {
  if (isEmpty(rect)) return null;
  if (!hasBackground(pixels, side, rect)) return { box: rect, pixels: areaOf(rect), isPlain: true };
  const { box, pixels: count } = pixels.findContent(side, rect);
  return box === null ? null : { box, pixels: count, isPlain: false };
}

/** Whether the top left pixel has the color of the row above or below the rectangle; an area of another color is content. */
function hasBackground(pixels: PairPixels, side: Side, { left, top, height }: Rect): boolean {
  const corner = { left, top, width: 1, height: 1 };
  const rows = [top - 1, top + height].filter((y) => y >= 0 && y < pixels.heightOf(side));
  for (const y of rows) pixels.settle(y, y + 1);
  return rows.length === 0 || rows.some((y) => pixels.countBeyond(side, corner, side, left, y) === 0);
}

function isSame(pixels: PairPixels, { box: before, pixels: count }: Content, { box: after }: Content): boolean {
  if (before.width !== after.width || before.height !== after.height) return false;
  if (before.height < evidence.rows || count < evidence.pixels || areaOf(before) < evidence.areaPixels) return false;
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
      .filter((leaf) => leaf.kind !== 'space' && !hasOneSize(leaf.part))
      .map(({ part }) => part.column),
  );
  for (const leaf of leaves) {
    if (leaf.kind !== 'space' || leaf.part.end === undefined) continue;
    const { before, after } = leaf.part;
    const grown = after.height - before.height;
    const moved = displacementOf(leaf.part).y;
    const makesUp = grown * moved < 0 && Math.abs(grown) <= Math.abs(moved);
    leaf.isConsequence = makesUp || (leaf.part.end > 0 && withCause.has(leaf.part.end));
  }
  return leaves;
}
