// Pixels that only anti-aliasing changed: V. Vyšniauskas, "Anti-aliased Pixel and Intensity Slope Detector" (2009).
// A pixel of a slope has a darker and a brighter neighbour, at most two equal ones, and its darkest or brightest
// neighbour belongs to a flat area in both pictures. Only pixels that lie beside such an area and are not flat
// themselves are looked at; rows.as.ts finds them.

import { bits, bitsPitch, opaque } from './changes.as';
import { brightnessChange } from './colour.as';
import { DIFFERENT, height, stateOf, width } from './pair.as';
import { codesOf, findFlat, flatBitsA, flatBitsB, flatBitsBoth, flatLanesOf } from './rows.as';

/** Clears the marks of pixels that only anti-aliasing changed; returns how many. */
export function forgiveAntiAliasing(): i32 {
  let forgiven = 0;
  const words = (width + 15) >> 4;
  for (let y = 0; y < height; y++) {
    if (stateOf(y) !== DIFFERENT) continue;
    const rowBits = bits + <usize>y * bitsPitch;
    if (!anyBit(rowBits)) continue;
    const first = max(y - 1, 0);
    const last = min(y + 1, height - 1);
    for (let row = first; row <= last; row++) findFlat(row);
    for (let block = 0; block < words; block++) {
      const word = rowBits + (<usize>block << 1);
      const marked = <u32>load<u16>(word);
      if (!marked) continue;
      const slopes = slopesOf(y, block, marked, first, last);
      if (!slopes) continue;
      store<u16>(word, <u16>(marked & ~slopes));
      forgiven += <i32>popcnt(slopes);
    }
  }
  return forgiven;
}

function anyBit(rowBits: usize): bool {
  const end = rowBits + bitsPitch;
  for (let at = rowBits; at < end; at += 16) if (v128.any_true(v128.load(at))) return true;
  return false;
}

/** Bit x: pixel x of the block or one beside it has its bit set in `row`. */
// @ts-ignore: decorator
@inline
function beside(row: usize, block: i32): u32 {
  // Bit 0 is the pixel left of the block, bit 17 the one right of it.
  const around = load<u64>(row + (<usize>block << 1) - 2) >> 15;
  return <u32>(around | (around >> 1) | (around >> 2)) & 0xffff;
}

/** Which of the marked pixels of a block lie on a slope in one of the pictures. */
function slopesOf(y: i32, block: i32, marked: u32, first: i32, last: i32): u32 {
  const besideFlat =
    beside(flatBitsBoth(first), block) | beside(flatBitsBoth(y), block) | beside(flatBitsBoth(last), block);
  const at = <usize>block << 1;
  const candidates = marked & besideFlat;
  const inA = candidates & ~(<u32>load<u16>(flatBitsA(y) + at));
  const inB = candidates & ~(<u32>load<u16>(flatBitsB(y) + at));
  if (!opaque) return slopesOneByOne(inA, inB, block, y, first, last);
  const slopes = inA ? slopesIn(0, inA, block, y, first, last) : 0;
  const left = inB & ~slopes;
  return left ? slopes | slopesIn(1, left, block, y, first, last) : slopes;
}

/** Opaque pictures: four pixels at a time by their brightness numbers. */
function slopesIn(inB: usize, candidates: u32, block: i32, y: i32, first: i32, last: i32): u32 {
  let slopes: u32 = 0;
  const offset = <usize>block << 6;
  const above = codesOf(inB, first) + offset;
  const here = codesOf(inB, y) + offset;
  const below = codesOf(inB, last) + offset;
  const flatAbove = flatLanesOf(first) + offset;
  const flatHere = flatLanesOf(y) + offset;
  const flatBelow = flatLanesOf(last) + offset;
  for (let quad: usize = 0; quad < 4; quad++) {
    if (!((candidates >> <u32>(quad << 2)) & 15)) continue;
    const o = quad << 4;
    slopes |=
      slopeQuad(above + o, here + o, below + o, flatAbove + o, flatHere + o, flatBelow + o) << <u32>(quad << 2);
  }
  return slopes & candidates;
}

