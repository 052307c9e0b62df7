// Pixels that only anti-aliasing changed: V. Vyšniauskas, "Anti-aliased Pixel and Intensity Slope Detector" (2009).
// A pixel of a slope has a darker and a brighter neighbour, at most two equal ones, and its darkest or brightest
// neighbour belongs to a flat area in both pictures.
//
// Flatness ("three or more equal neighbours"; the edge of the picture counts as one) is found for sixteen pixels at a
// time; it decides nearly all pixels. Only the few that lie beside a flat area and are not flat themselves are looked
// at one by one.

import { bits, bitsPitch } from './changes.as';
import { brightnessChange } from './colour.as';
import { DIFFERENT, bytesPerPixel, height, pixelsB, readyA, rowA, stateOf, width } from './pair.as';

/** 8 rows of each picture as RGBA, kept by row number modulo 8, with room for 16 pixels on both sides. */
let expanded: usize = 0;
let expandedPitch: usize = 0;
/** 4 rows of flat bits: A's, B's and both's, kept by row number modulo 4. */
let flat: usize = 0;

const expandedTags = memory.data(8 * 4, 4);
const flatTags = memory.data(4 * 4, 4);

export function setRings(expandedRows: usize, pitch: usize, flatRows: usize): void {
  expanded = expandedRows;
  expandedPitch = pitch;
  flat = flatRows;
}

// @ts-ignore: decorator
@inline
function expandedA(y: i32): usize {
  return expanded + <usize>((y & 7) << 1) * expandedPitch + 64;
}

// @ts-ignore: decorator
@inline
function expandedB(y: i32): usize {
  return expanded + <usize>(((y & 7) << 1) + 1) * expandedPitch + 64;
}

/** Flat in A, then flat in B, then flat in both: three rows of bits. */
// @ts-ignore: decorator
@inline
function flatA(y: i32): usize {
  return flat + <usize>(y & 3) * 3 * bitsPitch + 16;
}

// @ts-ignore: decorator
@inline
function flatB(y: i32): usize {
  return flatA(y) + bitsPitch;
}

// @ts-ignore: decorator
@inline
function flatBoth(y: i32): usize {
  return flatA(y) + 2 * bitsPitch;
}

/** Clears the marks of pixels that only anti-aliasing changed; returns how many. */
export function forgiveAntiAliasing(): i32 {
  for (let i = 0; i < 8; i++) store<i32>(expandedTags + (i << 2), -1);
  for (let i = 0; i < 4; i++) store<i32>(flatTags + (i << 2), -1);
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
      const marked = <u32>load<u16>(rowBits + (<usize>block << 1));
      if (marked) forgiven += forgiveBlock(y, block, marked, rowBits + (<usize>block << 1), first, last);
    }
  }
  return forgiven;
}

function anyBit(rowBits: usize): bool {
  const end = rowBits + bitsPitch;
  for (let at = rowBits; at < end; at += 16) if (v128.any_true(v128.load(at))) return true;
  return false;
}

// @ts-ignore: decorator
@inline
function besideFlat(row: usize, block: i32): u32 {
  // Bit 0 is the pixel left of the block, bit 17 the one right of it.
  const around = load<u64>(row + (<usize>block << 1) - 2) >> 15;
  return <u32>(around | (around >> 1) | (around >> 2)) & 0xffff;
}

function forgiveBlock(y: i32, block: i32, marked: u32, word: usize, first: i32, last: i32): i32 {
  let beside = besideFlat(flatBoth(y), block);
  if (first < y) beside |= besideFlat(flatBoth(first), block);
  if (last > y) beside |= besideFlat(flatBoth(last), block);
  const flatInBoth = <u32>load<u16>(flatBoth(y) + (<usize>block << 1));
  let candidates = marked & beside & ~flatInBoth;
  if (!candidates) return 0;
  const flatInA = <u32>load<u16>(flatA(y) + (<usize>block << 1));
  const flatInB = <u32>load<u16>(flatB(y) + (<usize>block << 1));
  let kept = marked;
  let forgiven = 0;
  while (candidates) {
    const bit = <i32>ctz(candidates);
    const x = (block << 4) + bit;
    if (
      (!((flatInA >> bit) & 1) && isOnSlope(expandedA(y), true, x, y, first, last)) ||
      (!((flatInB >> bit) & 1) && isOnSlope(expandedB(y), false, x, y, first, last))
    ) {
      kept ^= 1 << bit;
      forgiven++;
    }
    candidates &= candidates - 1;
  }
  store<u16>(word, <u16>kept);
  return forgiven;
}

