// The values of the changed pixels, for the digest of a change.

import { bits, bitsPitch } from './changes.as';
import { fourPixels } from './lines.as';
import { DIFFERENT, bytesPerPixel, rowA, rowB, stateOf, width } from './pair.as';

const opaque = i32x4.splat(0xff000000);

/** Whether a pixel of what {@link gatherColours} wrote last is not opaque. */
let isTransparent = false;

export function gatheredAlpha(): bool {
  return isTransparent;
}

/**
 * Writes six bytes for each marked pixel that both images have, of rows `first` to before `end`: the colors before and after of a whole
 * block of 16, of four pixels, or of one, in reading order. May write 32 bytes too many. Returns the bytes.
 */
export function gatherColours(first: i32, end: i32, to: usize): usize {
  const start = to;
  const blocks = (width + 15) >> 4;
  let alpha = i8x16.splat(-1);
  for (let y = first; y < end; y++) {
    // A row with a changed pixel differs, so it is reconstructed in both images.
    if (stateOf(y) !== DIFFERENT) continue;
    const row = bits + <usize>y * bitsPitch;
    const a = rowA(y);
    const b = rowB(y);
    for (let block = 0; block < blocks; block++) {
      let marked = markedOf(row, block);
      if (!marked) continue;
      const from = <usize>block << 4;
      if (marked === 0xffff) {
        copyBlock(to, a + from * bytesPerPixel);
        copyBlock(to + 48, b + from * bytesPerPixel);
        if (bytesPerPixel === 4) alpha = v128.and(alpha, v128.and(allOf(a + (from << 2)), allOf(b + (from << 2))));
        to += 96;
        continue;
      }
      for (let x = from; marked; x += 4, marked >>= 4) {
        const quad = marked & 15;
        if (!quad) continue;
        const before = colours(a + x * bytesPerPixel);
        const after = colours(b + x * bytesPerPixel);
        if (bytesPerPixel === 4) {
          const wanted = v128.load(quadLanes + (<usize>quad << 4));
          alpha = v128.and(alpha, v128.or(v128.load(a + (x << 2)), wanted));
          alpha = v128.and(alpha, v128.or(v128.load(b + (x << 2)), wanted));
        }
        if (quad === 15) {
          v128.store(to, before);
          v128.store(to + 12, after);
          to += 24;
          continue;
        }
        const lanesBefore = bytesPerPixel === 3 ? fourPixels(a + x * 3) : v128.load(a + (x << 2));
        const lanesAfter = bytesPerPixel === 3 ? fourPixels(b + x * 3) : v128.load(b + (x << 2));
        if (quad & 1) to = writePixel(to, i32x4.extract_lane(lanesBefore, 0), i32x4.extract_lane(lanesAfter, 0));
        if (quad & 2) to = writePixel(to, i32x4.extract_lane(lanesBefore, 1), i32x4.extract_lane(lanesAfter, 1));
        if (quad & 4) to = writePixel(to, i32x4.extract_lane(lanesBefore, 2), i32x4.extract_lane(lanesAfter, 2));
        if (quad & 8) to = writePixel(to, i32x4.extract_lane(lanesBefore, 3), i32x4.extract_lane(lanesAfter, 3));
      }
    }
  }
  isTransparent = bytesPerPixel === 4 && !i8x16.all_true(i8x16.eq(v128.or(alpha, i32x4.splat(0x00ffffff)), i8x16.splat(-1)));
  return to - start;
}

/** The marks of a block of 16 pixels, as far as both images have them. */
// @ts-ignore: decorator
@inline
function markedOf(row: usize, block: i32): u32 {
  const marked = <u32>load<u16>(row + (<usize>block << 1));
  const left = width - (block << 4);
  return left < 16 ? marked & ((<u32>1 << <u32>left) - 1) : marked;
}

/** By four bits: all ones in the lanes whose bit is not set. */
const quadLanes = memory.data<i32>([
  -1, -1, -1, -1, 0, -1, -1, -1, -1, 0, -1, -1, 0, 0, -1, -1,
  -1, -1, 0, -1, 0, -1, 0, -1, -1, 0, 0, -1, 0, 0, 0, -1,
  -1, -1, -1, 0, 0, -1, -1, 0, -1, 0, -1, 0, 0, 0, -1, 0,
  -1, -1, 0, 0, 0, -1, 0, 0, -1, 0, 0, 0, 0, 0, 0, 0,
]);

/** The colors of 16 pixels; writes four bytes too many. */
// @ts-ignore: decorator
@inline
function copyBlock(to: usize, from: usize): void {
  const bytes = bytesPerPixel << 2;
  v128.store(to, colours(from));
  v128.store(to + 12, colours(from + bytes));
  v128.store(to + 24, colours(from + 2 * bytes));
  v128.store(to + 36, colours(from + 3 * bytes));
}

/** What 16 pixels of four bytes have in common. */
// @ts-ignore: decorator
@inline
function allOf(p: usize): v128 {
  return v128.and(v128.and(v128.load(p), v128.load(p, 16)), v128.and(v128.load(p, 32), v128.load(p, 48)));
}

/** Four pixels of three bytes each. */
// @ts-ignore: decorator
@inline
function colours(p: usize): v128 {
  const pixels = v128.load(p);
  if (bytesPerPixel === 3) return pixels;
  return i8x16.shuffle(pixels, pixels, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);
}

// @ts-ignore: decorator
@inline
function writePixel(to: usize, before: i32, after: i32): usize {
  store<i32>(to, before);
  store<i32>(to, after, 3);
  return to + 6;
}

/**
 * Writes eight bytes for each marked pixel that both images have, of rows `first` to before `end`: RGBA before, RGBA after. May
 * write 32 bytes too many. Returns the bytes.
 */
export function gatherValues(first: i32, end: i32, to: usize): usize {
  const start = to;
  const blocks = (width + 15) >> 4;
  for (let y = first; y < end; y++) {
    // A row with a changed pixel differs, so it is reconstructed in both images.
    if (stateOf(y) !== DIFFERENT) continue;
    const row = bits + <usize>y * bitsPitch;
    const a = rowA(y);
    const b = rowB(y);
    for (let block = 0; block < blocks; block++) {
      let marked = markedOf(row, block);
      if (!marked) continue;
      for (let x = <usize>block << 4; marked; x += 4, marked >>= 4) {
        let quad = marked & 15;
        if (!quad) continue;
        const before = rgba(a + x * bytesPerPixel);
        const after = rgba(b + x * bytesPerPixel);
        const low = i32x4.shuffle(before, after, 0, 4, 1, 5);
        const high = i32x4.shuffle(before, after, 2, 6, 3, 7);
        if (quad === 15) {
          v128.store(to, low);
          v128.store(to, high, 16);
          to += 32;
          continue;
        }
        if (quad & 1) {
          v128.store64_lane(to, low, 0);
          to += 8;
        }
        if (quad & 2) {
          v128.store64_lane(to, low, 1);
          to += 8;
        }
        if (quad & 4) {
          v128.store64_lane(to, high, 0);
          to += 8;
        }
        if (quad & 8) {
          v128.store64_lane(to, high, 1);
          to += 8;
        }
      }
    }
  }
  return to - start;
}

// @ts-ignore: decorator
@inline
function rgba(p: usize): v128 {
  const pixels = fourPixels(p);
  return bytesPerPixel === 3 ? v128.or(pixels, opaque) : pixels;
}
