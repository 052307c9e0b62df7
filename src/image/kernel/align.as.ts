// What the alignment asks of the pixels: hashes of rows and columns, color steps, comparisons of rectangles at different
// places, what of a rectangle is not its background. `side` is 0 for the image before, 1 for the image after. Rows must
// have been settled first. Rectangles lie inside the width that both images have.

import { distance, nonZeroLanes, pixelLanes3 } from './changes.as';
import {
  DIFFERENT,
  EQUAL_FILTERED,
  EQUAL_READY,
  bytesPerPixel,
  clearFilterA,
  clearFilterB,
  filterA,
  filterB,
  height,
  readyA,
  rowA,
  rowB,
  rowBytes,
  setState,
  stateOf,
} from './pair.as';
import { reconstructRow } from './unfilter.as';

let startBefore: usize = 0;
let pitchBefore: usize = 0;
let startAfter: usize = 0;
let pitchAfter: usize = 0;

/** Where the first pixel of each image is, and the bytes from row to row. */
export function setSides(before: usize, beforePitch: usize, after: usize, afterPitch: usize): void {
  startBefore = before;
  pitchBefore = beforePitch;
  startAfter = after;
  pitchAfter = afterPitch;
}

// @ts-ignore: decorator
@inline
function pixel(side: i32, x: i32, y: i32): usize {
  const row = side ? startAfter + <usize>y * pitchAfter : startBefore + <usize>y * pitchBefore;
  return row + <usize>x * bytesPerPixel;
}

// @ts-ignore: decorator
@inline
function pitchOf(side: i32): usize {
  return side ? pitchAfter : pitchBefore;
}

/** Makes rows from `first` to before `end` readable in both images; needs the pair of the plain comparison. */
export function settleRows(first: i32, end: i32): void {
  const last = min(end, height);
  for (let y = first; y < last; y++) {
    const state = stateOf(y);
    if (state === DIFFERENT || state === EQUAL_READY) {
      clearFilterA(y);
      clearFilterB(y);
      continue;
    }
    if (state === EQUAL_FILTERED) readyA(y);
    memory.copy(rowB(y), rowA(y), rowBytes);
    clearFilterA(y);
    clearFilterB(y);
    setState(y, EQUAL_READY);
  }
}

/** The same for rows that only one image has; the row above the first must be readable. */
export function settleOwnRows(side: i32, first: i32, end: i32): void {
  for (let y = first; y < end; y++) {
    const row = side ? rowB(y) : rowA(y);
    const above = side ? rowB(y - 1) : rowA(y - 1);
    reconstructRow(side ? filterB(y) : filterA(y), row, above, rowBytes, bytesPerPixel);
    if (side) clearFilterB(y);
    else clearFilterA(y);
  }
}

const noStep = i8x16.splat(2);
const noStepOpaque = i8x16(2, 2, 2, 0, 2, 2, 2, 0, 2, 2, 2, 0, 2, 2, 2, 0);
const P0 = i32x4.splat(0x9e3779b1);
const P1 = i32x4.splat(0x85ebca6b);
const ZERO = i8x16.splat(0);

/** Ones for the bytes of a row's last, shorter block that belong to it. Blocks are read whole, as there is memory behind them. */
const ownBytes = memory.data(64, 16);

