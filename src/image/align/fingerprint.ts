/** A digest of what a change shows, independent of its place: equal for the same change on another page. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { Box } from '../../domain/comparison/alignment.ts';
import type { PairPixels, Side } from '../kernel/pair-pixels.ts';
import type { Change } from '../../domain/comparison/alignment.ts';

/** Changes with the algorithm: fingerprints of different versions never match. */
const prefix = 'fp1:';

/**
 * What is hashed around a change, so that the same digit after different labels is another change. Measured: without it
 * different digits were taken for one another, with more nothing was gained.
 */
const margin = { x: 24, y: 2 };

/** The furthest that the row with content next to blank space is looked for. */
const maxSearchRows = 2_000;

/** A change without its fingerprint. */
export type Unsigned = Omit<Change, 'fingerprint'>;

/** @param displacement of a reordered part, which is a change of place alone */
export function fingerprintOf(pixels: PairPixels, change: Unsigned): string {
  const hash = createHash('sha256');
  const { kind, before, after } = change;
  hash.update(`${kind} ${sizeOf(before)} ${sizeOf(after)}\n`);
  if (kind === 'space') addSpace(hash, pixels, change);
  else if (kind === 'reordered') {
    hash.update(`${after!.left - before!.left} ${after!.top - before!.top}\n`);
    addBox(hash, pixels, 1, after!, 0, 0);
  } else {
    for (const [side, box] of [before, after].entries())
      if (box !== null) addBox(hash, pixels, side as Side, box, margin.x, margin.y);
  }
  return `${prefix}${hash.digest('hex').slice(0, 32)}`;
}

function sizeOf(box: Box | null): string {
  return box === null ? '-' : `${box.width}x${box.height}`;
}

function addBox(hash: Hash, pixels: PairPixels, side: Side, box: Box, x: number, y: number): void {
  const { left, top, width, height } = box;
  pixels.addTo(hash, side, { left: left - x, top: top - y, width: width + 2 * x, height: height + 2 * y });
}

/** Blank space shows little more than a color: its neighbors say which space it is. */
function addSpace(hash: Hash, pixels: PairPixels, { before, after }: Unsigned): void {
  for (const [side, box] of [before, after].entries())
    if (box !== null) addRows(hash, pixels, side as Side, box);
  const side: Side = after === null || (before !== null && before.height > after.height) ? 0 : 1;
  const { left, top, width, height } = (side === 0 ? before : after)!;
  for (const [from, step] of [
    [top - 1, -1],
    [top + height, 1],
  ] as const) {
    hash.update('row\n');
    const end = pixels.heightOf(side);
    for (let y = from, rows = 0; y >= 0 && y < end && rows < maxSearchRows; y += step, rows++) {
      pixels.settle(y, y + 1);
      if (pixels.hashRows(side, { left, top: y, width, height: 1 }).ink[0] === 0) continue;
      pixels.addTo(hash, side, { left, top: y, width, height: 1 });
      break;
    }
  }
}

/** What a box shows, rows that repeat the one above them once with their number: space may be thousands of rows high. */
function addRows(hash: Hash, pixels: PairPixels, side: Side, box: Box): void {
  const { left, top, width, height } = box;
  pixels.settle(top, top + height);
  const { first, second } = pixels.hashRows(side, box);
  for (let y = 0, next = 0; y < height; y = next) {
    while (next < height && first[next] === first[y] && second[next] === second[y]) next++;
    hash.update(`rows ${next - y}\n`);
    pixels.addTo(hash, side, { left, top: top + y, width, height: 1 });
  }
}
