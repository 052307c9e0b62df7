// Which pixels differ at all, and by how much. Writes one bit per pixel (bit 0 of byte 0 is the leftmost pixel) and
// sums the squared error.

import {
  DIFFERENT,
  EQUAL_FILTERED,
  EQUAL_READY,
  bytesPerPixel,
  filterA,
  filterB,
  readyBoth,
  rowA,
  rowB,
  rowBytes,
  setState,
  width,
} from './pair.as';

/** One row of bits per image row; every row ends in at least 4 spare bytes of zeros. */
export let bits: usize = 0;
export let bitsPitch: usize = 0;

/** Σ of squared channel differences (0–255 each) over blocks where both images are opaque. */
let plainError: u64 = 0;
/** Σ of squared differences of alpha × color, and of 255 × alpha: 255² times the scale of `plainError`. */
let weightedError: u64 = 0;
/** False as soon as one shared pixel of either image is not fully opaque. */
export let opaque: bool = true;

/** 2 × 64 bytes for the last, shorter block of a row. */
const tailA = memory.data(64, 16);
const tailB = memory.data(64, 16);

const ZERO = i8x16.splat(0);

export function setBits(pointer: usize, pitch: usize): void {
  bits = pointer;
  bitsPitch = pitch;
  plainError = 0;
  weightedError = 0;
  opaque = true;
}

/** Σ of squared channel differences on the scale 0–255; only meaningful for an opaque pair. */
export function getPlainError(): f64 {
  return <f64>plainError;
}

/** Σ of squared alpha-weighted differences on the scale 0–255² (four channels). */
export function getWeightedError(): f64 {
  return <f64>(plainError * 65025 + weightedError);
}

export function isOpaque(): bool {
  return opaque;
}

let aboveIsEqual = true;

/** Fills the bit map and the error sums, from row `first` to before `end`, in pieces from the first row on. Expects both to be cleared. */
export function findChanges(first: i32, end: i32): void {
  if (first === 0) aboveIsEqual = true;
  for (let y = first; y < end; y++) {
    const a = rowA(y);
    const b = rowB(y);
    const type = filterA(y);
    // Equal filtered bytes below equal rows give equal rows; filters None and Sub do not use the row above.
    if ((aboveIsEqual || type <= 1) && type === filterB(y) && bytesEqual(a, b, rowBytes)) {
      setState(y, EQUAL_FILTERED);
      if (bytesPerPixel === 4 && opaque) opaque = filteredRowIsOpaque(a, type, y);
      aboveIsEqual = true;
      continue;
    }
    readyBoth(y, aboveIsEqual);
    if (bytesPerPixel === 4 && opaque) opaque = rowIsOpaque(a) && rowIsOpaque(b);
    aboveIsEqual = !markRow(a, b, bits + <usize>y * bitsPitch);
    setState(y, aboveIsEqual ? EQUAL_READY : DIFFERENT);
  }
}

function bytesEqual(a: usize, b: usize, bytes: usize): bool {
  const end = a + bytes;
  while (a + 64 <= end) {
    const difference = v128.or(
      v128.or(v128.xor(v128.load(a), v128.load(b)), v128.xor(v128.load(a, 16), v128.load(b, 16))),
      v128.or(v128.xor(v128.load(a, 32), v128.load(b, 32)), v128.xor(v128.load(a, 48), v128.load(b, 48))),
    );
    if (v128.any_true(difference)) return false;
    a += 64;
    b += 64;
  }
  while (a + 4 <= end) {
    if (load<u32>(a) !== load<u32>(b)) return false;
    a += 4;
    b += 4;
  }
  while (a < end) {
    if (load<u8>(a) !== load<u8>(b)) return false;
    a++;
    b++;
  }
  return true;
}

function rowIsOpaque(row: usize): bool {
  return alphaIs(row, row + rowBytes, 255);
}

