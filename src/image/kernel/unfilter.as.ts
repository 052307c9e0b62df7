// PNG filter reconstruction (PNG specification, third edition, section 9), in place, 3 or 4 bytes per pixel.
// Writes exactly `bytes` bytes; may read up to 16 beyond.

const ZERO = i8x16.splat(0);

/** All rows of one image, in place; each starts with its filter byte. `zeroRow` is what the first row builds on. */
export function reconstructRows(
  rows: usize,
  pitch: usize,
  height: i32,
  bytesPerPixel: usize,
  zeroRow: usize,
): void {
  let above = zeroRow;
  for (let y = 0; y < height; y++) {
    const row = rows + <usize>y * pitch;
    reconstructRow(load<u8>(row), row + 1, above, pitch - 1, bytesPerPixel);
    above = row + 1;
  }
}

/** `type` 0–4; the host refuses others before they reach the kernel. */
export function reconstructRow(type: u8, row: usize, above: usize, bytes: usize, bytesPerPixel: usize): void {
  switch (type) {
    case 1:
      if (bytesPerPixel === 3) reconstructSub3(row, bytes);
      else reconstructSub4(row, bytes);
      break;
    case 2:
      reconstructUp(row, above, bytes);
      break;
    case 3:
      reconstructAverage(row, above, bytes, bytesPerPixel);
      break;
    case 4:
      reconstructPaethPair(row, above, row, above, bytes, bytesPerPixel);
      break;
    default:
      break;
  }
}

function reconstructUp(row: usize, above: usize, bytes: usize): void {
  const end = row + bytes;
  while (row + 64 <= end) {
    v128.store(row, i8x16.add(v128.load(row), v128.load(above)));
    v128.store(row, i8x16.add(v128.load(row, 16), v128.load(above, 16)), 16);
    v128.store(row, i8x16.add(v128.load(row, 32), v128.load(above, 32)), 32);
    v128.store(row, i8x16.add(v128.load(row, 48), v128.load(above, 48)), 48);
    row += 64;
    above += 64;
  }
  while (row + 16 <= end) {
    v128.store(row, i8x16.add(v128.load(row), v128.load(above)));
    row += 16;
    above += 16;
  }
  while (row < end) {
    store<u8>(row, load<u8>(row) + load<u8>(above));
    row++;
    above++;
  }
}

// Prefix sums of five pixels at a time; byte 15 belongs to the next step and is restored.
function reconstructSub3(row: usize, bytes: usize): void {
  const end = row + bytes;
  const start = row;
  const keepLast = v128(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1);
  let carry = ZERO;
  while (row + 16 <= end) {
    const raw = v128.load(row);
    let sum = i8x16.add(raw, i8x16.shuffle(ZERO, raw, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28));
    sum = i8x16.add(sum, i8x16.shuffle(ZERO, sum, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25));
    sum = i8x16.add(sum, i8x16.shuffle(ZERO, sum, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19));
    sum = i8x16.add(sum, carry);
    carry = i8x16.shuffle(sum, sum, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12, 13, 14, 12);
    v128.store(row, v128.bitselect(raw, sum, keepLast));
    row += 15;
  }
  finishSub(row, start, end, 3);
}

function reconstructSub4(row: usize, bytes: usize): void {
  const end = row + bytes;
  const start = row;
  let carry = ZERO;
  while (row + 16 <= end) {
    let sum = v128.load(row);
    sum = i8x16.add(sum, i8x16.shuffle(ZERO, sum, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27));
    sum = i8x16.add(sum, i8x16.shuffle(ZERO, sum, 0, 0, 0, 0, 0, 0, 0, 0, 16, 17, 18, 19, 20, 21, 22, 23));
    sum = i8x16.add(sum, carry);
    carry = i8x16.shuffle(sum, sum, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15);
    v128.store(row, sum);
    row += 16;
  }
  finishSub(row, start, end, 4);
}

function finishSub(row: usize, start: usize, end: usize, bytesPerPixel: usize): void {
  while (row < end) {
    if (row >= start + bytesPerPixel) store<u8>(row, load<u8>(row) + load<u8>(row - bytesPerPixel));
    row++;
  }
}