function isOnSlope(centreRow: usize, inA: bool, x: i32, y: i32, first: i32, last: i32): bool {
  const centre = load<u32>(centreRow + (<usize>x << 2));
  const index = y * width + x;
  const left = max(x - 1, 0);
  const right = min(x + 1, width - 1);
  let equal = x === 0 || x === width - 1 || y === 0 || y === height - 1 ? 1 : 0;
  let darkest: f64 = 0;
  let brightest: f64 = 0;
  let darkestX = 0;
  let darkestY = 0;
  let brightestX = 0;
  let brightestY = 0;
  // Columns outside, rows inside: which of several equally dark pixels comes first decides.
  for (let nx = left; nx <= right; nx++) {
    for (let ny = first; ny <= last; ny++) {
      if (nx === x && ny === y) continue;
      const row = inA ? expandedA(ny) : expandedB(ny);
      const neighbour = load<u32>(row + (<usize>nx << 2));
      const change = neighbour === centre ? 0 : brightnessChange(centre, neighbour, index);
      if (change === 0) {
        if (++equal > 2) return false;
      } else if (change < darkest) {
        darkest = change;
        darkestX = nx;
        darkestY = ny;
      } else if (change > brightest) {
        brightest = change;
        brightestX = nx;
        brightestY = ny;
      }
    }
  }
  if (darkest === 0 || brightest === 0) return false;
  return isFlat(darkestX, darkestY) || isFlat(brightestX, brightestY);
}

// @ts-ignore: decorator
@inline
function isFlat(x: i32, y: i32): bool {
  return ((load<u8>(flatBoth(y) + (<usize>x >> 3)) >> (x & 7)) & 1) !== 0;
}

/** Makes the flat bits of row y right wherever a marked pixel is near. */
function findFlat(y: i32): void {
  const tag = flatTags + ((y & 3) << 2);
  if (load<i32>(tag) === y) return;
  store<i32>(tag, y);
  const hasAbove = y > 0;
  const hasBelow = y < height - 1;
  expand(y);
  if (hasAbove) expand(y - 1);
  if (hasBelow) expand(y + 1);

  const a = flatA(y);
  const b = flatB(y);
  const both = flatBoth(y);
  memory.fill(a, 0, 3 * bitsPitch);
  const marks = bits + <usize>y * bitsPitch;
  const marksAbove = hasAbove ? marks - bitsPitch : marks;
  const marksBelow = hasBelow ? marks + bitsPitch : marks;
  const words = (width + 15) >> 4;
  for (let block = 0; block < words; block++) {
    const at = <usize>block << 1;
    if (!(markedNear(marks + at) | markedNear(marksAbove + at) | markedNear(marksBelow + at))) continue;
    const flatInA = flatPixels(expandedA(y), hasAbove ? expandedA(y - 1) : 0, hasBelow ? expandedA(y + 1) : 0, block);
    const flatInB = flatPixels(expandedB(y), hasAbove ? expandedB(y - 1) : 0, hasBelow ? expandedB(y + 1) : 0, block);
    store<u16>(a + at, <u16>flatInA);
    store<u16>(b + at, <u16>flatInB);
    store<u16>(both + at, <u16>(flatInA & flatInB));
  }
  fixEdge(0, y);
  fixEdge(width - 1, y);
  clearBeyondWidth(a, words);
  clearBeyondWidth(b, words);
  clearBeyondWidth(both, words);
}

/** Marks of a block and of both its neighbours. */
// @ts-ignore: decorator
@inline
function markedNear(word: usize): u32 {
  return load<u32>(word - 2) | <u32>load<u16>(word, 2);
}

function clearBeyondWidth(row: usize, words: i32): void {
  const rest = width & 15;
  if (rest === 0) return;
  const word = row + (<usize>(words - 1) << 1);
  store<u16>(word, load<u16>(word) & <u16>((<u32>1 << <u32>rest) - 1));
}