/** One bit for each of 16 pixels that is more than two levels (in alpha: at all) from the one at `q`. */
// @ts-ignore: decorator
@inline
function beyond16(p: usize, q: usize): i32 {
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

// @ts-ignore: decorator
@inline
function reversed(v: v128): v128 {
  return i8x16.shuffle(v, v, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

// @ts-ignore: decorator
@inline
function mixed(lanes: v128): u32 {
  let hash: u32 = i32x4.extract_lane(lanes, 0);
  hash = rotl<u32>(hash * 0xcc9e2d51, 15) ^ <u32>i32x4.extract_lane(lanes, 1);
  hash = rotl<u32>(hash * 0x1b873593, 13) ^ <u32>i32x4.extract_lane(lanes, 2);
  hash = rotl<u32>(hash * 0xcc9e2d51, 17) ^ <u32>i32x4.extract_lane(lanes, 3);
  hash ^= hash >>> 16;
  hash *= 0x85ebca6b;
  return hash ^ (hash >>> 13);
}

/** For each row two hashes and the number of color steps of more than two levels: three 32-bit numbers. */
export function hashRows(side: i32, x: i32, y: i32, width: i32, rows: i32, to: usize): void {
  const blocks = width >> 4;
  const rest = width & 15;
  const blockBytes = bytesPerPixel << 4;
  const isWide = bytesPerPixel === 4;
  memory.fill(ownBytes, 0, 64);
  memory.fill(ownBytes, 255, <usize>rest * bytesPerPixel);
  let row = pixel(side, x, y);
  for (let r = 0; r < rows; r++, row += pitchOf(side), to += 12) {
    let a0 = i32x4.splat(1);
    let a1 = i32x4.splat(2);
    let a2 = i32x4.splat(3);
    let b0 = i32x4.splat(5);
    let b1 = i32x4.splat(6);
    let b2 = i32x4.splat(7);
    let steps = 0;
    let p = row;
    for (let block = 0; block <= blocks; block++, p += blockBytes) {
      const isLast = block === blocks;
      if (isLast && !rest) break;
      let v0 = v128.load(p);
      let v1 = v128.load(p, 16);
      let v2 = v128.load(p, 32);
      if (isLast) {
        v0 = v128.and(v0, v128.load(ownBytes));
        v1 = v128.and(v1, v128.load(ownBytes, 16));
        v2 = v128.and(v2, v128.load(ownBytes, 32));
      }
      a0 = i32x4.mul(v128.xor(a0, v0), P0);
      b0 = i32x4.mul(v128.xor(b0, reversed(v0)), P1);
      a1 = i32x4.mul(v128.xor(a1, v1), P0);
      b1 = i32x4.mul(v128.xor(b1, reversed(v1)), P1);
      a2 = i32x4.mul(v128.xor(a2, v2), P0);
      b2 = i32x4.mul(v128.xor(b2, reversed(v2)), P1);
      if (isWide) {
        let v3 = v128.load(p, 48);
        if (isLast) v3 = v128.and(v3, v128.load(ownBytes, 48));
        a0 = i32x4.mul(v128.xor(a0, v3), P0);
        b0 = i32x4.mul(v128.xor(b0, reversed(v3)), P1);
      }
      let marked = beyond16(p, p - bytesPerPixel);
      if (!marked) continue;
      if (block === 0) marked &= ~1;
      if (isLast) marked &= (1 << rest) - 1;
      steps += popcnt(marked);
    }
    store<u32>(to, mixed(a0) + rotl<u32>(mixed(a1), 7) * 3 + rotl<u32>(mixed(a2), 19) * 5);
    store<u32>(to, mixed(b0) + rotl<u32>(mixed(b1), 7) * 3 + rotl<u32>(mixed(b2), 19) * 5, 4);
    store<u32>(to, steps, 8);
  }
}

const spread3 = i8x16(0, 1, 2, -128, 3, 4, 5, -128, 6, 7, 8, -128, 9, 10, 11, -128);

// @ts-ignore: decorator
@inline
function fourPixels(p: usize): v128 {
  const pixels = v128.load(p);
  return bytesPerPixel === 3 ? i8x16.swizzle(pixels, spread3) : pixels;
}

/**
 * For each column two hashes and its vertical color steps, in three rows of 32-bit numbers of `pitch` bytes, which holds the
 * width rounded up to 4. Expects them to be zero.
 */
export function hashColumns(side: i32, x: i32, y: i32, width: i32, rows: i32, to: usize, pitch: usize): void {
  let row = pixel(side, x, y);
  const end = to + (<usize>width << 2);
  for (let r = 0; r < rows; r++, row += pitchOf(side)) {
    let p = row;
    for (let at = to; at < end; at += 16, p += bytesPerPixel << 2) {
      const v = fourPixels(p);
      v128.store(at, i32x4.mul(v128.xor(v128.load(at), i32x4.add(v, P1)), P0));
      const second = at + pitch;
      v128.store(second, i32x4.mul(v128.xor(v128.load(second), i32x4.add(reversed(v), P0)), P1));
      if (r === 0) continue;
      const step = i8x16.sub_sat_u(distance(v, fourPixels(p - pitchOf(side))), noStep);
      const steps = second + pitch;
      v128.store(steps, i32x4.add(v128.load(steps), i32x4.add(i32x4.splat(1), i32x4.eq(step, ZERO))));
    }
  }
}

/** Sets a bit for every column of a rectangle where some row steps by more than two levels from the column before. */
export function markSteps(side: i32, x: i32, y: i32, width: i32, rows: i32, to: usize): void {
  const blocks = width >> 4;
  const rest = width & 15;
  let row = pixel(side, x, y);
  for (let r = 0; r < rows; r++, row += pitchOf(side)) {
    let p = row;
    for (let block = 0; block < blocks; block++, p += bytesPerPixel << 4) {
      const marked = beyond16(p, p - bytesPerPixel);
      if (!marked) continue;
      const at = to + (<usize>block << 1);
      store<u16>(at, load<u16>(at) | <u16>marked);
    }
    if (!rest) continue;
    const at = to + (<usize>blocks << 1);
    store<u16>(at, load<u16>(at) | <u16>(beyond16(p, p - bytesPerPixel) & ((1 << rest) - 1)));
  }
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

/** Copies a rectangle of a side to rows of `pitch` bytes. */
export function copyRectangle(side: i32, x: i32, y: i32, width: i32, rows: i32, to: usize, pitch: usize): void {
  for (let r = 0; r < rows; r++, to += pitch)
    memory.copy(to, pixel(side, x, y + r), <usize>width * bytesPerPixel);
}
