/**
 * Explains a difference: what moved, and what changed apart from moving. Pure but for the kernel's memory; the plain comparison
 * comes first and stays as it is.
 */
import { alignmentVersion, maxBlocks, maxChanges } from '../../domain/comparison/alignment.ts';
import type { Alignment, Box, MovedBlock } from '../../domain/comparison/alignment.ts';
import type { ImageSize, Region } from '../../domain/comparison/comparison.ts';
import { movedColourDistance } from '../kernel/judge-band.ts';
import type { KernelSettings } from '../kernel/pair-comparison.ts';
import type { Marks } from '../kernel/marks.ts';
import type { PairPixels, Rect } from '../kernel/pair-pixels.ts';
import { mergeBlocks } from './blocks.ts';
import { countMarked, findComponents } from './components.ts';
import { joinBlocks } from './exchange.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { Unsigned } from './fingerprint.ts';
import { joinChanges } from './join-changes.ts';
import { sidesOf, spacesOf } from './join-spaces.ts';
import { countRemoved, judgeLeaves, markAdded } from './judge-parts.ts';
import { layPieces } from './lay-pieces.ts';
import { readLeaves } from './leaves.ts';
import type { Leaf } from './leaf-content.ts';
import { areaOf, displacementOf, hasOneSize as hasSameSize, isInPlace, leaf } from './part.ts';
import type { Part, Zone } from './part.ts';
import type { Piece } from './pieces.ts';
import { readPage } from './read-page.ts';
import { costOf } from './read-zone.ts';
import { sum } from './sum.ts';
import { hasCauses, isPushed, isReflow, summaryOf, worthListing } from './summary.ts';

export interface AlignRequest {
  before: ImageSize;
  after: ImageSize;
  /** Changed pixels of the plain comparison; at least one. */
  regions: readonly Region[];
  settings: KernelSettings;
}

export interface Aligned {
  alignment: Alignment;
  /** Changed and added pixels of the image after. */
  marks: Marks;
  /** The furthest that anything moved, in pixels right, left, up or down. */
  farthestMove: number;
  /** How the images were tiled, for tests. */
  parts: Part[];
}

/** Pixels read, in both images' pixels. */
const budgetFactor = 2.5;
/** Of small images as many pixels are read as this. */
const leastBudget = 8_000_000;

/** An alignment that leaves more of what the plain comparison marks must leave less than the images as they are. */
const doubtfulShare = 0.4;

export function alignPixels(pixels: PairPixels, request: AlignRequest): Aligned {
  const { before, after, regions } = request;
  const budget = Math.max(
    leastBudget,
    budgetFactor * (before.width * before.height + after.width * after.height),
  );
  const largest = Math.max(request.settings.maxColourDistance, movedColourDistance);
  const reading = { pixels, budget, largest, groups: 0 };
  const parts = readPage(reading, request);
  const isSpent = reading.budget <= 0;
  const plainPixels = sum(regions, ({ changedPixels }) => changedPixels);
  // Read to its end, a page is judged all the same: boxes that changed places are only found in what is left.
  const isHopeless = isSpent && costOf(reading, parts) >= 2 * plainPixels;
  const judgeStill = () => judgeParts(pixels, request, inPlace(pixels, before, after), false);
  if (isHopeless) return tell(pixels, request, judgeStill(), isSpent);
  const withPieces = !isSpent && !isReflow(parts.filter(({ isEqual }) => isEqual));
  const judged = judgeParts(pixels, request, parts, withPieces);
  const left = contentPixelsOf(judged);
  if (left <= doubtfulShare * plainPixels) return tell(pixels, request, judged, isSpent);
  const still = judgeStill();
  return tell(pixels, request, left <= contentPixelsOf(still) ? judged : still, isSpent);
}

/** The images as they are, unaligned. */
function inPlace({ width }: PairPixels, before: ImageSize, after: ImageSize): Part[] {
  const shared = Math.min(before.height, after.height);
  const rect = (top: number, height: number): Rect => ({ left: 0, top, width, height });
  const whole = leaf({ before: rect(0, shared), after: rect(0, shared) });
  const rest = leaf({
    before: rect(shared, before.height - shared),
    after: rect(shared, after.height - shared),
  });
  return before.height === after.height ? [whole] : [whole, rest];
}

