/** A pair of rectangles, one of each image, that belong together; and what is known of them. */
import type { Rect } from '../kernel/pair-pixels.ts';

/** A rectangle may be empty: zero wide or zero high, at the place where it would be. */
export interface Zone {
  before: Rect;
  after: Rect;
}

/** Parts tile both images: no pixel of either is in two, none in none. */
export interface Part extends Zone {
  /** Equal: every pixel lies within two levels per channel. Else a leaf: nothing explains it. */
  isEqual: boolean;
  /** The number of a group of columns at whose common end this leaf stands: behind it is nothing but blank. */
  end?: number;
  /** The numbers of the groups of columns that it lies in, from the inside. */
  groups?: number[];
  /** The band whose columns were read sideways, for each of its leaves. */
  band?: Band;
  /** Of an equal part: whether it has a color step. */
  hasInk: boolean;
}

/** Rows that were read sideways. Both images have it equally wide. */
export interface Band {
  /** The leaves beyond which it is blank to its left and right end. */
  left?: Part;
  right?: Part;
  /** Whether it ends as it began, or with something that did not move: nothing of it is cut off at its right end. */
  endsInPlace: boolean;
}

export function isEmpty({ width, height }: Rect): boolean {
  return width === 0 || height === 0;
}

export function areaOf({ width, height }: Rect): number {
  return width * height;
}

/** How far right and down the part moved. */
export function displacementOf({ before, after }: Zone): { x: number; y: number } {
  return { x: after.left - before.left, y: after.top - before.top };
}

export function isInPlace(zone: Zone): boolean {
  return zone.before.left === zone.after.left && zone.before.top === zone.after.top;
}

export function hasOneSize({ before, after }: Zone): boolean {
  return before.width === after.width && before.height === after.height;
}

export function leaf(zone: Zone): Part {
  return { before: zone.before, after: zone.after, isEqual: false, hasInk: true };
}

/** Rows `from` to before `to`, counted from the top of the rectangle. */
export function rowsOf(rect: Rect, from: number, to: number): Rect {
  return { left: rect.left, top: rect.top + from, width: rect.width, height: to - from };
}

export function columnsOf(rect: Rect, from: number, to: number): Rect {
  return { left: rect.left + from, top: rect.top, width: to - from, height: rect.height };
}

export function overlaps(one: Rect, other: Rect): boolean {
  return intersection(one, other) !== null;
}

/** Null where they have nothing in common. */
export function intersection(one: Rect, other: Rect): Rect | null {
  const left = Math.max(one.left, other.left);
  const top = Math.max(one.top, other.top);
  const width = Math.min(one.left + one.width, other.left + other.width) - left;
  const height = Math.min(one.top + one.height, other.top + other.height) - top;
  return width > 0 && height > 0 ? { left, top, width, height } : null;
}
