/** Drawing images in pieces, wherever their rows are on the canvas. */

import type { ImageSize } from '../../domain/comparison/comparison.ts';
import {
  stripCount,
  stripRows,
  stripSpan,
  overviewSize,
  type ImageSource,
  type PiecePart,
} from './image-source.ts';
import { boxOnPane, clippedTo, type Frame } from './paint.ts';
import { visibleRows, type RowRun, type RowSpan } from './row-runs.ts';

/** How much of an image was drawn: nothing, a blurry version, or all of it. */
export type Drawn = 'blank' | 'rough' | 'sharp';

const drawnOrder: readonly Drawn[] = ['blank', 'rough', 'sharp'];

export function worse(a: Drawn, b: Drawn): Drawn {
  return drawnOrder[Math.min(drawnOrder.indexOf(a), drawnOrder.indexOf(b))]!;
}

/** Pieces of an image that show these rows at this scale, overview first. */
export function neededPieces(
  source: ImageSource,
  scale: number,
  rows: readonly RowSpan[],
): Exclude<PiecePart, 'preview'>[] {
  const count = stripCount(source.size);
  if (count === 1) return [0];
  if (scale <= overviewSize(source.size).width / source.size.width) return ['overview'];
  return ['overview', ...stripsOf(source.size, rows)];
}

/** Strips with any of these rows, in their order. */
export function stripsOf(size: ImageSize, rows: readonly RowSpan[]): number[] {
  if (stripCount(size) === 1) return rows.length === 0 ? [] : [0];
  const strips = new Set<number>();
  for (const { first, last } of rows)
    for (let index = Math.floor(first / stripRows); index <= Math.floor(last / stripRows); index++)
      strips.add(index);
  return [...strips].sort((a, b) => a - b);
}

/** Draws what is decoded of an image, the sharper over the rougher. @param runs where its rows are on the canvas */
export function drawImage(frame: Frame, source: ImageSource, runs: readonly RowRun[]): Drawn {
  const { transform } = frame;
  const seen = runs.filter((run) => isSeen(frame, run));
  const rows = visibleRows(runs, transform, frame.height / frame.pixelRatio);
  const pieces = neededPieces(source, transform.scale, rows).map((part) => ({
    part,
    bitmap: frame.piece(source, part),
  }));
  const best = pieces.length === 1 ? pieces : pieces.filter(({ part }) => part !== 'overview');
  const isSharp = best.every(({ bitmap }) => bitmap !== undefined);
  const hasBase = pieces[0]!.bitmap !== undefined;
  let drawn: Drawn = hasBase || isSharp ? 'rough' : 'blank';
  const places: [ImageBitmap, { left: number; top: number; width: number; height: number }][] = [];
  if (!hasBase && !isSharp && source.preview !== undefined) {
    const preview = frame.piece(source, 'preview');
    if (preview !== undefined) {
      places.push([preview, source.preview.box]);
      drawn = 'rough';
    }
  }
  const { width, height } = source.size;
  for (const { part, bitmap } of pieces) {
    if (bitmap === undefined || (isSharp && !best.some((piece) => piece.part === part))) continue;
    const span = part === 'overview' ? { top: 0, height } : stripSpan(source.size, part);
    places.push([bitmap, { left: 0, width, ...span }]);
  }
  for (const run of seen) {
    const isWhole = run.row === 0 && run.height === height && run.top === 0;
    const draw = () => {
      for (const [bitmap, place] of places)
        if (place.top < run.row + run.height && place.top + place.height > run.row)
          drawPiece(frame, bitmap, { ...place, top: place.top + run.top - run.row });
    };
    if (isWhole) draw();
    else clippedTo(frame, { left: 0, top: run.top, width, height: run.height }, draw);
  }
  return isSharp ? 'sharp' : drawn;
}

function isSeen(frame: Frame, { top, height }: RowRun): boolean {
  const box = boxOnPane(frame, { left: 0, top, width: 1, height });
  return box.bottom > 0 && box.top < frame.height;
}

function drawPiece(
  frame: Frame,
  bitmap: ImageBitmap,
  place: { left: number; top: number; width: number; height: number },
): void {
  const box = boxOnPane(frame, place);
  const width = Math.max(1, box.right - box.left);
  frame.context.drawImage(bitmap, box.left, box.top, width, Math.max(1, box.bottom - box.top));
}

/**
 * Draws changed pixels in the highlight color. Scaled down, a lone pixel would nearly vanish, so the mask is drawn
 * repeatedly; not while moving, for speed.
 */
export function drawMask(frame: Frame, mask: ImageSource, runs: readonly RowRun[], opacity: number): Drawn {
  const scale = frame.transform.scale * frame.pixelRatio;
  frame.context.globalAlpha = opacity;
  const times = scale >= 1 || frame.isMoving ? 1 : scale >= 0.5 ? 2 : 4;
  let drawn: Drawn = 'blank';
  for (let time = 0; time < times; time++) drawn = drawImage(frame, mask, runs);
  frame.context.globalAlpha = 1;
  return drawn;
}