/** Whether nothing moved, came or went, but for the rows that only one image has. */
function areInPlace(parts: readonly Part[]): boolean {
  return parts.every(
    (part, index) =>
      isInPlace(part) &&
      (hasSameSize(part) || (index === parts.length - 1 && areaOf(part.before) * areaOf(part.after) === 0)),
  );
}

/** What is left once everything is where it moved to. */
interface Judged {
  parts: Part[];
  leaves: Leaf[];
  blocks: MovedBlock[];
  changes: Unsigned[];
  marks: Marks;
  residuePixels: number;
}

function judgeParts(
  pixels: PairPixels,
  { before, after, settings }: AlignRequest,
  parts: Part[],
  withPieces: boolean,
): Judged {
  const { leaves, blocks: found, pieces } = readLeaves(pixels, parts, withPieces);
  // Where nothing moved, the plain comparison has judged.
  const isPlain = before.width === after.width && found.length + pieces.length === 0 && areInPlace(parts);
  const marks = isPlain ? pixels.plainMarks() : pixels.makeMarks();
  const residuePixels = isPlain ? 0 : judgeLeaves(pixels, leaves, settings, marks);
  const changed = joinChanges(pixels, changesOf(pixels, leaves, marks, pieces));
  const sides = markSides(pixels, before, after, marks);
  const isCaused = changed.some(({ changedPixels }) => changedPixels > 0);
  const blocks = [
    ...mergeBlocks(parts),
    ...found,
    ...joinBlocks(
      pixels,
      pieces.map((piece) => blockOf(piece, isCaused, leaves)),
    ),
  ];
  const reordered = blocks.filter(({ kind }) => kind === 'reordered');
  const changes: Unsigned[] = [
    ...changed,
    ...sides,
    ...reordered.map((block) => ({
      kind: 'reordered' as const,
      before: block.before,
      after: block.after,
      changedPixels: 0,
    })),
  ];
  return { parts, leaves, blocks, changes, marks, residuePixels };
}

function contentPixelsOf({ changes }: Judged): number {
  return sum(changes, ({ kind, changedPixels }) => (kind === 'space' ? 0 : changedPixels));
}

function tell(
  pixels: PairPixels,
  { before, after, regions }: AlignRequest,
  judged: Judged,
  isSpent: boolean,
): Aligned {
  const { parts, leaves, blocks, changes, marks, residuePixels } = judged;
  const reordered = blocks.filter(({ kind }) => kind === 'reordered');
  const spaces = leaves.filter((leaf) => leaf.kind === 'space');
  const listedBlocks = worthListing(blocks, changes.length);
  const movedPixels = sum(blocks, ({ after }) => areaOf(after));
  const isTruncated = isSpent || listedBlocks.length > maxBlocks || changes.length > maxChanges;
  const listed = firstOf(changes, maxChanges, ({ changedPixels }) => changedPixels, placeOf).map(
    (change) => ({
      ...change,
      fingerprint: fingerprintOf(pixels, change),
    }),
  );
  const alignment: Alignment = {
    version: alignmentVersion,
    summary: summaryOf(listedBlocks, changes, movedPixels, regions),
    movedPixels,
    contentPixels: contentPixelsOf(judged),
    residuePixels,
    spacePixels: sum(spaces, ({ part }) => Math.abs(areaOf(part.after) - areaOf(part.before))),
    truncated: isTruncated,
    blocks: firstOf(
      listedBlocks,
      maxBlocks,
      ({ after }) => areaOf(after),
      ({ after }) => after,
    ),
    blockCount: listedBlocks.length,
    changes: listed,
    changeCount: changes.length,
    complete: !isTruncated && before.width === after.width && hasCauses(blocks, leaves, reordered),
  };
  const farthestMove = farthestOf([
    ...blocks,
    ...leaves.flatMap((leaf) => (leaf.kind === 'pixels' ? [leaf.part] : [])),
  ]);
  return { alignment, marks, farthestMove, parts };
}

