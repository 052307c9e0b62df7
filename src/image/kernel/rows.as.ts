// What the anti-aliasing stage knows of the rows around the current one: a number per pixel, which neighbors are
// equal, which pixels are flat. Kept for a few rows, by row number modulo a power of two.

import { bitsPitch, opaque } from './changes.as';
import { encodeBlock } from './brightness.as';
import { bytesPerPixel, height, pixelsB, readyA, rowA, width } from './pair.as';

const codeSlots = 8;
const flatSlots = 4;
/** Space before the first pixel of a row of numbers. */
const lead: usize = 64;
/** Rows of bits per slot: four maps of equal neighbors for A, four for B, flat in A, in B and in both. */
const bitRows: usize = 11;

let codes: usize = 0;
let codePitch: usize = 0;
let keys: usize = 0;
let bitMaps: usize = 0;

/** One bit for each pixel that may be examined, in rows like `bits`: nothing is known of what is further away. */
let candidates: usize = 0;

export function setCandidates(pointer: usize): void {
  candidates = pointer;
}

const codeTags = memory.data(8 * 4, 4);
const equalTags = memory.data(4 * 4, 4);
const flatTags = memory.data(4 * 4, 4);

/** Bytes that the anti-aliasing stage needs for the current pair. */
export function ringBytes(): usize {
  const pitch = codeRowBytes();
  return pitch * 2 * (codeSlots + flatSlots) + bitsPitch * bitRows * flatSlots + 64;
}

function codeRowBytes(): usize {
  return lead + <usize>((width + 15) & ~15) * 4 + 128;
}

/** Assigns the rings their memory and forgets all rows. */
export function setRings(pointer: usize): void {
  codePitch = codeRowBytes();
  codes = pointer;
  keys = codes + codePitch * 2 * codeSlots;
  bitMaps = keys + codePitch * 2 * flatSlots + 16;
  memory.fill(pointer, 0, ringBytes());
  for (let i = 0; i < codeSlots; i++) store<i32>(codeTags + (i << 2), -1);
  for (let i = 0; i < flatSlots; i++) {
    store<i32>(equalTags + (i << 2), -1);
    store<i32>(flatTags + (i << 2), -1);
  }
}

// @ts-ignore: decorator
@inline
export function codesOf(inB: usize, y: i32): usize {
  return codes + ((<usize>(y & 7) << 1) + inB) * codePitch + lead;
}

/** Per pixel its number; the lowest bit says whether it is flat in both images. Only for opaque images. */
// @ts-ignore: decorator
@inline
export function keysOf(inB: usize, y: i32): usize {
  return keys + ((<usize>(y & 3) << 1) + inB) * codePitch + lead;
}

// @ts-ignore: decorator
@inline
function bitMap(y: i32, index: usize): usize {
  return bitMaps + (<usize>(y & 3) * bitRows + index) * bitsPitch;
}

// @ts-ignore: decorator
@inline
export function flatBitsA(y: i32): usize {
  return bitMap(y, 8);
}

// @ts-ignore: decorator
@inline
export function flatBitsB(y: i32): usize {
  return bitMap(y, 9);
}

// @ts-ignore: decorator
@inline
export function flatBitsBoth(y: i32): usize {
  return bitMap(y, 10);
}

export function isFlat(x: i32, y: i32): bool {
  return ((load<u8>(flatBitsBoth(y) + (<usize>x >> 3)) >> <u8>(x & 7)) & 1) !== 0;
}

// @ts-ignore: decorator
@inline
function isNew(tags: usize, slot: i32, y: i32): bool {
  const tag = tags + (slot << 2);
  if (load<i32>(tag) === y) return false;
  store<i32>(tag, y);
  return true;
}

/** Numbers of row y, as far as candidates ask for them: up to two rows and two blocks away. */
function findCodes(y: i32): void {
  if (!isNew(codeTags, y & 7, y)) return;
  readyA(y);
  const toA = codesOf(0, y);
  const toB = codesOf(1, y);
  const a = rowA(y);
  const b = pixelsB(y);
  if (!opaque) {
    memory.copy(toA, a, <usize>width << 2);
    memory.copy(toB, b, <usize>width << 2);
    return;
  }
  const marks = candidates + <usize>y * bitsPitch;
  const above = y > 0 ? marks - bitsPitch : marks;
  const above2 = y > 1 ? above - bitsPitch : above;
  const below = y < height - 1 ? marks + bitsPitch : marks;
  const below2 = y < height - 2 ? below + bitsPitch : below;
  const blocks = (width + 15) >> 4;
  const blockBytes = bytesPerPixel << 4;
  for (let block = 0; block < blocks; block++) {
    const at = <usize>block << 1;
    const near =
      markedWide(marks + at) |
      markedWide(above + at) |
      markedWide(below + at) |
      markedWide(above2 + at) |
      markedWide(below2 + at);
    if (!near) continue;
    encodeBlock(toA + (at << 5), a + <usize>block * blockBytes);
    encodeBlock(toB + (at << 5), b + <usize>block * blockBytes);
  }
}

