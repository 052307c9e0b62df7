// Rows and columns as hashes, and where colors step.

import { distance } from './changes.as';
import { beyond16, noStep } from './near.as';
import { bytesPerPixel } from './pair.as';
import { pitchOf, pixel } from './sides.as';

const P0 = i32x4.splat(0x9e3779b1);
const P1 = i32x4.splat(0x85ebca6b);
const ZERO = i8x16.splat(0);

/** Ones for the bytes of a row's last, shorter block that belong to it. Blocks are read whole, as there is memory behind them. */
const ownBytes = memory.data(64, 16);

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
export function fourPixels(p: usize): v128 {
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