// Below an opaque row, and to the right of an opaque pixel, every filter predicts alpha 255, so the stored byte is 0.
// Only the first pixel of a row, with no left neighbor, stores something else; the first row has none above.
function filteredRowIsOpaque(row: usize, type: u8, y: i32): bool {
  if (type === 0) return rowIsOpaque(row);
  const above: u8 = y > 0 ? 255 : 0;
  const first = load<u8>(row, 3);
  const end = row + rowBytes;
  switch (type) {
    case 1:
      return first === 255 && alphaIs(row + 4, end, 0);
    case 2:
      return first === 255 - above && alphaIs(row + 4, end, 255 - above);
    case 3:
      return first === 255 - above / 2 && alphaIs(row + 4, end, 255 - <u8>((255 + <u32>above) / 2));
    default:
      return first === 255 - above && alphaIs(row + 4, end, 0);
  }
}

function alphaIs(row: usize, end: usize, alpha: u8): bool {
  const wanted = i32x4.splat(<i32>(<u32>alpha << 24));
  const alphaMask = i32x4.splat(0xff000000);
  while (row + 16 <= end) {
    if (v128.any_true(v128.and(v128.xor(v128.load(row), wanted), alphaMask))) return false;
    row += 16;
  }
  while (row < end) {
    if (load<u8>(row, 3) !== alpha) return false;
    row += 4;
  }
  return true;
}

/** Marks the differing pixels of one row, 16 at a time; returns whether there are any. */
function markRow(a: usize, b: usize, rowBits: usize): bool {
  const blocks = width >> 4;
  let any = false;
  // Four lanes grow by at most 16 × 255² a block: far from overflowing in 1,024 blocks.
  for (let block = 0; block < blocks; block += 1024) {
    const count = min(blocks - block, 1024);
    const bytes = <usize>block * 16 * bytesPerPixel;
    const isMarked =
      bytesPerPixel === 3
        ? markBlocks3(a + bytes, b + bytes, rowBits + (<usize>block << 1), count)
        : markBlocks4(a + bytes, b + bytes, rowBits + (<usize>block << 1), count);
    any = any || isMarked;
  }
  const rest = <usize>(width & 15) * bytesPerPixel;
  if (rest > 0) {
    const from = <usize>blocks * 16 * bytesPerPixel;
    memory.fill(tailA, 255, 64);
    memory.fill(tailB, 255, 64);
    memory.copy(tailA, a + from, rest);
    memory.copy(tailB, b + from, rest);
    const word = rowBits + (<usize>blocks << 1);
    const isMarked = bytesPerPixel === 3 ? markBlocks3(tailA, tailB, word, 1) : markBlocks4(tailA, tailB, word, 1);
    any = any || isMarked;
  }
  return any;
}

// @ts-ignore: decorator
@inline
function sumLanes(lanes: v128): u64 {
  return (
    <u64>(<u32>i32x4.extract_lane(lanes, 0)) +
    <u64>(<u32>i32x4.extract_lane(lanes, 1)) +
    <u64>(<u32>i32x4.extract_lane(lanes, 2)) +
    <u64>(<u32>i32x4.extract_lane(lanes, 3))
  );
}

// @ts-ignore: decorator
@inline
export function distance(a: v128, b: v128): v128 {
  return v128.or(i8x16.sub_sat_u(a, b), i8x16.sub_sat_u(b, a));
}

// @ts-ignore: decorator
@inline
function squares(d: v128): v128 {
  return i32x4.add(
    i32x4.extadd_pairwise_i16x8_u(i16x8.extmul_low_i8x16_u(d, d)),
    i32x4.extadd_pairwise_i16x8_u(i16x8.extmul_high_i8x16_u(d, d)),
  );
}

/** One bit per 32-bit lane of sixteen that is not zero. */
// @ts-ignore: decorator
@inline
export function nonZeroLanes(p0: v128, p1: v128, p2: v128, p3: v128): i32 {
  const zeros = i8x16.narrow_i16x8_s(
    i16x8.narrow_i32x4_s(i32x4.eq(p0, ZERO), i32x4.eq(p1, ZERO)),
    i16x8.narrow_i32x4_s(i32x4.eq(p2, ZERO), i32x4.eq(p3, ZERO)),
  );
  return i8x16.bitmask(zeros) ^ 0xffff;
}

