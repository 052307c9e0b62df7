// What follows from the marks: areas that only one image has, counts per tile for the regions, the rows of the mask.

import { bits, bitsPitch } from './changes.as';

/** Several times as fast as filling shared memory from outside. */
export function clear(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes);
}

export function move(to: usize, from: usize, bytes: usize): void {
  memory.copy(to, from, bytes);
}

/** Marks the pixels of a rectangle. */
export function markRectangle(left: i32, top: i32, right: i32, bottom: i32): void {
  for (let y = top; y < bottom; y++) {
    const row = bits + <usize>y * bitsPitch;
    let x = left;
    while (x < right && (x & 7) !== 0) setMark(row, x++);
    const bytes = (right - x) >> 3;
    if (bytes > 0) {
      memory.fill(row + (<usize>x >> 3), 255, bytes);
      x += bytes << 3;
    }
    while (x < right) setMark(row, x++);
  }
}

// @ts-ignore: decorator
@inline
function setMark(row: usize, x: i32): void {
  const at = row + (<usize>x >> 3);
  store<u8>(at, load<u8>(at) | (<u8>1 << <u8>(x & 7)));
}

/** Clears the marks at `from` that are set at `what`. `bytes` is a multiple of 16. */
export function subtractBits(from: usize, what: usize, bytes: usize): void {
  const end = from + bytes;
  for (; from < end; from += 16, what += 16) {
    v128.store(from, v128.andnot(v128.load(from), v128.load(what)));
  }
}

/** Sets the marks at `to` that are set at `what`. `bytes` is a multiple of 16. */
export function addBits(to: usize, what: usize, bytes: usize): void {
  const end = to + bytes;
  for (; to < end; to += 16, what += 16) v128.store(to, v128.or(v128.load(to), v128.load(what)));
}

/**
 * Counts per tile of 16 × 16 pixels: four 16-bit numbers per tile, in four planes of `planeBytes` each: the number of
 * marked pixels, the columns that have one (bit 0 is the leftmost), and the first and last row that has one (0–15).
 * A row of tiles is `pitch` bytes. Returns the number of marked pixels.
 */
export function countTiles(
  marks: usize,
  pitch: usize,
  canvasHeight: i32,
  planes: usize,
  planeBytes: usize,
): i32 {
  let total = 0;
  for (let top = 0; top < canvasHeight; top += 16) {
    const rows = min(16, canvasHeight - top);
    const base = marks + <usize>top * pitch;
    for (let column: usize = 0; column < pitch; column += 16) {
      let counts = i16x8.splat(0);
      let columns = i16x8.splat(0);
      let firstRow = i16x8.splat(15);
      let lastRow = i16x8.splat(0);
      let at = base + column;
      for (let row = 0; row < rows; row++) {
        const word = v128.load(at);
        at += pitch;
        if (!v128.any_true(word)) continue;
        const filled = i16x8.ne(word, i16x8.splat(0));
        const number = i16x8.splat(<i16>row);
        counts = i16x8.add(counts, i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(word)));
        columns = v128.or(columns, word);
        firstRow = v128.bitselect(i16x8.min_s(firstRow, number), firstRow, filled);
        lastRow = v128.bitselect(number, lastRow, filled);
      }
      const plane = planes + (<usize>(top >> 4)) * pitch + column;
      v128.store(plane, counts);
      v128.store(plane + planeBytes, columns);
      v128.store(plane + 2 * planeBytes, firstRow);
      v128.store(plane + 3 * planeBytes, lastRow);
      const sums = i32x4.extadd_pairwise_i16x8_u(counts);
      total +=
        i32x4.extract_lane(sums, 0) +
        i32x4.extract_lane(sums, 1) +
        i32x4.extract_lane(sums, 2) +
        i32x4.extract_lane(sums, 3);
    }
  }
  return total;
}

/** Writes the marks as rows of a 1-bit PNG: a filter byte 0, then the leftmost pixel in the highest bit. */
export function writeMask(marks: usize, pitch: usize, to: usize, canvasWidth: i32, canvasHeight: i32): void {
  const bytes = <usize>((canvasWidth + 7) >> 3);
  const reversed = v128(0x0, 0x8, 0x4, 0xc, 0x2, 0xa, 0x6, 0xe, 0x1, 0x9, 0x5, 0xd, 0x3, 0xb, 0x7, 0xf);
  const low = i8x16.splat(0x0f);
  for (let y = 0; y < canvasHeight; y++) {
    const row = marks + <usize>y * pitch;
    store<u8>(to, 0);
    // The last step may write past the row, into the next row or into space that the host reserved.
    for (let at: usize = 0; at < bytes; at += 16) {
      const word = v128.load(row + at);
      const lowHalf = i8x16.swizzle(reversed, v128.and(word, low));
      const highHalf = i8x16.swizzle(reversed, i8x16.shr_u(word, 4));
      v128.store(to + at + 1, v128.or(i8x16.shl(lowHalf, 4), highHalf));
    }
    to += bytes + 1;
  }
}
