/** Drawing into a pane's canvas. All coordinates are device pixels of that canvas. */

import type { ImageBox } from '../../domain/artifacts/image-pieces.ts';
import type { ImageSize } from '../../domain/comparison/comparison.ts';
import type { ImageSource, PiecePart } from './image-source.ts';
import { checkerboard, hatching } from './patterns.ts';
import type { RowRun } from './row-runs.ts';
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

/** Edges on a pane, in device pixels. */
export interface Edges {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const smoothUpTo = 2;
const gridFrom = 8;
const highlightLine = 'rgb(127 127 127 / 45%)';

/** A box of image pixels on the pane, rounded to device pixels so that neighbors share an edge. */
export function boxOnPane(
  frame: Pick<Frame, 'transform' | 'pixelRatio'>,
  box: { left: number; top: number; width: number; height: number },
): Edges {
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

/** The background of an image: a checkerboard where it is transparent, hatching where the canvas has more. */
export function drawGround(frame: Frame, size: ImageSize, canvas: ImageSize, runs: readonly RowRun[]): void {
  const rows = runs.reduce((sum, { height }) => sum + height, 0);
  if (size.width < canvas.width || rows < canvas.height)
    fillBox(frame, boxOnPane(frame, { left: 0, top: 0, ...canvas }), hatching(frame.context));
  for (const { top, height } of runs)
    fillBox(
      frame,
      boxOnPane(frame, { left: 0, top, width: size.width, height }),
      checkerboard(frame.context),
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

/** 1 px white inside 1 px near-black, around the box and never over it. */
export function drawOutline(
  frame: Frame,
  region: ImageBox,
  options: { current: boolean; grow: number },
): void {
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

export function cut(frame: Frame, box: Edges): Edges {
  return {
    left: Math.max(0, box.left),
    top: Math.max(0, box.top),
    right: Math.min(frame.width, box.right),
    bottom: Math.min(frame.height, box.bottom),
  };
}

export function fillBox(frame: Frame, box: Edges, style: string | CanvasPattern): void {
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

/** Draws only within a box of canvas pixels. */
export function clippedTo<T>(
  frame: Frame,
  place: { left: number; top: number; width: number; height: number },
  draw: () => T,
): T {
  const { context } = frame;
  const box = cut(frame, boxOnPane(frame, place));
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, Math.max(0, box.right - box.left), Math.max(0, box.bottom - box.top));
  context.clip();
  const result = draw();
  context.restore();
  return result;
}
