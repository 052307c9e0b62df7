/** Which pixels still differ once everything is where it moved to: a map of the image after. */
import { tileSize } from '../regions.ts';
import type { KernelSettings } from '../kernel/pair-comparison.ts';
import type { Marks } from '../kernel/marks.ts';
import type { Pairing, PairPixels, Rect } from '../kernel/pair-pixels.ts';
import type { Content, Leaf } from './leaf-content.ts';
import { areaOf, intersection } from './part.ts';
import { forgiveResidue } from './residue.ts';
import { sum } from './sum.ts';

/** The anti-aliasing rule looks this far around a pixel. */
const reach = 4;

/** Marks changed pixels of leaves that exist in both images. Returns the pixels that only drawing elsewhere changed. */
export function judgeLeaves(
  pixels: PairPixels,
  leaves: readonly Leaf[],
  settings: KernelSettings,
  marks: Marks,
): number {
  const pairings = leaves.flatMap(pairingOf);
  let forgiven = 0;
  for (const band of bandsOf(pairings, marks.height)) {
    pixels.giveBack(() => {
      const residue = pixels.makeMarks(band.bottom - band.top);
      const moved = pixels.judgeBand(band, band.pairings, settings, marks, residue);
      // No region reaches beyond its band: at least a row of tiles without a mark lies between two of them.
      if (moved.length > 0) forgiven += forgiveResidue(pixels, bandOf(marks, band), residue, moved);
    });
  }
  return forgiven;
}

/** The part of a leaf that is compared pixel by pixel. */
function pairingOf(leaf: Leaf): Pairing[] {
  if (leaf.kind === 'pixels') {
    const { before, after } = leaf.part;
    return [{ before, left: after.left, top: after.top }];
  }
  if (leaf.kind !== 'resized') return [];
  const [before, after] = [leaf.before.box, leaf.after.box];
  const { width, height } = commonOf(before, after);
  return [{ before: { ...before, width, height }, left: after.left, top: after.top }];
}

export function commonOf(before: Rect, after: Rect): { width: number; height: number } {
  return { width: Math.min(before.width, after.width), height: Math.min(before.height, after.height) };
}

interface Band {
  top: number;
  bottom: number;
  pairings: Pairing[];
}

/** Rows of whole tiles, so that regions are those of the whole image. */
function bandsOf(pairings: readonly Pairing[], height: number): Band[] {
  const bands: Band[] = [];
  for (const pairing of pairings.toSorted((a, b) => a.top - b.top)) {
    const top = Math.max(Math.floor((pairing.top - reach) / tileSize) * tileSize, 0);
    const bottom = Math.min(
      Math.ceil((pairing.top + pairing.before.height + reach) / tileSize) * tileSize,
      height,
    );
    const last = bands.at(-1);
    if (last !== undefined && top <= last.bottom) {
      last.bottom = Math.max(last.bottom, bottom);
      last.pairings.push(pairing);
    } else bands.push({ top, bottom, pairings: [pairing] });
  }
  return bands;
}

function bandOf(marks: Marks, { top, bottom }: Band): Marks {
  return { ...marks, pointer: marks.pointer + top * marks.pitch, height: bottom - top };
}

/** Marks what only the image after has; returns how many pixels. */
export function markAdded(pixels: PairPixels, leaf: Leaf, marks: Marks): number {
  if (leaf.kind === 'added') return markContent(pixels, leaf.after, leaf.after.box, marks);
  if (leaf.kind !== 'resized') return 0;
  const { width, height } = commonOf(leaf.before.box, leaf.after.box);
  return sum(restOf(leaf.after.box, width, height), (rect) => markContent(pixels, leaf.after, rect, marks));
}

/** How many pixels only the image before has, but for those that are elsewhere. */
export function countRemoved(pixels: PairPixels, leaf: Leaf, elsewhere: readonly Rect[]): number {
  if (leaf.kind !== 'removed' && leaf.kind !== 'resized') return 0;
  const { before } = leaf;
  const { width, height } =
    leaf.kind === 'removed' ? { width: 0, height: 0 } : commonOf(before.box, leaf.after.box);
  return sum(restOf(before.box, width, height), (rect) => {
    const gone = elsewhere.flatMap((box) => intersection(box, rect) ?? []);
    return countContent(pixels, before, rect) - sum(gone, (box) => countContent(pixels, before, box));
  });
}

function markContent(pixels: PairPixels, { background }: Content, rect: Rect, marks: Marks): number {
  if (background !== null) return pixels.findContent(1, rect, background, marks).pixels;
  pixels.markAll(rect, marks);
  return areaOf(rect);
}

function countContent(pixels: PairPixels, { background }: Content, rect: Rect): number {
  return background === null ? areaOf(rect) : pixels.findContent(0, rect, background).pixels;
}

/** What of a box lies right of or below its common part. */
function restOf({ left, top, width, height }: Rect, commonWidth: number, commonHeight: number): Rect[] {
  return [
    { left: left + commonWidth, top, width: width - commonWidth, height: commonHeight },
    { left, top: top + commonHeight, width, height: height - commonHeight },
  ].filter((rect) => rect.width > 0 && rect.height > 0);
}
