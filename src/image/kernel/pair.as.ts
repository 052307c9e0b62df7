// The two images in memory, both cropped to the area they share. A row either follows its PNG filter byte (lead 1) or
// has none (lead 0: pixels decoded elsewhere). Rows are reconstructed in place, and only when needed.

import { reconstructRow, reconstructPaethPair } from './unfilter.as';

/** The rows are equal and neither is reconstructed. */
export const EQUAL_FILTERED: u8 = 0;
/** The rows are equal and only A is reconstructed: read A for both. */
export const EQUAL_A_READY: u8 = 1;
/** The rows are equal and both are reconstructed. */
export const EQUAL_READY: u8 = 2;
/** The rows differ and both are reconstructed. */
export const DIFFERENT: u8 = 3;

export let bytesPerPixel: usize = 3;
export let width: i32 = 0;
export let height: i32 = 0;
/** Bytes of a row that both images have. */
export let rowBytes: usize = 0;

let startA: usize = 0;
let startB: usize = 0;
let pitchA: usize = 0;
let pitchB: usize = 0;
let leadA: usize = 0;
let leadB: usize = 0;
/** At least `rowBytes` zeros: the row above the first one. */
let zeroRow: usize = 0;
/** One byte per row: one of the four states above. */
let rowStates: usize = 0;

export function setPair(
  shape: i32,
  sharedWidth: i32,
  sharedHeight: i32,
  a: usize,
  aPitch: usize,
  aLead: usize,
  b: usize,
  bPitch: usize,
  bLead: usize,
  zeros: usize,
  states: usize,
): void {
  bytesPerPixel = shape;
  width = sharedWidth;
  height = sharedHeight;
  rowBytes = <usize>sharedWidth * bytesPerPixel;
  startA = a;
  pitchA = aPitch;
  leadA = aLead;
  startB = b;
  pitchB = bPitch;
  leadB = bLead;
  zeroRow = zeros;
  rowStates = states;
}

// @ts-ignore: decorator
@inline
export function rowA(y: i32): usize {
  return startA + <usize>y * pitchA + leadA;
}

// @ts-ignore: decorator
@inline
export function rowB(y: i32): usize {
  return startB + <usize>y * pitchB + leadB;
}

// @ts-ignore: decorator
@inline
export function filterA(y: i32): u8 {
  return leadA ? load<u8>(rowA(y) - 1) : 0;
}

// @ts-ignore: decorator
@inline
export function filterB(y: i32): u8 {
  return leadB ? load<u8>(rowB(y) - 1) : 0;
}

/** From now on the row counts as stored without a filter: it has been reconstructed. */
// @ts-ignore: decorator
@inline
export function clearFilterA(y: i32): void {
  if (leadA) store<u8>(rowA(y) - 1, 0);
}

// @ts-ignore: decorator
@inline
export function clearFilterB(y: i32): void {
  if (leadB) store<u8>(rowB(y) - 1, 0);
}

// @ts-ignore: decorator
@inline
export function stateOf(y: i32): u8 {
  return load<u8>(rowStates + y);
}

// @ts-ignore: decorator
@inline
export function setState(y: i32, state: u8): void {
  store<u8>(rowStates + y, state);
}

/** The pixels of row y of B, reconstructed; where the rows are equal that is A's row. Call `readyA` first. */
// @ts-ignore: decorator
@inline
export function pixelsB(y: i32): usize {
  return stateOf(y) <= EQUAL_A_READY ? rowA(y) : rowB(y);
}

/** Makes row y of A readable, going back as far as its filters reach. */
export function readyA(y: i32): void {
  if (stateOf(y) !== EQUAL_FILTERED) return;
  let first = y;
  while (first > 0 && filterA(first) > 1 && stateOf(first - 1) === EQUAL_FILTERED) first--;
  for (let row = first; row <= y; row++) {
    const above = row > 0 ? rowA(row - 1) : zeroRow;
    reconstructRow(filterA(row), rowA(row), above, rowBytes, bytesPerPixel);
    setState(row, EQUAL_A_READY);
  }
}

/** Reconstructs row y of both; `aboveIsEqual` says whether the rows above are equal. */
export function readyBoth(y: i32, aboveIsEqual: bool): void {
  const typeA = filterA(y);
  const typeB = filterB(y);
  let aboveA = zeroRow;
  let aboveB = zeroRow;
  if (y > 0) {
    if (typeA > 1 || (typeB > 1 && aboveIsEqual)) readyA(y - 1);
    aboveA = rowA(y - 1);
    aboveB = aboveIsEqual ? pixelsB(y - 1) : rowB(y - 1);
  }
  if (typeA === 4 && typeB === 4) {
    reconstructPaethPair(rowA(y), aboveA, rowB(y), aboveB, rowBytes, bytesPerPixel);
    return;
  }
  reconstructRow(typeA, rowA(y), aboveA, rowBytes, bytesPerPixel);
  reconstructRow(typeB, rowB(y), aboveB, rowBytes, bytesPerPixel);
}