function reconstructAverage(row: usize, above: usize, bytes: usize, bytesPerPixel: usize): void {
  const end = row + bytes;
  const one = i8x16.splat(1);
  let left = ZERO;
  while (row < end) {
    const up = v128.load32_zero(above);
    // avgr rounds up; the filter rounds down.
    const odd = v128.and(v128.xor(left, up), one);
    left = i8x16.add(v128.load32_zero(row), i8x16.sub(i8x16.avgr_u(left, up), odd));
    storePixel(row, i32x4.extract_lane(left, 0), bytesPerPixel);
    row += bytesPerPixel;
    above += bytesPerPixel;
  }
}

// @ts-ignore: decorator
@inline
function storePixel(row: usize, pixel: i32, bytesPerPixel: usize): void {
  if (bytesPerPixel === 4) {
    store<i32>(row, pixel);
  } else {
    store<u16>(row, <u16>pixel);
    store<u8>(row, <u8>(pixel >>> 16), 2);
  }
}

// Paeth is serial along the row, so the two images share one vector: lanes 0–3 are A's pixel, 4–7 are B's.
// For one image alone the caller passes it twice.

let left: v128 = i16x8.splat(0);
let aboveLeft: v128 = i16x8.splat(0);

/**
 * The next pixel of both: `raw` and `above` hold A's bytes in lanes 0–3 and B's in 4–7. Each pixel waits for the one to its left, so what
 * depends on `a` is a short chain.
 */
// @ts-ignore: decorator
@inline
function paethStep(raw: v128, above: v128, a: v128, c: v128): v128 {
  const toAbove = i16x8.sub(above, c);
  const distanceLeft = i16x8.abs(toAbove);
  const distanceAbove = i16x8.abs(i16x8.sub(a, c));
  const distanceCorner = i16x8.abs(i16x8.add(a, i16x8.sub(toAbove, c)));
  const isCorner = i16x8.gt_s(distanceAbove, distanceCorner);
  const isNotLeft = i16x8.gt_s(distanceLeft, i16x8.min_s(distanceAbove, distanceCorner));
  const predicted = v128.bitselect(v128.bitselect(c, above, isCorner), a, isNotLeft);
  // The upper byte of each lane is zero and stays so.
  return i8x16.add(raw, predicted);
}

export function reconstructPaethPair(
  rowA: usize,
  aboveA: usize,
  rowB: usize,
  aboveB: usize,
  bytes: usize,
  bytesPerPixel: usize,
): void {
  left = ZERO;
  aboveLeft = ZERO;
  const quads = bytes / (bytesPerPixel * 4);
  if (bytesPerPixel === 3) paethQuads3(rowA, aboveA, rowB, aboveB, quads);
  else paethQuads4(rowA, aboveA, rowB, aboveB, quads);
  let at = quads * bytesPerPixel * 4;
  let a = left;
  let c = aboveLeft;
  while (at < bytes) {
    const raw = pairPixel(rowA + at, rowB + at);
    const above = pairPixel(aboveA + at, aboveB + at);
    a = paethStep(raw, above, a, c);
    c = above;
    const packed = i8x16.narrow_i16x8_u(a, a);
    storePixel(rowA + at, i32x4.extract_lane(packed, 0), bytesPerPixel);
    storePixel(rowB + at, i32x4.extract_lane(packed, 1), bytesPerPixel);
    at += bytesPerPixel;
  }
}

// @ts-ignore: decorator
@inline
function pairPixel(a: usize, b: usize): v128 {
  return i16x8.extend_low_i8x16_u(i32x4.replace_lane(v128.load32_zero(a), 1, load<i32>(b)));
}