/** Marks of a block and of two on each side. */
// @ts-ignore: decorator
@inline
function markedWide(word: usize): u64 {
  return load<u64>(word - 4) | <u64>load<u16>(word, 4);
}

/** Which pixels of row y equal their right neighbor, and their lower, lower right and (one further) lower left one. */
function findEqual(y: i32): void {
  if (!isNew(equalTags, y & 3, y)) return;
  findCodes(y);
  const hasBelow = y < height - 1;
  if (hasBelow) findCodes(y + 1);
  memory.fill(bitMap(y, 0), 0, 8 * bitsPitch);
  const words = (width + 15) >> 4;
  const marks = candidates + <usize>y * bitsPitch;
  const above = y > 0 ? marks - bitsPitch : marks;
  const below = hasBelow ? marks + bitsPitch : marks;
  const further = y < height - 2 ? below + bitsPitch : below;
  for (let block = 0; block < words; block++) {
    const at = <usize>block << 1;
    const near = markedNear(marks + at) | markedNear(above + at) | markedNear(below + at) | markedNear(further + at);
    if (!near) continue;
    equalPixels(codesOf(0, y), hasBelow ? codesOf(0, y + 1) : 0, block, bitMap(y, 0) + at);
    equalPixels(codesOf(1, y), hasBelow ? codesOf(1, y + 1) : 0, block, bitMap(y, 4) + at);
  }
  for (let map: usize = 0; map < 8; map++) {
    // Only "equals the lower one" exists for the last pixel.
    clearFrom(bitMap(y, map), (map & 3) === 1 ? width : width - 1);
  }
}

/** Marks of a block and of both adjacent ones. */
// @ts-ignore: decorator
@inline
function markedNear(word: usize): u32 {
  return load<u32>(word - 2) | <u32>load<u16>(word, 2);
}

function clearFrom(row: usize, first: i32): void {
  const word = row + (<usize>(first >> 4) << 1);
  store<u16>(word, load<u16>(word) & <u16>((<u32>1 << <u32>(first & 15)) - 1));
}

function equalPixels(row: usize, below: usize, block: i32, to: usize): void {
  const p = row + (<usize>block << 6);
  const p0 = v128.load(p);
  const p1 = v128.load(p, 16);
  const p2 = v128.load(p, 32);
  const p3 = v128.load(p, 48);
  const r0 = v128.load(p, 4);
  const r1 = v128.load(p, 20);
  const r2 = v128.load(p, 36);
  const r3 = v128.load(p, 52);
  store<u16>(to, equalLanes(p0, p1, p2, p3, r0, r1, r2, r3));
  if (!below) return;
  const q = below + (<usize>block << 6);
  const q0 = v128.load(q);
  const q1 = v128.load(q, 16);
  const q2 = v128.load(q, 32);
  const q3 = v128.load(q, 48);
  store<u16>(to + bitsPitch, equalLanes(p0, p1, p2, p3, q0, q1, q2, q3));
  store<u16>(
    to + 2 * bitsPitch,
    equalLanes(p0, p1, p2, p3, v128.load(q, 4), v128.load(q, 20), v128.load(q, 36), v128.load(q, 52)),
  );
  // Bit x: pixel x + 1 of this row equals pixel x of the row below.
  store<u16>(to + 3 * bitsPitch, equalLanes(r0, r1, r2, r3, q0, q1, q2, q3));
}

// @ts-ignore: decorator
@inline
function equalLanes(a0: v128, a1: v128, a2: v128, a3: v128, b0: v128, b1: v128, b2: v128, b3: v128): u16 {
  return <u16>(
    i8x16.bitmask(
      i8x16.narrow_i16x8_s(
        i16x8.narrow_i32x4_s(i32x4.eq(a0, b0), i32x4.eq(a1, b1)),
        i16x8.narrow_i32x4_s(i32x4.eq(a2, b2), i32x4.eq(a3, b3)),
      ),
    )
  );
}

