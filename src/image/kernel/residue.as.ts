// What is left over where the same content was drawn at another place: a browser rasters edges by their position. Such a
// pixel has, in both images, nothing that the 3 × 3 pixels around it in the other image do not have as well.

import { bits, bitsPitch } from './changes.as';
import { blockMask } from './colour.as';
import { bytesPerPixel, height, pixelsB, rowA, width } from './pair.as';

const tolerance = i8x16.splat(2);

/** Marks in `to`, in rows like `bits`, the marked pixels of a rectangle that may be residue. */
export function markResidue(left: i32, top: i32, right: i32, bottom: i32, to: usize): void {
  for (let y = top; y < bottom; y++) {
    for (let block = left >> 4; block <= (right - 1) >> 4; block++) {
      const at = <usize>y * bitsPitch + (<usize>block << 1);
      let marked = <u32>load<u16>(bits + at) & blockMask(block, left, right);
      const residue = isInside(block) && popcnt(marked) > 2 ? residueOfBlock(block, y, marked) : residueOf(block, y, marked);
      if (residue) store<u16>(to + at, load<u16>(to + at) | <u16>residue);
    }
  }
}

/** Whether every pixel of a block has a neighbor at its left and at its right. */
// @ts-ignore: decorator
@inline
function isInside(block: i32): bool {
  return block > 0 && (block << 4) + 16 < width;
}

/** Which of the marked pixels of a block are residue. */
function residueOf(block: i32, y: i32, marked: u32): u32 {
  let residue: u32 = 0;
  while (marked) {
    const lowest = marked & (0 - marked);
    if (isResidue((block << 4) + <i32>ctz(marked), y)) residue |= lowest;
    marked ^= lowest;
  }
  return residue;
}

/** The same for a block with neighbors at both sides: 16 bytes at a time, whatever they are of a pixel. */
function residueOfBlock(block: i32, y: i32, marked: u32): u32 {
  const start = <usize>(block << 4) * bytesPerPixel;
  const above = max(y - 1, 0);
  const below = min(y + 1, height - 1);
  const a0 = rowA(above) + start;
  const a1 = rowA(y) + start;
  const a2 = rowA(below) + start;
  const b0 = pixelsB(above) + start;
  const b1 = pixelsB(y) + start;
  const b2 = pixelsB(below) + start;
  let within: u64 = 0;
  for (let part: usize = 0; part < bytesPerPixel; part++) {
    const at = part << 4;
    const lowA = i8x16.min_u(lowest3(a0 + at), i8x16.min_u(lowest3(a1 + at), lowest3(a2 + at)));
    const highA = i8x16.max_u(highest3(a0 + at), i8x16.max_u(highest3(a1 + at), highest3(a2 + at)));
    const lowB = i8x16.min_u(lowest3(b0 + at), i8x16.min_u(lowest3(b1 + at), lowest3(b2 + at)));
    const highB = i8x16.max_u(highest3(b0 + at), i8x16.max_u(highest3(b1 + at), highest3(b2 + at)));
    const outside = v128.or(beyond(v128.load(a1 + at), lowB, highB), beyond(v128.load(b1 + at), lowA, highA));
    within |= <u64>i8x16.bitmask(i8x16.eq(outside, i8x16.splat(0))) << <u64>(part << 4);
  }
  // The lowest bit of a pixel says whether all its bytes are within.
  within &= (within >> 1) & (within >> 2);
  if (bytesPerPixel === 4) within &= within >> 1;
  let residue: u32 = 0;
  while (marked) {
    const pixel = ctz(marked);
    residue |= (<u32>(within >> <u64>(pixel * <u32>bytesPerPixel)) & 1) << pixel;
    marked &= marked - 1;
  }
  return residue;
}

/** The lowest bytes of each pixel and the two beside it. */
// @ts-ignore: decorator
@inline
function lowest3(at: usize): v128 {
  return i8x16.min_u(v128.load(at - bytesPerPixel), i8x16.min_u(v128.load(at), v128.load(at + bytesPerPixel)));
}

// @ts-ignore: decorator
@inline
function highest3(at: usize): v128 {
  return i8x16.max_u(v128.load(at - bytesPerPixel), i8x16.max_u(v128.load(at), v128.load(at + bytesPerPixel)));
}

function isResidue(x: i32, y: i32): bool {
  const above = max(y - 1, 0);
  const below = min(y + 1, height - 1);
  const a = pixelAt(rowA(y), x);
  const b = pixelAt(pixelsB(y), x);
  const lowA = lowest(rowA(above), rowA(y), rowA(below), x);
  const highA = highest(rowA(above), rowA(y), rowA(below), x);
  const lowB = lowest(pixelsB(above), pixelsB(y), pixelsB(below), x);
  const highB = highest(pixelsB(above), pixelsB(y), pixelsB(below), x);
  return !v128.any_true(v128.or(beyond(a, lowB, highB), beyond(b, lowA, highA)));
}

