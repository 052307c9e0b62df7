// How many pixels of each row of two rectangles are so far apart in color that they count as changed, but for anti-aliasing.

import { distance } from './changes.as';
import { noStep } from './near.as';
import { bytesPerPixel } from './pair.as';
import { pixel } from './sides.as';

// The weights of YIQ times 2¹³, for 16-bit products.
const yRedGreen = i16x8(2449, 4806, 2449, 4806, 2449, 4806, 2449, 4806);
const yBlue = i16x8(938, 0, 938, 0, 938, 0, 938, 0);
const iRedGreen = i16x8(4882, -2246, 4882, -2246, 4882, -2246, 4882, -2246);
const iBlue = i16x8(-2636, 0, -2636, 0, -2636, 0, -2636, 0);
const qRedGreen = i16x8(1732, -4281, 1732, -4281, 1732, -4281, 1732, -4281);
const qBlue = i16x8(2549, 0, 2549, 0, 2549, 0, 2549, 0);
const unit: f32 = 1.0 / 8192.0;

// Where the bytes of four pixels go to become 16-bit lanes; −128 gives 0.
const redGreen3 = i8x16(0, -128, 1, -128, 3, -128, 4, -128, 6, -128, 7, -128, 9, -128, 10, -128);
const blue3 = i8x16(2, -128, -128, -128, 5, -128, -128, -128, 8, -128, -128, -128, 11, -128, -128, -128);
const redGreen4 = i8x16(0, -128, 1, -128, 4, -128, 5, -128, 8, -128, 9, -128, 12, -128, 13, -128);
const blue4 = i8x16(2, -128, -128, -128, 6, -128, -128, -128, 10, -128, -128, -128, 14, -128, -128, -128);

/**
 * For each row, as a 32-bit number, the pixels whose squared distance in YIQ is more than `largest`, which covers two levels.
 * Transparency counts as a color does not: any difference of it is one. Side 0 is at x, y; side 1 at otherX, otherY.
 */
export function countRowsApart(
  x: i32,
  y: i32,
  otherX: i32,
  otherY: i32,
  width: i32,
  rows: i32,
  largest: f32,
  to: usize,
): void {
  const blockBytes = bytesPerPixel << 4;
  for (let r = 0; r < rows; r++, to += 4) {
    let p = pixel(0, x, y + r);
    let q = pixel(1, otherX, otherY + r);
    let count = 0;
    // Where both images repeat, as in plain areas, so does the answer.
    let last = 0;
    let isRepeat = false;
    for (let left = width; left > 0; left -= 16, p += blockBytes, q += blockBytes) {
      if (!isRepeat || !repeats(p, blockBytes) || !repeats(q, blockBytes)) last = apart16(p, q, largest);
      isRepeat = true;
      count += popcnt(left < 16 ? last & ((1 << left) - 1) : last);
    }
    store<i32>(to, count);
  }
}

/** Whether a block of 16 pixels is the one before it. */
// @ts-ignore: decorator
@inline
function repeats(p: usize, blockBytes: usize): bool {
  for (let at: usize = 0; at < blockBytes; at += 16)
    if (v128.any_true(v128.xor(v128.load(p + at), v128.load(p + at - blockBytes)))) return false;
  return true;
}

function apart16(p: usize, q: usize, largest: f32): i32 {
  const fourBytes = bytesPerPixel << 2;
  let marked = 0;
  for (let at = 0; at < 16; at += 4, p += fourBytes, q += fourBytes) {
    const a = v128.load(p);
    const b = v128.load(q);
    if (v128.any_true(i8x16.sub_sat_u(distance(a, b), noStep))) marked |= apart4(a, b, largest) << at;
    else if (bytesPerPixel === 4) marked |= apartInAlpha(a, b) << at;
  }
  return marked;
}

// @ts-ignore: decorator
@inline
function apart4(a: v128, b: v128, largest: f32): i32 {
  let redGreen: v128;
  let blue: v128;
  if (bytesPerPixel === 3) {
    redGreen = i16x8.sub(i8x16.swizzle(a, redGreen3), i8x16.swizzle(b, redGreen3));
    blue = i16x8.sub(i8x16.swizzle(a, blue3), i8x16.swizzle(b, blue3));
  } else {
    redGreen = i16x8.sub(i8x16.swizzle(a, redGreen4), i8x16.swizzle(b, redGreen4));
    blue = i16x8.sub(i8x16.swizzle(a, blue4), i8x16.swizzle(b, blue4));
  }
  const y = weighted(redGreen, blue, yRedGreen, yBlue);
  const i = weighted(redGreen, blue, iRedGreen, iBlue);
  const q = weighted(redGreen, blue, qRedGreen, qBlue);
  const squared = f32x4.add(
    f32x4.mul(f32x4.splat(0.5053), f32x4.mul(y, y)),
    f32x4.add(f32x4.mul(f32x4.splat(0.299), f32x4.mul(i, i)), f32x4.mul(f32x4.splat(0.1957), f32x4.mul(q, q))),
  );
  const marked = i32x4.bitmask(f32x4.gt(squared, f32x4.splat(largest)));
  return bytesPerPixel === 4 ? marked | apartInAlpha(a, b) : marked;
}

// @ts-ignore: decorator
@inline
function weighted(redGreen: v128, blue: v128, ofRedGreen: v128, ofBlue: v128): v128 {
  const total = i32x4.add(i32x4.dot_i16x8_s(redGreen, ofRedGreen), i32x4.dot_i16x8_s(blue, ofBlue));
  return f32x4.mul(f32x4.convert_i32x4_s(total), f32x4.splat(unit));
}

// @ts-ignore: decorator
@inline
function apartInAlpha(a: v128, b: v128): i32 {
  return i32x4.bitmask(i32x4.ne(i32x4.shr_u(v128.xor(a, b), 24), i32x4.splat(0)) );
}
