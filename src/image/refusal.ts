import { AppError } from '../base/errors.ts';
import type { ImageSize } from '../domain/comparison/comparison.ts';

/** Bytes of an image with the words that errors name it by, e.g. `before image screenshots/home.png`. */
export interface NamedImage {
  bytes: Uint8Array;
  label: string;
}

/** Largest image in pixels unless the caller says otherwise. */
export const defaultMaxPixels = 50_000_000;

/** Largest width and largest height in pixels, whatever `maxPixels` is. */
const maxSidePixels = 1_000_000;

/** The common canvas of two images of unequal shape may be this many times as large as one image. */
const maxCanvasFactor = 4;

/** An `image_invalid` error: `The <label> <why>.` */
export function refuse(label: string, why: string, cause?: unknown): AppError {
  return new AppError('image_invalid', `The ${label} ${why}.`, { cause });
}

/** @throws AppError `image_too_large` when the size is over a limit */
export function checkSize(label: string, size: ImageSize, maxPixels: number): void {
  const pixels = size.width * size.height;
  if (pixels > maxPixels) {
    throw tooLarge(
      `The ${label} is ${sizeInWords(size)}, ${number(pixels)} pixels; the limit is ${number(maxPixels)}. ` +
        'Compare a smaller part of the page or raise maxPixels.',
      size,
    );
  }
  if (Math.max(size.width, size.height) > maxSidePixels) {
    throw tooLarge(
      `The ${label} is ${sizeInWords(size)}; no side may be longer than ${number(maxSidePixels)} pixels.`,
      size,
    );
  }
}

/** @throws AppError `image_too_large` when two images of different shape need too large a canvas */
export function checkCanvas(before: ImageSize, after: ImageSize, maxPixels: number): ImageSize {
  const canvas = {
    width: Math.max(before.width, after.width),
    height: Math.max(before.height, after.height),
  };
  if (canvas.width * canvas.height > maxPixels * maxCanvasFactor) {
    throw tooLarge(
      `The images are ${sizeInWords(before)} and ${sizeInWords(after)}: laid over each other they need ` +
        `${number(canvas.width * canvas.height)} pixels; the limit is ${number(maxPixels * maxCanvasFactor)}.`,
      canvas,
    );
  }
  return canvas;
}

function tooLarge(message: string, size: ImageSize): AppError {
  return new AppError('image_too_large', message, { details: { width: size.width, height: size.height } });
}

function sizeInWords(size: ImageSize): string {
  return `${number(size.width)} × ${number(size.height)}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
