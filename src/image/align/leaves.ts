/** What the parts that nothing explains are: changed in place, resized, added, removed, blank space, or moved elsewhere. */
import type { MovedBlock } from '../../domain/comparison/alignment.ts';
import type { PairPixels } from '../kernel/pair-pixels.ts';
import { exchange } from './exchange.ts';
import { bySize, contentBeside, contentOf, isSame, isStretch } from './leaf-content.ts';
import type { Leaf } from './leaf-content.ts';
import { displacementOf, hasOneSize, isEmpty, isInPlace } from './part.ts';
import type { Part } from './part.ts';
import { findPieces } from './pieces.ts';
import type { Piece } from './pieces.ts';

export interface ReadLeaves {
  leaves: Leaf[];
  /** Content that is at another place, found here. */
  blocks: MovedBlock[];
  /** Content of leaves that is at another place, beside other content. */
  pieces: Piece[];
}

/** Fewer single rows that come and go are no rounding: a line may really have moved by a pixel. */
const leastRoundings = 4;

export function readLeaves(pixels: PairPixels, parts: readonly Part[], withPieces: boolean): ReadLeaves {
  const blocks: MovedBlock[] = [];
  const leaves = parts.filter(({ isEqual }) => !isEqual).flatMap((part) => classify(pixels, part, blocks));
  const left = exchange(pixels, reunite(pixels, leaves, blocks), blocks);
  const pieces = withPieces ? findPieces(pixels, left) : [];
  // What its surroundings moved past is where it was.
  const moved = blocks.filter((block) => !isInPlace(block));
  return {
    leaves: markConsequences(
      pixels,
      left.map((leaf) => besideOthers(pixels, leaf)),
    ),
    blocks: moved,
    pieces,
  };
}

function besideOthers(pixels: PairPixels, leaf: Leaf): Leaf {
  if (leaf.kind === 'added') return { ...leaf, after: contentBeside(pixels, 1, leaf.part.after, leaf.after) };
  if (leaf.kind === 'removed')
    return { ...leaf, before: contentBeside(pixels, 0, leaf.part.before, leaf.before) };
  return leaf;
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

/** Removed here and added there, but the same. */
function reunite(pixels: PairPixels, leaves: readonly Leaf[], blocks: MovedBlock[]): Leaf[] {
  const added = bySize(
    leaves.filter((leaf) => leaf.kind === 'added'),
    ({ after }) => after,
  );
  const gone = new Set<Leaf>();
  for (const leaf of leaves) {
    if (leaf.kind !== 'removed') continue;
    const other = added(leaf.before).find(
      (each) => !gone.has(each) && isSame(pixels, leaf.before, each.after),
    );
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
function markConsequences(pixels: PairPixels, leaves: Leaf[]): Leaf[] {
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
  markSides(leaves);
  return markRounding(pixels, leaves);
}

/**
 * Blank space at the end of a row of things follows from what else in the row grew. So does that at its beginning, if the row is
 * aligned to the right or to the middle; in others it is what pushed the row.
 */
function markSides(leaves: readonly Leaf[]): void {
  const spaces = new Map(
    leaves.flatMap((leaf) => (leaf.kind === 'space' ? [[leaf.part, leaf] as const] : [])),
  );
  const grownOf = (part: Part | undefined) =>
    part === undefined || !spaces.has(part) ? 0 : part.after.width - part.before.width;
  for (const [part, leaf] of spaces) {
    if (part.band === undefined) continue;
    const { band } = part;
    const [left, right] = [grownOf(band.left), grownOf(band.right)];
    if (part === band.right) leaf.isConsequence = true;
    if (part === band.left) leaf.isConsequence = right === 0 ? band.endsInPlace : Math.abs(left - right) <= 1;
  }
}

/**
 * What moves by a fraction of a pixel is drawn a whole pixel further or not, line by line: single rows come and go in turn. They
 * follow from the move; where nothing else moved anything, the first of them stays a change.
 */
function markRounding(pixels: PairPixels, leaves: readonly Leaf[]): Leaf[] {
  const rounding = new Set<Leaf>();
  const columns = new Map<string, Leaf[]>();
  for (const leaf of leaves) {
    if (leaf.kind === 'pixels' || Math.abs(grownBy(leaf)) !== 1 || !isRepeated(pixels, leaf)) continue;
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
      if (!isFirst) rounding.add(leaf);
    }
  }
  return leaves.map((leaf) =>
    rounding.has(leaf) ? { kind: 'space', part: leaf.part, isConsequence: true } : leaf,
  );
}

/** Whether a leaf, of one row more in one of the images, is blank or repeats a row next to it. */
function isRepeated(pixels: PairPixels, { kind, part: { before, after } }: Leaf): boolean {
  if (kind === 'space') return true;
  if (kind === 'resized') return false;
  return isStretch(pixels, isEmpty(before) ? 1 : 0, isEmpty(before) ? after : before);
}

function grownBy({ part: { before, after } }: Leaf): number {
  return after.height - before.height;
}
