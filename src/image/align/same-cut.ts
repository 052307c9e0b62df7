/** Cuts what was removed here and inserted there in the same way, so that it is recognized as one piece at another place. */
import type { PairPixels, Rect, Side } from '../kernel/pair-pixels.ts';
import type { Run } from './match-lines.ts';
import type { Zone } from './part.ts';
import { endOf } from './runs.ts';

/** The furthest that a piece slides down, as it does up. */
const maxSlideRows = 1_000;

/** So many removed pieces are looked for among the inserted ones of their height. */
const maxTries = 64;

/** Rows that only one of the images has, before `runs[next]`. */
interface Piece {
  side: Side;
  next: number;
  /** In the rows of the image. */
  top: number;
  height: number;
  /** How far down it may slide: so many rows below it equal its first ones. */
  slack: number;
}

/**
 * Between boxes that are drawn alike, a removed part may begin at any row that its neighbors share: cut at the topmost one, a box
 * that moved is cut in the middle here, and elsewhere there. Slides both to where they have the same rows, at blank ones if
 * possible.
 *
 * @param runs after sliding up; the first may begin above the zone
 * @param rowsBelow how many rows below the zone are equal in both images, in place
 * @returns the runs, and how many of the rows below the last gap reaches over
 */
export function cutAlike(
  pixels: PairPixels,
  zone: Zone,
  runs: readonly Run[],
  rowsBelow: number,
): { runs: Run[]; reach: number } {
  const below = { before: zone.before.height, after: zone.after.height, length: rowsBelow };
  const all = [...runs, below];
  const pieces = findPieces(pixels, zone, all);
  const slides = new Map<number, number>();
  const inserted = pieces.filter(({ side }) => side === 1);
  let tries = 0;
  for (const removed of pieces) {
    if (removed.side === 1) continue;
    for (const added of inserted) {
      if (added.height !== removed.height || slides.has(added.next) || ++tries > maxTries) continue;
      const found = slideAlike(pixels, zone, removed, added);
      if (found === null) continue;
      slides.set(removed.next, found.removed).set(added.next, found.added);
      break;
    }
  }
  return { runs: slideDown(runs, slides), reach: slides.get(runs.length) ?? 0 };
}

function findPieces(pixels: PairPixels, zone: Zone, runs: readonly Run[]): Piece[] {
  const pieces: Piece[] = [];
  for (const [index, lower] of runs.entries()) {
    const { before, after } = index === 0 ? startOf(lower) : endOf(runs[index - 1]!);
    const [removed, added] = [lower.before - before, lower.after - after];
    if (removed > 0 === added > 0) continue;
    const side = added > 0 ? 1 : 0;
    const rect = side === 1 ? zone.after : zone.before;
    const height = Math.max(removed, added);
    const top = rect.top + (side === 1 ? after : before);
    // A run keeps its last row.
    const most = Math.min(lower.length - 1, maxSlideRows);
    const isRepeated = (row: number) => {
      pixels.settle(row + height, row + height + 1);
      return pixels.isRowEqual(side, rect.left, rect.width, row, row + height);
    };
    let slack = 0;
    while (slack < most && isRepeated(top + slack)) slack++;
    pieces.push({ side, next: index, top, height, slack });
  }
  return pieces;
}

/** Where the first gap begins: above the zone if the first run slid up. */
function startOf({ before, after }: Run): { before: number; after: number } {
  const top = Math.min(0, before, after);
  return { before: top, after: top };
}

/** How far the pieces slide down to have the same rows; null if they never do. */
function slideAlike(
  pixels: PairPixels,
  zone: Zone,
  removed: Piece,
  added: Piece,
): { removed: number; added: number } | null {
  const { height } = removed;
  const rect = (of: Rect, top: number): Rect => ({ left: of.left, top, width: of.width, height });
  const isAlike = (down: number, downAdded: number) =>
    pixels.closeRows(rect(zone.before, removed.top + down), rect(zone.after, added.top + downAdded), 1) ===
    height;
  // Pieces that are alike stay so if both slide: one of them need not slide for the topmost such place.
  const least = Math.min(height - 1, Math.max(removed.slack, added.slack));
  for (let step = 0; step <= least; step++)
    for (const [down, downAdded] of step === 0
      ? ([[0, 0]] as const)
      : ([
          [step, 0],
          [0, step],
        ] as const)) {
      if (down > removed.slack || downAdded > added.slack || !isAlike(down, downAdded)) continue;
      const both = Math.min(removed.slack - down, added.slack - downAdded, height - 1);
      const further = blankestCut(pixels, rect(zone.before, removed.top + down), both);
      return { removed: down + further, added: downAdded + further };
    }
  return null;
}

/** How far down a piece that may slide begins or ends with the most blank rows. */
function blankestCut(pixels: PairPixels, piece: Rect, most: number): number {
  const { height } = piece;
  const { ink } = pixels.hashRows(0, { ...piece, height: height + most });
  let best = { rows: 0, at: 0 };
  for (let at = 0; at <= most; at++) {
    if (at > 0 && ink[at - 1] === 0 && best.rows > 0) continue;
    let rows = 0;
    while (rows < height && ink[at + rows] === 0) rows++;
    for (let y = at + height - 1; y > at + rows && ink[y] === 0; y--) rows++;
    if (rows > best.rows) best = { rows, at };
  }
  return best.at;
}

function slideDown(runs: readonly Run[], slides: ReadonlyMap<number, number>): Run[] {
  const slid = runs.map((run) => ({ ...run }));
  const first: Run[] = [];
  for (const [index, rows] of slides) {
    if (rows === 0) continue;
    const upper = slid[index - 1];
    const lower = slid[index];
    if (upper !== undefined) upper.length += rows;
    else {
      const length = (lower === undefined ? 0 : startOf(lower).before) + rows;
      if (length > 0) first.push({ before: 0, after: 0, length });
    }
    if (lower === undefined) continue;
    lower.before += rows;
    lower.after += rows;
    lower.length -= rows;
  }
  return [...first, ...slid];
}