/** How many marked pixels of a rectangle changed by more than half of what is between the pixels around them. */
export function countStrong(left: i32, top: i32, right: i32, bottom: i32): i32 {
  let found = 0;
  for (let y = top; y < bottom; y++)
    for (let block = left >> 4; block <= (right - 1) >> 4; block++)
      found += popcnt(strongOf(block, y, blockMask(block, left, right)));
  return found;
}

/** Clears the other marks of a rectangle; returns how many. */
export function clearWeak(left: i32, top: i32, right: i32, bottom: i32): i32 {
  let cleared = 0;
  for (let y = top; y < bottom; y++) {
    for (let block = left >> 4; block <= (right - 1) >> 4; block++) {
      const at = bits + <usize>y * bitsPitch + (<usize>block << 1);
      const mask = blockMask(block, left, right);
      const weak = <u32>load<u16>(at) & mask & ~strongOf(block, y, mask);
      cleared += popcnt(weak);
      store<u16>(at, load<u16>(at) & ~(<u16>weak));
    }
  }
  return cleared;
}

/** Which of the marked pixels of a block changed by more than half of what is between the pixels around them. */
function strongOf(block: i32, y: i32, mask: u32): u32 {
  let marked = <u32>load<u16>(bits + <usize>y * bitsPitch + (<usize>block << 1)) & mask;
  let strong: u32 = 0;
  for (; marked; marked &= marked - 1) {
    const pixel = <i32>ctz(marked);
    if (isStrong((block << 4) + pixel, y)) strong |= 1 << pixel;
  }
  return strong;
}

function isStrong(x: i32, y: i32): bool {
  const above = max(y - 1, 0);
  const below = min(y + 1, height - 1);
  const a = pixelAt(rowA(y), x);
  const b = pixelAt(pixelsB(y), x);
  const low = i8x16.min_u(
    lowest(rowA(above), rowA(y), rowA(below), x),
    lowest(pixelsB(above), pixelsB(y), pixelsB(below), x),
  );
  const high = i8x16.max_u(
    highest(rowA(above), rowA(y), rowA(below), x),
    highest(pixelsB(above), pixelsB(y), pixelsB(below), x),
  );
  const change = v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
  const half = i8x16.avgr_u(i8x16.sub_sat_u(high, low), i8x16.splat(0));
  return v128.any_true(i8x16.sub_sat_u(i8x16.sub_sat_u(change, half), tolerance));
}

/** The lowest of each byte of a pixel and those around it. */
// @ts-ignore: decorator
@inline
function lowest(above: usize, row: usize, below: usize, x: i32): v128 {
  return i8x16.min_u(lowestIn(above, x), i8x16.min_u(lowestIn(row, x), lowestIn(below, x)));
}

// @ts-ignore: decorator
@inline
function highest(above: usize, row: usize, below: usize, x: i32): v128 {
  return i8x16.max_u(highestIn(above, x), i8x16.max_u(highestIn(row, x), highestIn(below, x)));
}

// @ts-ignore: decorator
@inline
function lowestIn(row: usize, x: i32): v128 {
  const left = pixelAt(row, max(x - 1, 0));
  return i8x16.min_u(left, i8x16.min_u(pixelAt(row, x), pixelAt(row, min(x + 1, width - 1))));
}

// @ts-ignore: decorator
@inline
function highestIn(row: usize, x: i32): v128 {
  const left = pixelAt(row, max(x - 1, 0));
  return i8x16.max_u(left, i8x16.max_u(pixelAt(row, x), pixelAt(row, min(x + 1, width - 1))));
}

/** By how much, beyond two levels, bytes are outside a range: 0 is within. */
// @ts-ignore: decorator
@inline
function beyond(value: v128, low: v128, high: v128): v128 {
  const below = i8x16.sub_sat_u(i8x16.sub_sat_u(low, value), tolerance);
  const above = i8x16.sub_sat_u(i8x16.sub_sat_u(value, high), tolerance);
  return v128.or(below, above);
}

// @ts-ignore: decorator
@inline
function pixelAt(row: usize, x: i32): v128 {
  const pixel =
    bytesPerPixel === 4 ? load<u32>(row + (<usize>x << 2)) : load<u32>(row + <usize>x * 3) | 0xff000000;
  return i32x4.splat(<i32>pixel);
}