/** One bit per pixel of sixteen of three bytes each that are not all zero. */
// @ts-ignore: decorator
@inline
export function pixelLanes3(d0: v128, d1: v128, d2: v128): i32 {
  return nonZeroLanes(
    i8x16.shuffle(d0, d0, 0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 11, 11),
    i8x16.shuffle(d0, d1, 12, 13, 14, 14, 15, 16, 17, 17, 18, 19, 20, 20, 21, 22, 23, 23),
    i8x16.shuffle(d1, d2, 8, 9, 10, 10, 11, 12, 13, 13, 14, 15, 16, 16, 17, 18, 19, 19),
    i8x16.shuffle(d2, d2, 4, 5, 6, 6, 7, 8, 9, 9, 10, 11, 12, 12, 13, 14, 15, 15),
  );
}

function markBlocks3(a: usize, b: usize, word: usize, count: i32): bool {
  let errors = i32x4.splat(0);
  let any = false;
  for (; count > 0; count--, a += 48, b += 48, word += 2) {
    const d0 = distance(v128.load(a), v128.load(b));
    const d1 = distance(v128.load(a, 16), v128.load(b, 16));
    const d2 = distance(v128.load(a, 32), v128.load(b, 32));
    if (!v128.any_true(v128.or(v128.or(d0, d1), d2))) continue;
    any = true;
    errors = i32x4.add(errors, i32x4.add(squares(d0), i32x4.add(squares(d1), squares(d2))));
    store<u16>(word, <u16>pixelLanes3(d0, d1, d2));
  }
  plainError += sumLanes(errors);
  return any;
}

function markBlocks4(a: usize, b: usize, word: usize, count: i32): bool {
  let errors = i32x4.splat(0);
  let any = false;
  for (; count > 0; count--, a += 64, b += 64, word += 2) {
    const a0 = v128.load(a);
    const a1 = v128.load(a, 16);
    const a2 = v128.load(a, 32);
    const a3 = v128.load(a, 48);
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    const d0 = distance(a0, b0);
    const d1 = distance(a1, b1);
    const d2 = distance(a2, b2);
    const d3 = distance(a3, b3);
    if (!v128.any_true(v128.or(v128.or(d0, d1), v128.or(d2, d3)))) continue;
    any = true;
    const lowA = v128.and(v128.and(a0, a1), v128.and(a2, a3));
    const lowB = v128.and(v128.and(b0, b1), v128.and(b2, b3));
    const alphaOnly = v128.or(v128.and(lowA, lowB), i32x4.splat(0x00ffffff));
    if (i8x16.all_true(i8x16.eq(alphaOnly, i8x16.splat(-1)))) {
      const lower = i32x4.add(squares(d0), squares(d1));
      errors = i32x4.add(errors, i32x4.add(lower, i32x4.add(squares(d2), squares(d3))));
    } else {
      addWeightedError(a, b);
    }
    store<u16>(word, <u16>nonZeroLanes(d0, d1, d2, d3));
  }
  plainError += sumLanes(errors);
  return any;
}

function addWeightedError(a: usize, b: usize): void {
  for (let pixel = 0; pixel < 16; pixel++) {
    const alphaA = <i64>load<u8>(a, 3);
    const alphaB = <i64>load<u8>(b, 3);
    const red = alphaA * load<u8>(a) - alphaB * load<u8>(b);
    const green = alphaA * load<u8>(a, 1) - alphaB * load<u8>(b, 1);
    const blue = alphaA * load<u8>(a, 2) - alphaB * load<u8>(b, 2);
    const alpha = 255 * (alphaA - alphaB);
    weightedError += red * red + green * green + blue * blue + alpha * alpha;
    a += 4;
    b += 4;
  }
}
