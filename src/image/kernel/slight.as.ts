// The anti-aliasing rule `slight`: a pixel on a slope is forgiven only if it changed little for the contrast around it, and
// the forgiven pixels of a region are marked again if they are too many, or changed too much in one direction, to be noise.

import { bits, bitsPitch, distance, nonZeroLanes, pixelLanes3 } from './changes.as';
import { DIFFERENT, bytesPerPixel, height, pixelsB, rowA, stateOf, width } from './pair.as';

/** A channel may change by at most 1/`contrastParts` of its contrast. */
const contrastParts: i16 = 10;

/** One bit per pixel that was forgiven, in rows like `bits`. */
export let forgiven: usize = 0;

export function setForgiven(pointer: usize): void {
  forgiven = pointer;
}

/** Takes the marked pixels that changed little enough for the largest possible contrast as forgiven, until `keepForgiven` says which are. */
export function startForgiven(first: i32, end: i32): void {
  for (let y = first; y < end; y++) if (stateOf(y) === DIFFERENT) startRow(y);
}

function startRow(y: i32): void {
  const a = rowA(y);
  const b = pixelsB(y);
  for (let at: usize = 0; at < bitsPitch; at += 2) {
    const marked = <u32>load<u16>(bits + <usize>y * bitsPitch + at);
    if (!marked) continue;
    const from = (at << 3) * bytesPerPixel;
    const little = marked & ~(<u32>changedMuch(a + from, b + from));
    store<u16>(forgiven + <usize>y * bitsPitch + at, <u16>little);
  }
}

/** The largest change that is slight at the contrast of black and white. */
const largestSlight = i8x16.splat(25);

/** One bit for each of 16 pixels of which a channel changed by more than that. */
// @ts-ignore: decorator
@inline
function changedMuch(a: usize, b: usize): i32 {
  const d0 = i8x16.sub_sat_u(distance(v128.load(a), v128.load(b)), largestSlight);
  const d1 = i8x16.sub_sat_u(distance(v128.load(a, 16), v128.load(b, 16)), largestSlight);
  const d2 = i8x16.sub_sat_u(distance(v128.load(a, 32), v128.load(b, 32)), largestSlight);
  if (bytesPerPixel === 3) return pixelLanes3(d0, d1, d2);
  const d3 = i8x16.sub_sat_u(distance(v128.load(a, 48), v128.load(b, 48)), largestSlight);
  return nonZeroLanes(d0, d1, d2, d3);
}

// @ts-ignore: decorator
@inline
export function startedOf(y: i32, block: i32): u32 {
  return <u32>load<u16>(forgiven + <usize>y * bitsPitch + (<usize>block << 1));
}

// @ts-ignore: decorator
@inline
export function keepForgiven(y: i32, block: i32, slopes: u32): void {
  store<u16>(forgiven + <usize>y * bitsPitch + (<usize>block << 1), <u16>slopes);
}

/** By channel, the smallest contrast at which the pixel's change counts as slight. */
// @ts-ignore: decorator
@inline
function neededContrast(x: i32, y: i32): v128 {
  const before = pixelAt(rowA(y), x);
  const after = pixelAt(pixelsB(y), x);
  const change = v128.or(i8x16.sub_sat_u(before, after), i8x16.sub_sat_u(after, before));
  return i16x8.mul(i16x8.extend_low_i8x16_u(change), i16x8.splat(contrastParts));
}

// @ts-ignore: decorator
@inline
function pixelAt(row: usize, x: i32): v128 {
  const pixel =
    bytesPerPixel === 4 ? load<u32>(row + (<usize>x << 2)) : load<u32>(row + <usize>x * 3) | 0xff000000;
  return i32x4.splat(<i32>pixel);
}

/** Every channel, including alpha, changed by no more than its share of the contrast of the 3 × 3 pixels in both images. */
export function isSlight(x: i32, y: i32, first: i32, last: i32): bool {
  const left = max(x - 1, 0);
  const right = min(x + 1, width - 1);
  let lowest = i8x16.splat(-1);
  let highest = i8x16.splat(0);
  for (let ny = first; ny <= last; ny++) {
    const a = rowA(ny);
    const b = pixelsB(ny);
    for (let nx = left; nx <= right; nx++) {
      const pixelA = pixelAt(a, nx);
      const pixelB = pixelAt(b, nx);
      lowest = i8x16.min_u(lowest, i8x16.min_u(pixelA, pixelB));
      highest = i8x16.max_u(highest, i8x16.max_u(pixelA, pixelB));
    }
  }
  const contrast = i16x8.extend_low_i8x16_u(i8x16.sub(highest, lowest));
  return !v128.any_true(i16x8.gt_s(neededContrast(x, y), contrast));
}

/** Per channel: Σ of the changes, and Σ of their sizes. */
let gained = i32x4.splat(0);
let moved = i32x4.splat(0);

export function startRegion(): void {
  gained = i32x4.splat(0);
  moved = i32x4.splat(0);
}

/** Adds the forgiven pixels of a tile of 16 × 16 to the region. */
export function addTile(column: i32, row: i32): void {
  const end = min((row + 1) << 4, height);
  for (let y = row << 4; y < end; y++) {
    let word = <u32>load<u16>(forgiven + <usize>y * bitsPitch + (<usize>column << 1));
    while (word) {
      const x = (column << 4) + <i32>ctz(word);
      const before = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(pixelAt(rowA(y), x)));
      const after = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(pixelAt(pixelsB(y), x)));
      const change = i32x4.sub(after, before);
      gained = i32x4.add(gained, change);
      moved = i32x4.add(moved, i32x4.abs(change));
      word &= word - 1;
    }
  }
}

/** Whether no channel of the region became brighter, or darker, by more than half of all that changed in it. */
export function isBalanced(): bool {
  return !v128.any_true(i32x4.gt_s(i32x4.shl(i32x4.abs(gained), 1), moved));
}

/** Marks the forgiven pixels of a tile again; returns how many. */
export function restoreTile(column: i32, row: i32): i32 {
  let restored = 0;
  const end = min((row + 1) << 4, height);
  for (let y = row << 4; y < end; y++) {
    const at = <usize>y * bitsPitch + (<usize>column << 1);
    const word = load<u16>(forgiven + at);
    if (!word) continue;
    store<u16>(bits + at, load<u16>(bits + at) | word);
    restored += <i32>popcnt(<u32>word);
  }
  return restored;
}
