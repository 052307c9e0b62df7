/** Cuts what was removed here and inserted there in the same way, so that it is recognized as one piece at another place. */
import type { PairPixels, Rect } from '../kernel/pair-pixels.ts';
import type { Run } from './match-lines.ts';
import { columnsOf, rowsOf } from './part.ts';
import type { Zone } from './part.ts';
import { endOf } from './runs.ts';

/** The furthest that a piece slides, in lines. */
const maxSlide = 1_000;

/** So many pairs of a removed and an inserted piece of one size are looked at. */
const maxTries = 64;

/** Lines that only one of the images has, before `runs[next]`. */
interface Piece {
  next: number;
  isAdded: boolean;
  first: number;
  size: number;
  /** How far back and forth it may slide: so many lines there are equal to those at its other end. */
  back: number;
  forth: number;
}

/**
 * Between boxes that are drawn alike, what was removed may begin at any line that its neighbors share: cut at the first one, a
 * box that moved is cut in the middle here, and elsewhere there. Slides both to where they have the same lines, if possible at
 * blank ones.
 *
 * @param axis whether lines are rows or columns of the zone
 * @param runs in lines from the start of the zone; all of it is in runs or between two of them
 * @returns as many runs
 */
export function cutAlike(
  pixels: PairPixels,
  zone: Zone,
  axis: 'rows' | 'columns',
  runs: readonly Run[],
): Run[] {
  const linesOf = axis === 'rows' ? rowsOf : columnsOf;
  const lines: Lines = {
    before: (first, size) => settled(pixels, linesOf(zone.before, first, first + size)),
    after: (first, size) => settled(pixels, linesOf(zone.after, first, first + size)),
    ink: (rect) => (axis === 'rows' ? pixels.hashRows(0, rect) : pixels.hashColumns(0, rect)).ink,
  };
  const sizes = gapsOf(runs);
  if (!sizes.some(({ isAdded }) => isAdded) || sizes.every(({ isAdded }) => isAdded)) return [...runs];
  const pieces = sizes.map((piece) => withSlack(pixels, lines, runs, piece));
  const slid = runs.map((run) => ({ ...run }));
  const taken = new Set<Piece>();
  let tries = 0;
  for (const removed of pieces) {
    if (removed.isAdded) continue;
    for (const added of pieces) {
      if (!added.isAdded || taken.has(added) || added.size !== removed.size) continue;
      if (++tries > maxTries) return slid;
      const found = slideAlike(pixels, lines, removed, added);
      if (found === null) continue;
      taken.add(added);
      slide(slid, removed.next, found.removed);
      slide(slid, added.next, found.added);
      break;
    }
  }
  return slid;
}

interface Lines {
  before: (first: number, size: number) => Rect;
  after: (first: number, size: number) => Rect;
  /** Of lines of the image before. */
  ink: (rect: Rect) => Uint32Array;
}

function settled(pixels: PairPixels, rect: Rect): Rect {
  pixels.settle(rect.top, rect.top + rect.height);
  return rect;
}

function gapsOf(runs: readonly Run[]): Piece[] {
  const pieces: Piece[] = [];
  for (let next = 1; next < runs.length; next++) {
    const { before, after } = endOf(runs[next - 1]!);
    const [removed, added] = [runs[next]!.before - before, runs[next]!.after - after];
    if (removed > 0 === added > 0) continue;
    const isAdded = added > 0;
    const size = Math.max(removed, added);
    pieces.push({ next, isAdded, first: isAdded ? after : before, size, back: 0, forth: 0 });
  }
  return pieces;
}

function withSlack(pixels: PairPixels, lines: Lines, runs: readonly Run[], piece: Piece): Piece {
  const [upper, lower] = [runs[piece.next - 1]!, runs[piece.next]!];
  const isEqual = (before: number, after: number) =>
    pixels.differingColumns(lines.before(before, 1), lines.after(after, 1)) === null;
  // A run keeps a line: without one the gaps would join.
  const most = { back: Math.min(upper.length - 1, maxSlide), forth: Math.min(lower.length - 1, maxSlide) };
  const end = endOf(upper);
  let [back, forth] = [0, 0];
  while (back < most.back && isEqual(lower.before - 1 - back, lower.after - 1 - back)) back++;
  while (forth < most.forth && isEqual(end.before + forth, end.after + forth)) forth++;
  return { ...piece, back, forth };
}

/** How far the pieces slide forth, or back, to have the same lines; null if they never do. */
function slideAlike(
  pixels: PairPixels,
  lines: Lines,
  removed: Piece,
  added: Piece,
): { removed: number; added: number } | null {
  const isAlike = (step: number, addedStep: number) => {
    const before = lines.before(removed.first + step, removed.size);
    const after = lines.after(added.first + addedStep, added.size);
    return pixels.closeRows(before, after, 1) === before.height;
  };
  // Alike pieces stay alike if both slide: for the first such place, one of them is where it cannot slide back.
  const most = Math.max(removed.back + removed.forth, added.back + added.forth);
  for (let step = 0; step <= Math.min(most, removed.size - 1); step++)
    for (const [of, ofAdded] of step === 0
      ? ([[0, 0]] as const)
      : ([
          [step, 0],
          [0, step],
        ] as const)) {
      const [down, downAdded] = [of - removed.back, ofAdded - added.back];
      if (down > removed.forth || downAdded > added.forth || !isAlike(down, downAdded)) continue;
      const both = Math.min(removed.forth - down, added.forth - downAdded, removed.size - 1);
      const ink = lines.ink(lines.before(removed.first + down, removed.size + both));
      const further = blankestCut(ink, removed.size);
      return { removed: down + further, added: downAdded + further };
    }
  return null;
}

/** How far a piece may slide to begin or end with the most blank lines. */
function blankestCut(ink: Uint32Array, size: number): number {
  let best = { lines: 0, at: 0 };
  for (let at = 0; at + size <= ink.length; at++) {
    let lines = 0;
    while (lines < size && ink[at + lines] === 0) lines++;
    for (let line = at + size - 1; line > at + lines && ink[line] === 0; line--) lines++;
    if (lines > best.lines) best = { lines, at };
    // Within blank lines the count stays what it is.
    at += Math.max(lines - 1, 0);
  }
  return best.at;
}

function slide(runs: Run[], next: number, by: number): void {
  runs[next - 1]!.length += by;
  const lower = runs[next]!;
  lower.before += by;
  lower.after += by;
  lower.length -= by;
}
