// Pixels that only anti-aliasing changed: V. Vyšniauskas, "Anti-aliased Pixel and Intensity Slope Detector" (2009).
// A pixel of a slope has a darker and a brighter neighbor, at most two equal ones, and its darkest or brightest
// neighbor belongs to a flat area in both images. Only pixels that touch such an area and are not flat
// themselves are examined; rows.as.ts finds them.

import { bits, bitsPitch, opaque } from './changes.as';
import { brightnessChange } from './colour.as';
import { DIFFERENT, height, stateOf, width } from './pair.as';
import { codesOf, findFlat, flatBitsA, flatBitsB, flatBitsBoth, isFlat, keysOf, setCandidates } from './rows.as';
import { forgiven, isSlight, keepForgiven, startForgiven, startedOf } from './slight.as';

let onlySlight = false;
/** Rows of which the slight changes are known, and rows that were judged. */
let started: i32 = 0;
let judged: i32 = 0;
let count: i32 = 0;
/** Rows below a row that it is judged by. */
const rowsBelow: i32 = 4;

/** @param slight forgive only those that changed little; they are kept for `slight.as.ts` */
export function startAntiAliasing(slight: bool): void {
  onlySlight = slight;
  started = 0;
  judged = 0;
  count = 0;
  setCandidates(slight ? forgiven : bits);
}

/**
 * Clears the marks of pixels that only anti-aliasing changed, as far as the rows before `compared` allow; returns how many
 * since the start.
 */
export function forgiveAntiAliasing(compared: i32): i32 {
  if (onlySlight) startForgiven(started, compared);
  started = compared;
  const words = (width + 15) >> 4;
  const end = compared === height ? height : compared - rowsBelow;
  for (let y = judged; y < end; y++) {
    if (stateOf(y) !== DIFFERENT) continue;
    const rowBits = bits + <usize>y * bitsPitch;
    if (!anyBit(onlySlight ? forgiven + <usize>y * bitsPitch : rowBits)) continue;
    const first = max(y - 1, 0);
    const last = min(y + 1, height - 1);
    for (let row = first; row <= last; row++) findFlat(row);
    for (let block = 0; block < words; block++) {
      const word = rowBits + (<usize>block << 1);
      const marked = <u32>load<u16>(word);
      const candidates = onlySlight ? startedOf(y, block) : marked;
      if (!candidates) continue;
      let slopes = slopesOf(y, block, candidates, first, last);
      if (onlySlight) {
        slopes = slightOf(slopes, block, y, first, last);
        keepForgiven(y, block, slopes);
      }
      if (!slopes) continue;
      store<u16>(word, <u16>(marked & ~slopes));
      count += <i32>popcnt(slopes);
    }
  }
  judged = max(judged, end);
  return count;
}

function slightOf(slopes: u32, block: i32, y: i32, first: i32, last: i32): u32 {
  let rest = slopes;
  while (rest) {
    const lowest = rest & (0 - rest);
    if (!isSlight((block << 4) + <i32>ctz(rest), y, first, last)) slopes ^= lowest;
    rest ^= lowest;
  }
  return slopes;
}

function anyBit(rowBits: usize): bool {
  const end = rowBits + bitsPitch;
  for (let at = rowBits; at < end; at += 16) if (v128.any_true(v128.load(at))) return true;
  return false;
}

/** Bit x: pixel x of the block or an adjacent one has its bit set in `row`. */
// @ts-ignore: decorator
@inline
function beside(row: usize, block: i32): u32 {
  // Bit 0 is the pixel left of the block, bit 17 the one right of it.
  const around = load<u64>(row + (<usize>block << 1) - 2) >> 15;
  return <u32>(around | (around >> 1) | (around >> 2)) & 0xffff;
}

/** Which of the marked pixels of a block lie on a slope in one of the images. */
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

