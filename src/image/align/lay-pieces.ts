/** Takes pieces that are elsewhere out of what is marked as changed: where they are now, and where they were. */
import type { Marks } from '../kernel/marks.ts';
import type { PairPixels, Rect } from '../kernel/pair-pixels.ts';
import { commonOf } from './judge-parts.ts';
import type { Leaf } from './leaf-content.ts';
import { displacementOf, intersection } from './part.ts';
import type { Zone } from './part.ts';

/**
 * Where a piece was, what is there now counts as far as it is drawn, if the background is the same in both images; else all that
 * differs. Where it is now, nothing counts.
 */
export function layPieces(
  pixels: PairPixels,
  pieces: readonly Zone[],
  leaves: readonly Leaf[],
  marks: Marks,
): void {
  for (const { before } of pieces)
    for (const zone of leaves.flatMap(comparedIn)) {
      const gone = intersection(before, zone.before);
      if (gone === null) continue;
      const { x, y } = displacementOf(zone);
      const place = { ...gone, left: gone.left + x, top: gone.top + y };
      const corner = { x: before.left - 1, y: before.top - 1 };
      const cornerAfter = { x: corner.x + x, y: corner.y + y };
      if (!isSameBackground(pixels, corner, cornerAfter)) continue;
      clear(pixels, place, marks);
      pixels.findContent(1, place, cornerAfter, marks);
    }
  for (const { after } of pieces) clear(pixels, after, marks);
}

/** Where a leaf is compared pixel by pixel. */
function comparedIn(leaf: Leaf): Zone[] {
  if (leaf.kind === 'pixels') return [leaf.part];
  if (leaf.kind !== 'resized') return [];
  const [before, after] = [leaf.before.box, leaf.after.box];
  const common = commonOf(before, after);
  return [{ before: { ...before, ...common }, after: { ...after, ...common } }];
}

function isSameBackground(
  pixels: PairPixels,
  before: { x: number; y: number },
  after: { x: number; y: number },
): boolean {
  if (Math.min(before.x, before.y, after.x, after.y) < 0) return false;
  if (Math.max(before.x, after.x) >= pixels.width) return false;
  if (before.y >= pixels.heightOf(0) || after.y >= pixels.heightOf(1)) return false;
  pixels.settle(before.y, before.y + 1);
  pixels.settle(after.y, after.y + 1);
  const one = { left: before.x, top: before.y, width: 1, height: 1 };
  return pixels.countBeyond(0, one, 1, after.x, after.y) === 0;
}

function clear(pixels: PairPixels, { left, top, width, height }: Rect, marks: Marks): void {
  const bits = pixels.bytesOf(marks);
  const end = left + width;
  for (let y = top; y < top + height; y++)
    for (let index = left >> 3; index <= (end - 1) >> 3; index++) {
      const x = index << 3;
      let kept = 0;
      if (x < left) kept |= 0xff >> (8 - (left - x));
      if (x + 8 > end) kept |= (0xff << (end - x)) & 0xff;
      bits[y * marks.pitch + index]! &= kept;
    }
}
