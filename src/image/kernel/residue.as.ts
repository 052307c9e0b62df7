// What is left over where the same content was drawn at another place: a browser rasters edges by their position. Such a
// pixel has, in both images, nothing that the 3 × 3 pixels around it in the other image do not have as well.

import { bits, bitsPitch } from './changes.as';
import { blockMask } from './colour.as';
import { bytesPerPixel, height, pixelsB, rowA, width } from './pair.as';

const tolerance = i8x16.splat(2);

/** Marks in `to`, in rows like `bits`, the marked pixels of a rectangle that may be residue; returns how many. */
export function markResidue(left: i32, top: i32, right: i32, bottom: i32, to: usize): i32 {
  let found = 0;
  for (let y = top; y < bottom; y++) {
    for (let block = left >> 4; block <= (right - 1) >> 4; block++) {
      const at = <usize>y * bitsPitch + (<usize>block << 1);
      let marked = <u32>load<u16>(bits + at) & blockMask(block, left, right);
      let residue: u32 = 0;
      while (marked) {
        const lowest = marked & (0 - marked);
        if (isResidue((block << 4) + <i32>ctz(marked), y)) {
          residue |= lowest;
          found++;
        }
        marked ^= lowest;
      }
      if (residue) store<u16>(to + at, load<u16>(to + at) | <u16>residue);
    }
  }
  return found;
}

function isResidue(x: i32, y: i32): bool {
  const left = max(x - 1, 0);
  const right = min(x + 1, width - 1);
  let lowA = i8x16.splat(-1);
  let highA = i8x16.splat(0);
  let lowB = i8x16.splat(-1);
  let highB = i8x16.splat(0);
  for (let ny = max(y - 1, 0); ny <= min(y + 1, height - 1); ny++) {
    for (let nx = left; nx <= right; nx++) {
      const a = pixelAt(rowA(ny), nx);
      const b = pixelAt(pixelsB(ny), nx);
      lowA = i8x16.min_u(lowA, a);
      highA = i8x16.max_u(highA, a);
      lowB = i8x16.min_u(lowB, b);
      highB = i8x16.max_u(highB, b);
    }
  }
  return isWithin(pixelAt(rowA(y), x), lowB, highB) && isWithin(pixelAt(pixelsB(y), x), lowA, highA);
}

// @ts-ignore: decorator
@inline
function isWithin(value: v128, low: v128, high: v128): bool {
  const below = i8x16.sub_sat_u(i8x16.sub_sat_u(low, value), tolerance);
  const above = i8x16.sub_sat_u(i8x16.sub_sat_u(value, high), tolerance);
  return !v128.any_true(v128.or(below, above));
}

// @ts-ignore: decorator
@inline
function pixelAt(row: usize, x: i32): v128 {
  const pixel =
    bytesPerPixel === 4 ? load<u32>(row + (<usize>x << 2)) : load<u32>(row + <usize>x * 3) | 0xff000000;
  return i32x4.splat(<i32>pixel);
}