/** Opaque images: four pixels at a time by their keys. */
function slopesIn(inB: usize, candidates: u32, block: i32, y: i32, first: i32, last: i32): u32 {
  let slopes: u32 = 0;
  const offset = <usize>block << 6;
  const above = keysOf(inB, first) + offset;
  const here = keysOf(inB, y) + offset;
  const below = keysOf(inB, last) + offset;
  for (let quad: usize = 0; quad < 4; quad++) {
    if (!((candidates >> <u32>(quad << 2)) & 15)) continue;
    const o = quad << 4;
    slopes |= slopeQuad(above + o, here + o, below + o) << <u32>(quad << 2);
  }
  return slopes & candidates;
}

// Columns outside, rows inside: of several equally bright or dark neighbors the first decides. So a neighbor's position
// goes between its brightness and its flat bit, and the largest and smallest of the eight hold all that is needed.
// At the upper and lower edge the row itself replaces the missing one, at the sides a row's last pixel replaces
// the one beyond: a neighbor that comes twice in a row is still the first of its kind.
function slopeQuad(above: usize, here: usize, below: usize): u32 {
  let neighbour = v128.load(above - 4);
  let brightest = i32x4.add(neighbour, i32x4.splat(14));
  let darkest = neighbour;
  neighbour = v128.load(here - 4);
  brightest = i32x4.max_u(brightest, i32x4.add(neighbour, i32x4.splat(12)));
  darkest = i32x4.min_u(darkest, i32x4.add(neighbour, i32x4.splat(2)));
  neighbour = v128.load(below - 4);
  brightest = i32x4.max_u(brightest, i32x4.add(neighbour, i32x4.splat(10)));
  darkest = i32x4.min_u(darkest, i32x4.add(neighbour, i32x4.splat(4)));
  neighbour = v128.load(above);
  brightest = i32x4.max_u(brightest, i32x4.add(neighbour, i32x4.splat(8)));
  darkest = i32x4.min_u(darkest, i32x4.add(neighbour, i32x4.splat(6)));
  neighbour = v128.load(below);
  brightest = i32x4.max_u(brightest, i32x4.add(neighbour, i32x4.splat(6)));
  darkest = i32x4.min_u(darkest, i32x4.add(neighbour, i32x4.splat(8)));
  neighbour = v128.load(above, 4);
  brightest = i32x4.max_u(brightest, i32x4.add(neighbour, i32x4.splat(4)));
  darkest = i32x4.min_u(darkest, i32x4.add(neighbour, i32x4.splat(10)));
  neighbour = v128.load(here, 4);
  brightest = i32x4.max_u(brightest, i32x4.add(neighbour, i32x4.splat(2)));
  darkest = i32x4.min_u(darkest, i32x4.add(neighbour, i32x4.splat(12)));
  neighbour = v128.load(below, 4);
  brightest = i32x4.max_u(brightest, neighbour);
  darkest = i32x4.min_u(darkest, i32x4.add(neighbour, i32x4.splat(14)));
  const centre = i32x4.shr_u(v128.load(here), 4);
  const isSlope = v128.and(
    i32x4.gt_s(i32x4.shr_u(brightest, 4), centre),
    i32x4.gt_s(centre, i32x4.shr_u(darkest, 4)),
  );
  // The flat bit is the lowest; bitmask reads the highest.
  return <u32>i32x4.bitmask(v128.and(isSlope, i32x4.shl(v128.or(brightest, darkest), 31)));
}

/** Images with transparency: brightness depends on the position, so nothing can be precomputed. */
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
        // Different colors can look alike on the pattern behind them: this count is not the flat bit.
        if (++equal > 2) return false;
      } else if (change < lowest) {
        lowest = change;
        lowestIsFlat = isFlat(nx, ny);
      } else if (change > highest) {
        highest = change;
        highestIsFlat = isFlat(nx, ny);
      }
    }
  }
  return lowest !== 0 && highest !== 0 && (lowestIsFlat || highestIsFlat);
}
