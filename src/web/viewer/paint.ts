/** Drawing into a pane's canvas. All coordinates are device pixels of that canvas. */

import type { ImageSize, Region } from '../../domain/comparison/comparison.ts';
import { stripCount, stripSpan, overviewSize, type ImageSource, type PiecePart } from './image-source.ts';
import type { Transform } from './transform.ts';

export interface Frame {
  context: CanvasRenderingContext2D;
  /** Device pixels of the canvas. */
  width: number;
  height: number;
  pixelRatio: number;
  transform: Transform;
  /** Faster and slightly softer, while moving. */
  isMoving: boolean;
  /** The piece of an image, if decoded; records that it was needed. */
  piece: (source: ImageSource, part: PiecePart) => ImageBitmap | undefined;
}

/** How much of an image was drawn: nothing, a blurry version, or all of it. */
export type Drawn = 'blank' | 'rough' | 'sharp';

const drawnOrder: readonly Drawn[] = ['blank', 'rough', 'sharp'];

export function worse(a: Drawn, b: Drawn): Drawn {
  return drawnOrder[Math.min(drawnOrder.indexOf(a), drawnOrder.indexOf(b))]!;
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const smoothUpTo = 2;
const gridFrom = 8;
const highlightLine = 'rgb(127 127 127 / 45%)';

/** A box of image pixels on the pane, rounded to device pixels so that neighbors share an edge. */
function boxOnPane(frame: Frame, box: { left: number; top: number; width: number; height: number }): Box {
  const scale = frame.transform.scale * frame.pixelRatio;
  return {
    left: Math.round((box.left - frame.transform.x) * scale),
    top: Math.round((box.top - frame.transform.y) * scale),
    right: Math.round((box.left + box.width - frame.transform.x) * scale),
    bottom: Math.round((box.top + box.height - frame.transform.y) * scale),
  };
}

export function clearFrame(frame: Frame): void {
  const { context } = frame;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalAlpha = 1;
  context.globalCompositeOperation = 'source-over';
  context.clearRect(0, 0, frame.width, frame.height);
  context.imageSmoothingEnabled = frame.transform.scale <= smoothUpTo;
  context.imageSmoothingQuality = frame.isMoving ? 'low' : 'high';
}

/** Pieces of an image that this frame needs, overview first. */
export function neededPieces(
  source: ImageSource,
  transform: Transform,
  paneHeight: number,
): Exclude<PiecePart, 'preview'>[] {
  const count = stripCount(source.size);
  if (count === 1) return [0];
  const pieces: Exclude<PiecePart, 'preview'>[] = ['overview'];
  if (transform.scale <= overviewSize(source.size).width / source.size.width) return pieces;
  const { first, last } = visibleStrips(source.size, transform, paneHeight);
  for (let index = first; index <= last; index++) pieces.push(index);
  return pieces;
}

/** First and last strip between the pane's upper and lower edge; `last < first` when there is none. */
export function visibleStrips(
  size: ImageSize,
  transform: Transform,
  paneHeight: number,
): { first: number; last: number } {
  const rows = stripSpan(size, 0).height;
  const first = Math.max(0, Math.floor(transform.y / rows));
  const lastRow = Math.min(size.height - 1, transform.y + paneHeight / transform.scale);
  return { first, last: lastRow < 0 ? -1 : Math.floor(lastRow / rows) };
}

/** Draws what is decoded of an image, the sharper over the rougher. */
export function drawImage(frame: Frame, source: ImageSource): Drawn {
  const pane = frame.height / frame.pixelRatio;
  const pieces = neededPieces(source, frame.transform, pane).map((part) => ({
    part,
    bitmap: frame.piece(source, part),
  }));
  const best = pieces.length === 1 ? pieces : pieces.filter(({ part }) => part !== 'overview');
  const isSharp = best.every(({ bitmap }) => bitmap !== undefined);
  const hasBase = pieces[0]!.bitmap !== undefined;
  let drawn: Drawn = hasBase || isSharp ? 'rough' : 'blank';
  if (!hasBase && !isSharp && source.preview !== undefined) {
    const preview = frame.piece(source, 'preview');
    if (preview !== undefined) {
      drawPiece(frame, preview, source.preview.box);
      drawn = 'rough';
    }
  }
  const { width, height } = source.size;
  for (const { part, bitmap } of pieces) {
    if (bitmap === undefined || (isSharp && !best.some((piece) => piece.part === part))) continue;
    const span = part === 'overview' ? { top: 0, height } : stripSpan(source.size, part);
    drawPiece(frame, bitmap, { left: 0, width, ...span });
  }
  return isSharp ? 'sharp' : drawn;
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

/** The background of an image: a checkerboard where it is transparent, hatching where the other image is larger. */
export function drawGround(frame: Frame, size: ImageSize, canvas: ImageSize): void {
  const { context } = frame;
  const own = boxOnPane(frame, { left: 0, top: 0, ...size });
  fillBox(frame, own, checkerboard(context));
  if (size.height < canvas.height)
    fillBox(
      frame,
      boxOnPane(frame, {
        left: 0,
        top: size.height,
        width: canvas.width,
        height: canvas.height - size.height,
      }),
      hatching(context),
    );
  if (size.width < canvas.width)
    fillBox(
      frame,
      boxOnPane(frame, { left: size.width, top: 0, width: canvas.width - size.width, height: size.height }),
      hatching(context),
    );
}

/** Desaturates and lightens the drawn image, so that the highlight is the only hue. */
export function fade(frame: Frame, canvas: ImageSize): void {
  const { context } = frame;
  const box = boxOnPane(frame, { left: 0, top: 0, ...canvas });
  context.globalCompositeOperation = 'saturation';
  fillBox(frame, box, '#808080');
  context.globalCompositeOperation = 'source-over';
  context.globalAlpha = 0.35;
  fillBox(frame, box, '#ffffff');
  context.globalAlpha = 1;
}

/**
 * Draws changed pixels in the highlight color. Scaled down, a lone pixel would nearly vanish, so the mask is drawn
 * repeatedly; not while moving, for speed.
 */
export function drawMask(frame: Frame, mask: ImageSource, opacity: number): Drawn {
  const scale = frame.transform.scale * frame.pixelRatio;
  frame.context.globalAlpha = opacity;
  const times = scale >= 1 || frame.isMoving ? 1 : scale >= 0.5 ? 2 : 4;
  let drawn: Drawn = 'blank';
  for (let time = 0; time < times; time++) drawn = drawImage(frame, mask);
  frame.context.globalAlpha = 1;
  return drawn;
}

/** 1 px white inside 1 px near-black, around the box and never over it. */
export function drawOutline(frame: Frame, region: Region, options: { current: boolean; grow: number }): void {
  const { context, pixelRatio } = frame;
  const line = Math.max(1, Math.round(pixelRatio));
  const box = boxOnPane(frame, region);
  const gap = Math.round((options.current ? 3 : 2) * pixelRatio + options.grow * pixelRatio);
  if (box.right < -gap * 4 || box.bottom < -gap * 4) return;
  if (box.left > frame.width + gap * 4 || box.top > frame.height + gap * 4) return;
  const thickness = options.current ? 2 * line : line;
  const stroke = (inset: number, width: number, colour: string) => {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(
      box.left - inset - width / 2,
      box.top - inset - width / 2,
      box.right - box.left + 2 * inset + width,
      box.bottom - box.top + 2 * inset + width,
    );
  };
  stroke(gap, thickness, '#ffffff');
  stroke(gap + thickness, line, '#16191d');
}

/** Lines between pixels, from 800 % on. */
export function drawGrid(frame: Frame, canvas: ImageSize): void {
  const { context, transform, pixelRatio } = frame;
  if (transform.scale < gridFrom) return;
  const scale = transform.scale * pixelRatio;
  const box = boxOnPane(frame, { left: 0, top: 0, ...canvas });
  const bounds = cut(frame, box);
  context.beginPath();
  const firstColumn = Math.max(0, Math.floor(transform.x));
  const lastColumn = Math.min(canvas.width, Math.ceil(transform.x + frame.width / scale));
  for (let column = firstColumn; column <= lastColumn; column++) {
    const x = Math.round((column - transform.x) * scale) + 0.5;
    context.moveTo(x, bounds.top);
    context.lineTo(x, bounds.bottom);
  }
  const firstRow = Math.max(0, Math.floor(transform.y));
  const lastRow = Math.min(canvas.height, Math.ceil(transform.y + frame.height / scale));
  for (let row = firstRow; row <= lastRow; row++) {
    const y = Math.round((row - transform.y) * scale) + 0.5;
    context.moveTo(bounds.left, y);
    context.lineTo(bounds.right, y);
  }
  context.strokeStyle = highlightLine;
  context.lineWidth = 1;
  context.stroke();
}

/** A label in the middle of the visible missing part. */
export function drawMissingLabel(frame: Frame, size: ImageSize, canvas: ImageSize, label: string): void {
  const { context, pixelRatio } = frame;
  const part =
    size.height < canvas.height
      ? { left: 0, top: size.height, width: canvas.width, height: canvas.height - size.height }
      : { left: size.width, top: 0, width: canvas.width - size.width, height: canvas.height };
  const box = cut(frame, boxOnPane(frame, part));
  context.font = `${Math.round(12 * pixelRatio)}px system-ui, sans-serif`;
  const width = context.measureText(label).width + 16 * pixelRatio;
  const height = 22 * pixelRatio;
  if (box.right - box.left < width || box.bottom - box.top < height) return;
  const left = Math.round((box.left + box.right - width) / 2);
  const top = Math.round((box.top + box.bottom - height) / 2);
  context.fillStyle = '#16191d';
  context.fillRect(left, top, width, height);
  context.fillStyle = '#ffffff';
  context.textBaseline = 'middle';
  context.fillText(label, left + 8 * pixelRatio, top + height / 2 + pixelRatio);
}

function cut(frame: Frame, box: Box): Box {
  return {
    left: Math.max(0, box.left),
    top: Math.max(0, box.top),
    right: Math.min(frame.width, box.right),
    bottom: Math.min(frame.height, box.bottom),
  };
}

function fillBox(frame: Frame, box: Box, style: string | CanvasPattern): void {
  const visible = cut(frame, box);
  if (visible.right <= visible.left || visible.bottom <= visible.top) return;
  frame.context.fillStyle = style;
  frame.context.fillRect(
    visible.left,
    visible.top,
    visible.right - visible.left,
    visible.bottom - visible.top,
  );
}

const patterns = new Map<string, CanvasPattern>();

function pattern(
  name: string,
  side: number,
  context: CanvasRenderingContext2D,
  draw: (tile: OffscreenCanvasRenderingContext2D) => void,
): CanvasPattern {
  const known = patterns.get(name);
  if (known !== undefined) return known;
  const tile = new OffscreenCanvas(side, side);
  draw(tile.getContext('2d')!);
  const made = context.createPattern(tile, 'repeat')!;
  patterns.set(name, made);
  return made;
}

function checkerboard(context: CanvasRenderingContext2D): CanvasPattern {
  return pattern('checkerboard', 16, context, (tile) => {
    tile.fillStyle = '#ffffff';
    tile.fillRect(0, 0, 16, 16);
    tile.fillStyle = '#d5d8dc';
    tile.fillRect(0, 0, 8, 8);
    tile.fillRect(8, 8, 8, 8);
  });
}

function hatching(context: CanvasRenderingContext2D): CanvasPattern {
  return pattern('hatching', 12, context, (tile) => {
    tile.fillStyle = '#c3c8ce';
    tile.fillRect(0, 0, 12, 12);
    tile.strokeStyle = '#8b929b';
    tile.lineWidth = 1.5;
    tile.beginPath();
    for (const offset of [-12, 0, 12]) {
      tile.moveTo(offset, 12);
      tile.lineTo(offset + 12, 0);
    }
    tile.stroke();
  });
}
