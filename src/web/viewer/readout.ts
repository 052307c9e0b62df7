import { stripCount, stripRows, type ImageSource } from './image-source.ts';
import { pointIn, type ViewScene } from './scene.ts';
import type { Point, Transform } from './transform.ts';
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

/** Pixel colors are shown from 800 % on. */
export function showsReadout({ scale }: Transform): boolean {
  return scale >= 8;
}

/** Reads the color under a point of the canvas on both sides; null outside the canvas. */
export function pixelColour(
  images: ViewerImages,
  scene: ViewScene,
  at: Point,
  piece: Piece,
): PixelReadout | null {
  if (at.x < 0 || at.y < 0 || at.x >= scene.canvas.width || at.y >= scene.canvas.height) return null;
  const [before, after] = [pointIn(scene, 'before', at), pointIn(scene, 'after', at)];
  const x = Math.floor(at.x);
  const y = Math.floor((after ?? before ?? at).y);
  try {
    return {
      x,
      y,
      before: before === null ? null : read(images.before, x, Math.floor(before.y), piece),
      after: after === null ? null : read(images.after, x, Math.floor(after.y), piece),
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