function farthestOf(zones: readonly Zone[]): number {
  return zones.reduce((most, zone) => {
    const { x, y } = displacementOf(zone);
    return Math.max(most, Math.abs(x), Math.abs(y));
  }, 0);
}

/** What kept its order moved, if something pushed it; else the move is itself a change. */
function blockOf(
  { before, after, isInOrder }: Piece,
  isCaused: boolean,
  leaves: readonly Leaf[],
): MovedBlock {
  const hasMoved = isInOrder && isCaused && isPushed({ before, after }, leaves);
  return { before, after, kind: hasMoved ? 'moved' : 'reordered' };
}

/** The changes in the order in which they were found, but for those that follow from others. Marks what was added. */
function changesOf(
  pixels: PairPixels,
  leaves: readonly Leaf[],
  marks: Marks,
  pieces: readonly Piece[],
): Unsigned[] {
  const added = leaves.map((leaf) => markAdded(pixels, leaf, marks));
  if (pieces.length > 0) layPieces(pixels, pieces, leaves, marks);
  const elsewhere = pieces.map(({ before }) => before);
  const changes: Unsigned[] = [];
  for (const areas of byDisplacement(leaves)) {
    const { x, y } = displacementOf(areas[0]!);
    const rects = areas.map(({ after }) => after);
    for (const { box, pixels: changedPixels } of findComponents(pixels.bytesOf(marks), marks.pitch, rects))
      changes.push({
        kind: 'changed',
        before: { ...box, left: box.left - x, top: box.top - y },
        after: box,
        changedPixels,
      });
  }
  const marked = ({ box }: { box: Box }) => countMarked(pixels.bytesOf(marks), marks.pitch, box);
  for (const [index, leaf] of leaves.entries()) {
    if (leaf.kind === 'pixels' || leaf.kind === 'space') continue;
    const inAfter =
      leaf.kind === 'resized' || (leaf.kind === 'added' && pieces.length > 0)
        ? marked(leaf.after)
        : added[index]!;
    const changedPixels = inAfter + countRemoved(pixels, leaf, elsewhere);
    if (changedPixels === 0 && pieces.length > 0) {
      changes.push({ kind: 'space', ...sidesOf(leaf.part), changedPixels });
      continue;
    }
    changes.push({
      kind: leaf.kind,
      before: leaf.kind === 'added' ? null : leaf.before.box,
      after: leaf.kind === 'removed' ? null : leaf.after.box,
      changedPixels,
    });
  }
  return [...changes, ...spacesOf(pixels, leaves)];
}

function byDisplacement(leaves: readonly Leaf[]): Part[][] {
  const groups = new Map<string, Part[]>();
  for (const leaf of leaves) {
    if (leaf.kind !== 'pixels') continue;
    const { x, y } = displacementOf(leaf.part);
    const group = groups.get(`${x} ${y}`);
    if (group === undefined) groups.set(`${x} ${y}`, [leaf.part]);
    else group.push(leaf.part);
  }
  return [...groups.values()];
}

/** Where the widths differ, what lies beyond the common one was added or removed as a whole. */
function markSides(pixels: PairPixels, before: ImageSize, after: ImageSize, marks: Marks): Unsigned[] {
  const { width } = pixels;
  const beyond = (size: ImageSize): Rect => ({
    left: width,
    top: 0,
    width: size.width - width,
    height: size.height,
  });
  if (after.width > width) {
    const box = beyond(after);
    pixels.markAll(box, marks);
    return [{ kind: 'added', before: null, after: box, changedPixels: areaOf(box) }];
  }
  if (before.width === width) return [];
  return [{ kind: 'removed', before: beyond(before), after: null, changedPixels: areaOf(beyond(before)) }];
}

/** The biggest, then in reading order. */
function firstOf<T>(
  items: readonly T[],
  most: number,
  sizeOf: (item: T) => number,
  boxOf: (item: T) => Box,
): T[] {
  const kept =
    items.length <= most ? [...items] : items.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, most);
  return kept.sort((a, b) => boxOf(a).top - boxOf(b).top || boxOf(a).left - boxOf(b).left);
}

function placeOf({ before, after }: Unsigned): Box {
  return (after ?? before)!;
}
