import { stripCount, stripRows, type ImageSource } from './image-source.ts';
import type { Point } from './transform.ts';
import type { ViewerImages } from './view-model.ts';

/** The colors at one point on both sides, as `#rrggbb` or `#rrggbbaa`; null outside the image. */
export interface PixelReadout {
  x: number;
  y: number;
  before: string | null;
  after: string | null;
  /** False when the browser blocks pixel access: external image files of a report opened from disk. */
  readable: boolean;
}

type Piece = (source: ImageSource, part: 'overview' | number) => ImageBitmap | undefined;

/** Reads the color under an image point on both sides; null outside the canvas. */
export function pixelColour(images: ViewerImages, at: Point, piece: Piece): PixelReadout | null {
  const x = Math.floor(at.x);
  const y = Math.floor(at.y);
  if (x < 0 || y < 0 || x >= images.canvas.width || y >= images.canvas.height) return null;
  try {
    return {
      x,
      y,
      before: read(images.before, x, y, piece),
      after: read(images.after, x, y, piece),
      readable: true,
    };
  } catch {
    return { x, y, before: null, after: null, readable: false };
  }
}

export function sameReadout(a: PixelReadout | null, b: PixelReadout | null): boolean {
  if (a === null || b === null) return a === b;
  return a.x === b.x && a.y === b.y && a.before === b.before && a.after === b.after;
}

function read(source: ImageSource | null, x: number, y: number, piece: Piece): string | null {
  if (source === null || x >= source.size.width || y >= source.size.height) return null;
  const whole = stripCount(source.size) === 1;
  const bitmap = piece(source, whole ? 0 : Math.floor(y / stripRows));
  if (bitmap === undefined) return null;
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, x, whole ? y : y % stripRows, 1, 1, 0, 0, 1, 1);
  const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
  const hex = [red!, green!, blue!, ...(alpha === 255 ? [] : [alpha!])];
  return `#${hex.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