let brightest: v128 = i32x4.splat(0);
let darkest: v128 = i32x4.splat(0);
let brightestIsFlat: v128 = i32x4.splat(0);
let darkestIsFlat: v128 = i32x4.splat(0);

// At the upper and lower edge the row itself stands in for the one that is missing, at the sides a row's last pixel
// for the one beyond: a neighbour that comes twice in a row is still the first of its kind.
function slopeQuad(
  above: usize,
  here: usize,
  below: usize,
  flatAbove: usize,
  flatHere: usize,
  flatBelow: usize,
): u32 {
  const centre = v128.load(here);
  brightest = centre;
  darkest = centre;
  brightestIsFlat = i32x4.splat(0);
  darkestIsFlat = i32x4.splat(0);
  // Columns outside, rows inside: of several equally dark pixels the first decides.
  look(v128.load(above - 4), v128.load(flatAbove - 4));
  look(v128.load(here - 4), v128.load(flatHere - 4));
  look(v128.load(below - 4), v128.load(flatBelow - 4));
  look(v128.load(above), v128.load(flatAbove));
  look(v128.load(below), v128.load(flatBelow));
  look(v128.load(above + 4), v128.load(flatAbove + 4));
  look(v128.load(here + 4), v128.load(flatHere + 4));
  look(v128.load(below + 4), v128.load(flatBelow + 4));
  const isSlope = v128.and(i32x4.gt_s(brightest, centre), i32x4.gt_s(centre, darkest));
  return <u32>i32x4.bitmask(v128.and(isSlope, v128.or(brightestIsFlat, darkestIsFlat)));
}

// @ts-ignore: decorator
@inline
function look(neighbour: v128, isFlat: v128): void {
  brightestIsFlat = v128.bitselect(isFlat, brightestIsFlat, i32x4.gt_s(neighbour, brightest));
  brightest = i32x4.max_s(brightest, neighbour);
  darkestIsFlat = v128.bitselect(isFlat, darkestIsFlat, i32x4.gt_s(darkest, neighbour));
  darkest = i32x4.min_s(darkest, neighbour);
}

/** Pictures with transparency: brightness depends on the position, so that nothing can be prepared. */
function slopesOneByOne(inA: u32, inB: u32, block: i32, y: i32, first: i32, last: i32): u32 {
  let slopes: u32 = 0;
  let candidates = inA | inB;
  while (candidates) {
    const bit = <u32>ctz(candidates);
    const x = (block << 4) + <i32>bit;
    if (
      ((inA >> bit) & 1 && isOnSlope(0, x, y, first, last)) ||
      ((inB >> bit) & 1 && isOnSlope(1, x, y, first, last))
    ) {
      slopes |= <u32>1 << bit;
    }
    candidates &= candidates - 1;
  }
  return slopes;
}

function isOnSlope(inB: usize, x: i32, y: i32, first: i32, last: i32): bool {
  const centre = load<u32>(codesOf(inB, y) + (<usize>x << 2));
  const index = y * width + x;
  const left = max(x - 1, 0);
  const right = min(x + 1, width - 1);
  let equal = x === 0 || x === width - 1 || y === 0 || y === height - 1 ? 1 : 0;
  let lowest: f64 = 0;
  let highest: f64 = 0;
  let lowestIsFlat = false;
  let highestIsFlat = false;
  for (let nx = left; nx <= right; nx++) {
    for (let ny = first; ny <= last; ny++) {
      if (nx === x && ny === y) continue;
      const neighbour = load<u32>(codesOf(inB, ny) + (<usize>nx << 2));
      const change = neighbour === centre ? 0 : brightnessChange(centre, neighbour, index);
      if (change === 0) {
        // Different colours can look alike on the pattern behind them: this count is not the flat bit.
        if (++equal > 2) return false;
      } else if (change < lowest) {
        lowest = change;
        lowestIsFlat = load<i32>(flatLanesOf(ny) + (<usize>nx << 2)) !== 0;
      } else if (change > highest) {
        highest = change;
        highestIsFlat = load<i32>(flatLanesOf(ny) + (<usize>nx << 2)) !== 0;
      }
    }
  }
  return lowest !== 0 && highest !== 0 && (lowestIsFlat || highestIsFlat);
}
