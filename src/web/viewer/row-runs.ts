/** Which rows of an image are on which rows of the canvas, and which of them are seen. Pure. */

import type { ImageSize } from '../../domain/comparison/comparison.ts';
import type { RowSegment, Side } from './row-segments.ts';
import type { Transform } from './transform.ts';

/** Consecutive rows of an image. */
export interface RowRun {
  /** First row of the canvas. */
  top: number;
  height: number;
  /** First row of the image. */
  row: number;
}

/** First and last row of an image, both included. */
export interface RowSpan {
  first: number;
  last: number;
}

/** An image that lies on the canvas as it is. */
export function wholeRun({ height }: ImageSize): readonly RowRun[] {
  return [{ top: 0, height, row: 0 }];
}

export function runsOf(segments: readonly RowSegment[], side: Side): readonly RowRun[] {
  return segments.flatMap(({ top, height, [side]: row }) => (row === null ? [] : [{ top, height, row }]));
}

/** The part of each run between the pane's upper and lower edge. @param paneHeight CSS pixels */
export function visibleRows(runs: readonly RowRun[], { y, scale }: Transform, paneHeight: number): RowSpan[] {
  const bottom = y + paneHeight / scale;
  return runs.flatMap(({ top, height, row }) => {
    const first = Math.max(0, Math.floor(y - top));
    const last = Math.min(height - 1, Math.floor(bottom - top));
    return last < first ? [] : [{ first: row + first, last: row + last }];
  });
}
