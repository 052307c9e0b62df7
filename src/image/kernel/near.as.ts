// Rectangles compared at different places, and what of a rectangle is not its background. Two pixels are near if no channel is more than
// two levels apart and alpha is equal: browsers dither gradients by position.

import { distance, nonZeroLanes, pixelLanes3 } from './changes.as';
import { bytesPerPixel } from './pair.as';
import { pixel } from './sides.as';

export const noStep = i8x16.splat(2);
const noStepOpaque = i8x16(2, 2, 2, 0, 2, 2, 2, 0, 2, 2, 2, 0, 2, 2, 2, 0);

/** One bit for each of 16 pixels that is more than two levels (in alpha: at all) from the one at `q`. */
// @ts-ignore: decorator
@inline
export function beyond16(p: usize, q: usize): i32 {
  if (bytesPerPixel === 3) {
    const d0 = i8x16.sub_sat_u(distance(v128.load(p), v128.load(q)), noStep);
    const d1 = i8x16.sub_sat_u(distance(v128.load(p, 16), v128.load(q, 16)), noStep);
    const d2 = i8x16.sub_sat_u(distance(v128.load(p, 32), v128.load(q, 32)), noStep);
    if (!v128.any_true(v128.or(v128.or(d0, d1), d2))) return 0;
    return pixelLanes3(d0, d1, d2);
  }
  const d0 = i8x16.sub_sat_u(distance(v128.load(p), v128.load(q)), noStepOpaque);
  const d1 = i8x16.sub_sat_u(distance(v128.load(p, 16), v128.load(q, 16)), noStepOpaque);
  const d2 = i8x16.sub_sat_u(distance(v128.load(p, 32), v128.load(q, 32)), noStepOpaque);
  const d3 = i8x16.sub_sat_u(distance(v128.load(p, 48), v128.load(q, 48)), noStepOpaque);
  if (!v128.any_true(v128.or(v128.or(d0, d1), v128.or(d2, d3)))) return 0;
  return nonZeroLanes(d0, d1, d2, d3);
}

/** The pixels of a row that are more than two levels from those at `q`; with `stop`, at least one if there is any. */
function countBeyondRow(p: usize, q: usize, width: i32, stop: bool): i32 {
  let count = 0;
  const blockBytes = bytesPerPixel << 4;
  let left = width;
  for (; left >= 16; left -= 16, p += blockBytes, q += blockBytes) {
    const marked = beyond16(p, q);
    if (!marked) continue;
    count += popcnt(marked);
    if (stop) return count;
  }
  if (left > 0) count += popcnt(beyond16(p, q) & ((1 << left) - 1));
  return count;
}

/** Pixels of two rectangles of one size that are more than two levels apart. */
export function countBeyond(
  side: i32,
  x: i32,
  y: i32,
  otherSide: i32,
  otherX: i32,
  otherY: i32,
  width: i32,
  rows: i32,
): i32 {
  let count = 0;
  for (let r = 0; r < rows; r++)
    count += countBeyondRow(pixel(side, x, y + r), pixel(otherSide, otherX, otherY + r), width, false);
  return count;
}

/** How many rows, from the given ones in direction `step`, lie within two levels of each other without interruption. */
export function closeRows(x: i32, y: i32, otherX: i32, otherY: i32, width: i32, rows: i32, step: i32): i32 {
  for (let r = 0; r < rows; r++)
    if (countBeyondRow(pixel(0, x, y + r * step), pixel(1, otherX, otherY + r * step), width, true)) return r;
  return rows;
}

/** The same for rows that are equal byte for byte, of any two sides. */
export function equalRows(
  side: i32,
  x: i32,
  y: i32,
  otherSide: i32,
  otherX: i32,
  otherY: i32,
  width: i32,
  rows: i32,
  step: i32,
): i32 {
  const bytes = <usize>width * bytesPerPixel;
  for (let r = 0; r < rows; r++)
    if (!sameBytes(pixel(side, x, y + r * step), pixel(otherSide, otherX, otherY + r * step), bytes)) return r;
  return rows;
}

