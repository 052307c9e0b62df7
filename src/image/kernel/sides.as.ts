// The two images as the alignment reads them: whole rows of pixels at any place. `side` is 0 for the image before, 1 for the image
// after. Rows must have been settled first. Rectangles lie inside the width that both images have.

import {
  DIFFERENT,
  EQUAL_FILTERED,
  EQUAL_READY,
  bytesPerPixel,
  clearFilterA,
  clearFilterB,
  filterA,
  filterB,
  height,
  readyA,
  rowA,
  rowB,
  rowBytes,
  setState,
  stateOf,
} from './pair.as';
import { reconstructRow } from './unfilter.as';

let startBefore: usize = 0;
let pitchBefore: usize = 0;
let startAfter: usize = 0;
let pitchAfter: usize = 0;

/** Where the first pixel of each image is, and the bytes from row to row. */
export function setSides(before: usize, beforePitch: usize, after: usize, afterPitch: usize): void {
  startBefore = before;
  pitchBefore = beforePitch;
  startAfter = after;
  pitchAfter = afterPitch;
}

// @ts-ignore: decorator
@inline
export function pixel(side: i32, x: i32, y: i32): usize {
  const row = side ? startAfter + <usize>y * pitchAfter : startBefore + <usize>y * pitchBefore;
  return row + <usize>x * bytesPerPixel;
}

// @ts-ignore: decorator
@inline
export function pitchOf(side: i32): usize {
  return side ? pitchAfter : pitchBefore;
}

/** Makes rows from `first` to before `end` readable in both images; needs the pair of the plain comparison. */
export function settleRows(first: i32, end: i32): void {
  const last = min(end, height);
  for (let y = first; y < last; y++) {
    const state = stateOf(y);
    if (state === DIFFERENT || state === EQUAL_READY) {
      clearFilterA(y);
      clearFilterB(y);
      continue;
    }
    if (state === EQUAL_FILTERED) readyA(y);
    memory.copy(rowB(y), rowA(y), rowBytes);
    clearFilterA(y);
    clearFilterB(y);
    setState(y, EQUAL_READY);
  }
}

/** The same for rows that only one image has; the row above the first must be readable. */
export function settleOwnRows(side: i32, first: i32, end: i32): void {
  for (let y = first; y < end; y++) {
    const row = side ? rowB(y) : rowA(y);
    const above = side ? rowB(y - 1) : rowA(y - 1);
    reconstructRow(side ? filterB(y) : filterA(y), row, above, rowBytes, bytesPerPixel);
    if (side) clearFilterB(y);
    else clearFilterA(y);
  }
}

/** Copies a rectangle of a side to rows of `pitch` bytes. */
export function copyRectangle(side: i32, x: i32, y: i32, width: i32, rows: i32, to: usize, pitch: usize): void {
  for (let r = 0; r < rows; r++, to += pitch)
    memory.copy(to, pixel(side, x, y + r), <usize>width * bytesPerPixel);
}