function paethQuads3(rowA: usize, aboveA: usize, rowB: usize, aboveB: usize, quads: usize): void {
  let a = left;
  let c = aboveLeft;
  for (let i: usize = 0; i < quads; i++) {
    const ra = v128.load(rowA);
    const rb = v128.load(rowB);
    const ua = v128.load(aboveA);
    const ub = v128.load(aboveB);

    let up = i16x8.extend_low_i8x16_u(i8x16.shuffle(ua, ub, 0, 1, 2, 3, 16, 17, 18, 19, 0, 0, 0, 0, 0, 0, 0, 0));
    a = paethStep(
      i16x8.extend_low_i8x16_u(i8x16.shuffle(ra, rb, 0, 1, 2, 3, 16, 17, 18, 19, 0, 0, 0, 0, 0, 0, 0, 0)), up, a, c);
    c = up;
    const p0 = a;

    up = i16x8.extend_low_i8x16_u(i8x16.shuffle(ua, ub, 3, 4, 5, 6, 19, 20, 21, 22, 0, 0, 0, 0, 0, 0, 0, 0));
    a = paethStep(
      i16x8.extend_low_i8x16_u(i8x16.shuffle(ra, rb, 3, 4, 5, 6, 19, 20, 21, 22, 0, 0, 0, 0, 0, 0, 0, 0)), up, a, c);
    c = up;
    const p01 = i8x16.narrow_i16x8_u(p0, a);

    up = i16x8.extend_low_i8x16_u(i8x16.shuffle(ua, ub, 6, 7, 8, 9, 22, 23, 24, 25, 0, 0, 0, 0, 0, 0, 0, 0));
    a = paethStep(
      i16x8.extend_low_i8x16_u(i8x16.shuffle(ra, rb, 6, 7, 8, 9, 22, 23, 24, 25, 0, 0, 0, 0, 0, 0, 0, 0)), up, a, c);
    c = up;
    const p2 = a;

    up = i16x8.extend_low_i8x16_u(i8x16.shuffle(ua, ub, 9, 10, 11, 12, 25, 26, 27, 28, 0, 0, 0, 0, 0, 0, 0, 0));
    a = paethStep(
      i16x8.extend_low_i8x16_u(i8x16.shuffle(ra, rb, 9, 10, 11, 12, 25, 26, 27, 28, 0, 0, 0, 0, 0, 0, 0, 0)), up, a, c);
    c = up;
    const p23 = i8x16.narrow_i16x8_u(p2, a);

    const outA = i8x16.shuffle(p01, p23, 0, 1, 2, 8, 9, 10, 16, 17, 18, 24, 25, 26, 0, 0, 0, 0);
    const outB = i8x16.shuffle(p01, p23, 4, 5, 6, 12, 13, 14, 20, 21, 22, 28, 29, 30, 0, 0, 0, 0);
    v128.store64_lane(rowA, outA, 0);
    v128.store32_lane(rowA, outA, 2, 8);
    v128.store64_lane(rowB, outB, 0);
    v128.store32_lane(rowB, outB, 2, 8);
    rowA += 12;
    rowB += 12;
    aboveA += 12;
    aboveB += 12;
  }
  left = a;
  aboveLeft = c;
}

function paethQuads4(rowA: usize, aboveA: usize, rowB: usize, aboveB: usize, quads: usize): void {
  let a = left;
  let c = aboveLeft;
  for (let i: usize = 0; i < quads; i++) {
    const ra = v128.load(rowA);
    const rb = v128.load(rowB);
    const ua = v128.load(aboveA);
    const ub = v128.load(aboveB);
    const rawLow = i32x4.shuffle(ra, rb, 0, 4, 1, 5);
    const rawHigh = i32x4.shuffle(ra, rb, 2, 6, 3, 7);
    const upLow = i32x4.shuffle(ua, ub, 0, 4, 1, 5);
    const upHigh = i32x4.shuffle(ua, ub, 2, 6, 3, 7);

    let up = i16x8.extend_low_i8x16_u(upLow);
    a = paethStep(i16x8.extend_low_i8x16_u(rawLow), up, a, c);
    c = up;
    const p0 = a;
    up = i16x8.extend_high_i8x16_u(upLow);
    a = paethStep(i16x8.extend_high_i8x16_u(rawLow), up, a, c);
    c = up;
    const p01 = i8x16.narrow_i16x8_u(p0, a);
    up = i16x8.extend_low_i8x16_u(upHigh);
    a = paethStep(i16x8.extend_low_i8x16_u(rawHigh), up, a, c);
    c = up;
    const p2 = a;
    up = i16x8.extend_high_i8x16_u(upHigh);
    a = paethStep(i16x8.extend_high_i8x16_u(rawHigh), up, a, c);
    c = up;
    const p23 = i8x16.narrow_i16x8_u(p2, a);

    v128.store(rowA, i32x4.shuffle(p01, p23, 0, 2, 4, 6));
    v128.store(rowB, i32x4.shuffle(p01, p23, 1, 3, 5, 7));
    rowA += 16;
    rowB += 16;
    aboveA += 16;
    aboveB += 16;
  }
  left = a;
  aboveLeft = c;
}