/** Computes the flat bits of row y near marked pixels. */
export function findFlat(y: i32): void {
  if (!isNew(flatTags, y & 3, y)) return;
  findEqual(y);
  if (y > 0) findEqual(y - 1);
  flatPixels(y, 0, flatBitsA(y));
  flatPixels(y, 4, flatBitsB(y));
  const a = flatBitsA(y);
  const b = flatBitsB(y);
  const both = flatBitsBoth(y);
  for (let at: usize = 0; at < bitsPitch; at += 16) {
    v128.store(both + at, v128.and(v128.load(a + at), v128.load(b + at)));
  }
  if (!opaque) return;
  const marks = candidates + <usize>y * bitsPitch;
  const above = y > 0 ? marks - bitsPitch : marks;
  const below = y < height - 1 ? marks + bitsPitch : marks;
  const blocks = (width + 15) >> 4;
  for (let block = 0; block < blocks; block++) {
    const at = <usize>block << 1;
    if (!(markedNear(marks + at) | markedNear(above + at) | markedNear(below + at))) continue;
    makeKeys(codesOf(0, y) + (at << 5), both + at, keysOf(0, y) + (at << 5));
    makeKeys(codesOf(1, y) + (at << 5), both + at, keysOf(1, y) + (at << 5));
  }
  repeatEdges(keysOf(0, y));
  repeatEdges(keysOf(1, y));
}

/** Flat: more than two equal neighbors; the edge of the image counts as one. 32 pixels at a time. */
function flatPixels(y: i32, maps: usize, to: usize): void {
  const here = bitMap(y, maps);
  const above = y > 0 ? bitMap(y - 1, maps) : 0;
  const isEdgeRow = y === 0 || y === height - 1;
  const words = (width + 31) >> 5;
  for (let word = 0; word < words; word++) {
    const at = <usize>word << 2;
    const right = load<u32>(here + at);
    const left = shifted(here + at);
    const down = load<u32>(here + bitsPitch + at);
    const downRight = load<u32>(here + 2 * bitsPitch + at);
    const downLeft = shifted(here + 3 * bitsPitch + at);
    let up: u32 = 0;
    let upLeft: u32 = 0;
    let upRight: u32 = 0;
    if (above) {
      up = load<u32>(above + bitsPitch + at);
      upLeft = shifted(above + 2 * bitsPitch + at);
      upRight = load<u32>(above + 3 * bitsPitch + at);
    }
    // Carry-save adders: `ones` is the lowest bit of each count, the four carries are worth two each.
    const sum1 = right ^ left ^ down;
    const carry1 = (right & left) | (down & (right | left));
    const sum2 = downRight ^ downLeft ^ up;
    const carry2 = (downRight & downLeft) | (up & (downRight | downLeft));
    const sum3 = upLeft ^ upRight;
    const carry3 = upLeft & upRight;
    const ones = sum1 ^ sum2 ^ sum3;
    const carry4 = (sum1 & sum2) | (sum3 & (sum1 | sum2));
    const two = carry1 | carry2 | carry3 | carry4;
    const four = (carry1 & carry2) | (carry3 & carry4) | ((carry1 | carry2) & (carry3 | carry4));
    const three = four | (two & ones);
    let edges: u32 = isEdgeRow ? 0xffffffff : 0;
    if (word === 0) edges |= 1;
    if (word === (width - 1) >> 5) edges |= <u32>1 << <u32>((width - 1) & 31);
    store<u32>(to + at, three | (two & edges));
  }
}

/** The 32 bits one to the left of those at `word`: bit x is what pixel x − 1 has. */
// @ts-ignore: decorator
@inline
function shifted(word: usize): u32 {
  return <u32>(load<u64>(word - 4) >> 31);
}

/** Of 16 pixels. */
function makeKeys(from: usize, flatInBoth: usize, to: usize): void {
  const end = to + 64;
  const low = i32x4(1, 2, 4, 8);
  const high = i32x4(16, 32, 64, 128);
  for (; to < end; to += 32, from += 32, flatInBoth++) {
    // A lane that is flat is −1: subtracting it sets the lowest bit.
    const byte = i32x4.splat(<i32>load<u8>(flatInBoth));
    v128.store(to, i32x4.sub(v128.load(from), i32x4.eq(v128.and(byte, low), low)));
    v128.store(to, i32x4.sub(v128.load(from, 16), i32x4.eq(v128.and(byte, high), high)), 16);
  }
}

/** Outside, the edge is repeated: that gives a slope no neighbor that it does not have already. */
function repeatEdges(keysOfRow: usize): void {
  const end = keysOfRow + (<usize>width << 2);
  store<i32>(keysOfRow - 4, load<i32>(keysOfRow));
  store<i32>(end, load<i32>(end - 4));
}