/** Row y of both pictures as RGBA. */
function expand(y: i32): void {
  const tag = expandedTags + ((y & 7) << 2);
  if (load<i32>(tag) === y) return;
  store<i32>(tag, y);
  readyA(y);
  expandRow(expandedA(y), rowA(y));
  expandRow(expandedB(y), pixelsB(y));
}

function expandRow(to: usize, from: usize): void {
  if (bytesPerPixel === 4) {
    memory.copy(to, from, <usize>width << 2);
    return;
  }
  const end = to + (<usize>width << 2);
  const opaque = i8x16.splat(-1);
  while (to < end) {
    v128.store(to, i8x16.shuffle(v128.load(from), opaque, 0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16));
    to += 16;
    from += 12;
  }
}

/** One bit for each of sixteen pixels: whether more than two neighbours are equal. `above` or `below` 0: the edge. */
// @ts-ignore: decorator
@inline
function flatPixels(row: usize, above: usize, below: usize, block: i32): i32 {
  const offset = <usize>block << 6;
  const aboveMask = i32x4.splat(above ? -1 : 0);
  const belowMask = i32x4.splat(below ? -1 : 0);
  const start = i32x4.splat(above && below ? 0 : 1);
  const at = row + offset;
  const up = (above ? above : row) + offset;
  const down = (below ? below : row) + offset;
  return i8x16.bitmask(
    i8x16.narrow_i16x8_s(
      i16x8.narrow_i32x4_s(
        flatQuad(at, up, down, aboveMask, belowMask, start),
        flatQuad(at + 16, up + 16, down + 16, aboveMask, belowMask, start),
      ),
      i16x8.narrow_i32x4_s(
        flatQuad(at + 32, up + 32, down + 32, aboveMask, belowMask, start),
        flatQuad(at + 48, up + 48, down + 48, aboveMask, belowMask, start),
      ),
    ),
  );
}

// @ts-ignore: decorator
@inline
function flatQuad(at: usize, up: usize, down: usize, aboveMask: v128, belowMask: v128, start: v128): v128 {
  const centre = v128.load(at);
  const beside = i32x4.add(i32x4.eq(centre, v128.load(at - 4)), i32x4.eq(centre, v128.load(at + 4)));
  const above = i32x4.add(
    i32x4.add(i32x4.eq(centre, v128.load(up - 4)), i32x4.eq(centre, v128.load(up + 4))),
    i32x4.eq(centre, v128.load(up)),
  );
  const below = i32x4.add(
    i32x4.add(i32x4.eq(centre, v128.load(down - 4)), i32x4.eq(centre, v128.load(down + 4))),
    i32x4.eq(centre, v128.load(down)),
  );
  const minusCount = i32x4.add(beside, i32x4.add(v128.and(above, aboveMask), v128.and(below, belowMask)));
  return i32x4.gt_s(i32x4.sub(start, minusCount), i32x4.splat(2));
}

/** The first and last pixel of a row, whose neighbours on one side do not exist. */
function fixEdge(x: i32, y: i32): void {
  const a = flatAtEdge(true, x, y);
  const b = flatAtEdge(false, x, y);
  setBit(flatA(y), x, a);
  setBit(flatB(y), x, b);
  setBit(flatBoth(y), x, a && b);
}

function setBit(row: usize, x: i32, value: bool): void {
  const at = row + (<usize>x >> 3);
  const bit = <u8>1 << <u8>(x & 7);
  store<u8>(at, value ? load<u8>(at) | bit : load<u8>(at) & ~bit);
}

function flatAtEdge(inA: bool, x: i32, y: i32): bool {
  const centre = load<u32>((inA ? expandedA(y) : expandedB(y)) + (<usize>x << 2));
  let equal = 1;
  for (let ny = max(y - 1, 0); ny <= min(y + 1, height - 1); ny++) {
    const row = inA ? expandedA(ny) : expandedB(ny);
    for (let nx = max(x - 1, 0); nx <= min(x + 1, width - 1); nx++) {
      if ((nx !== x || ny !== y) && load<u32>(row + (<usize>nx << 2)) === centre) equal++;
    }
  }
  return equal > 2;
}