function sameBytes(p: usize, q: usize, bytes: usize): bool {
  const end = p + bytes;
  for (; p + 16 <= end; p += 16, q += 16) if (v128.any_true(v128.xor(v128.load(p), v128.load(q)))) return false;
  for (; p < end; p++, q++) if (load<u8>(p) !== load<u8>(q)) return false;
  return true;
}

let firstColumn: i32 = 0;
let endColumn: i32 = 0;

/** Before which column two rectangles of one size end to differ; see `findColumns`. */
export function getEndColumn(): i32 {
  return endColumn;
}

/** The first column in which two rectangles of one size differ in any byte; `width` if in none. */
export function findColumns(x: i32, y: i32, otherX: i32, otherY: i32, width: i32, rows: i32): i32 {
  firstColumn = width;
  endColumn = 0;
  for (let r = 0; r < rows; r++) {
    const p = pixel(0, x, y + r);
    const q = pixel(1, otherX, otherY + r);
    let at: usize = 0;
    let end = <usize>firstColumn * bytesPerPixel;
    while (at + 16 <= end && !v128.any_true(v128.xor(v128.load(p + at), v128.load(q + at)))) at += 16;
    while (at < end && load<u8>(p + at) === load<u8>(q + at)) at++;
    if (at < end) firstColumn = <i32>(at / bytesPerPixel);
    at = <usize>width * bytesPerPixel;
    end = <usize>endColumn * bytesPerPixel;
    while (at >= end + 16 && !v128.any_true(v128.xor(v128.load(p + at - 16), v128.load(q + at - 16)))) at -= 16;
    while (at > end && load<u8>(p + at - 1) === load<u8>(q + at - 1)) at--;
    if (at > end) endColumn = <i32>((at - 1) / bytesPerPixel) + 1;
  }
  return firstColumn;
}

let contentLeft: i32 = 0;
let contentTop: i32 = 0;
let contentRight: i32 = 0;
let contentBottom: i32 = 0;

export function getContentLeft(): i32 {
  return contentLeft;
}

export function getContentTop(): i32 {
  return contentTop;
}

export function getContentRight(): i32 {
  return contentRight;
}

export function getContentBottom(): i32 {
  return contentBottom;
}

const background = memory.data(64, 16);

/**
 * Counts the pixels of a rectangle that are more than two levels from the pixel at its top left, and finds the box around
 * them. Marks them in `marks` (of the whole image after) unless that is 0.
 */
export function findContent(
  side: i32,
  x: i32,
  y: i32,
  width: i32,
  rows: i32,
  cornerX: i32,
  cornerY: i32,
  marks: usize,
  marksPitch: usize,
): i32 {
  let corner = pixel(side, cornerX, cornerY);
  for (let i: usize = 0; i < 16; i++) memory.copy(background + i * bytesPerPixel, corner, bytesPerPixel);
  contentLeft = x + width;
  contentRight = x;
  contentTop = y + rows;
  contentBottom = y;
  let count = 0;
  const blockBytes = bytesPerPixel << 4;
  for (let r = 0; r < rows; r++) {
    let p = pixel(side, x, y + r);
    let any = false;
    for (let at = 0; at < width; at += 16, p += blockBytes) {
      const left = width - at;
      let marked = beyond16(p, background);
      if (left < 16) marked &= (1 << left) - 1;
      if (!marked) continue;
      any = true;
      count += popcnt(marked);
      contentLeft = min(contentLeft, x + at + <i32>ctz(marked));
      contentRight = max(contentRight, x + at + 32 - <i32>clz(marked));
      if (!marks) continue;
      const to = marks + <usize>(y + r) * marksPitch + (<usize>(x + at) >> 3);
      store<u32>(to, load<u32>(to) | (<u32>marked << <u32>((x + at) & 7)));
    }
    if (!any) continue;
    contentTop = min(contentTop, y + r);
    contentBottom = y + r + 1;
  }
  return count;
}
