// One number per pixel of an opaque image, for the anti-aliasing stage.
//
// A pixel of an opaque image becomes its brightness, 29889531 R + 58662247 G + 11448223 B (the weights of YIQ's Y
// times 10⁸), divided by 128 and rounded down. Two different colors are at least 229 apart before the division (the
// smallest value of the form over all differences −255…255), so the numbers are equal exactly when the colors are, and
// sort like the brightnesses. They have 28 bits and are shifted left by 4 bits, unsigned. A pixel of an image
// with transparency remains RGBA.

import { bytesPerPixel } from './pair.as';

// Each weight is high × 2¹⁵ + low, so that 16-bit products suffice.
const highRedGreen = i16x8(912, 1790, 912, 1790, 912, 1790, 912, 1790);
const highBlue = i16x8(349, 0, 349, 0, 349, 0, 349, 0);
const lowRedGreen = i16x8(5115, 7527, 5115, 7527, 5115, 7527, 5115, 7527);
const lowBlue = i16x8(12191, 0, 12191, 0, 12191, 0, 12191, 0);

// Where the bytes of four pixels go to become 16-bit lanes; −128 gives 0.
const redGreen3 = i8x16(0, -128, 1, -128, 3, -128, 4, -128, 6, -128, 7, -128, 9, -128, 10, -128);
const blue3 = i8x16(2, -128, -128, -128, 5, -128, -128, -128, 8, -128, -128, -128, 11, -128, -128, -128);
const redGreen4 = i8x16(0, -128, 1, -128, 4, -128, 5, -128, 8, -128, 9, -128, 12, -128, 13, -128);
const blue4 = i8x16(2, -128, -128, -128, 6, -128, -128, -128, 10, -128, -128, -128, 14, -128, -128, -128);

/** 16 pixels. */
// @ts-ignore: decorator
@inline
export function encodeBlock(to: usize, from: usize): void {
  if (bytesPerPixel === 3) {
    encode3(to, from);
    encode3(to + 16, from + 12);
    encode3(to + 32, from + 24);
    encode3(to + 48, from + 36);
  } else {
    encode4(to, from);
    encode4(to + 16, from + 16);
    encode4(to + 32, from + 32);
    encode4(to + 48, from + 48);
  }
}

// @ts-ignore: decorator
@inline
function encode3(to: usize, from: usize): void {
  const pixels = v128.load(from);
  v128.store(to, brightness(i8x16.swizzle(pixels, redGreen3), i8x16.swizzle(pixels, blue3)));
}

// @ts-ignore: decorator
@inline
function encode4(to: usize, from: usize): void {
  const pixels = v128.load(from);
  v128.store(to, brightness(i8x16.swizzle(pixels, redGreen4), i8x16.swizzle(pixels, blue4)));
}

// @ts-ignore: decorator
@inline
function brightness(redGreen: v128, blue: v128): v128 {
  const high = i32x4.add(i32x4.dot_i16x8_s(redGreen, highRedGreen), i32x4.dot_i16x8_s(blue, highBlue));
  const low = i32x4.add(i32x4.dot_i16x8_s(redGreen, lowRedGreen), i32x4.dot_i16x8_s(blue, lowBlue));
  return i32x4.shl(i32x4.add(i32x4.shl(high, 8), i32x4.shr_u(low, 7)), 4);
}
