/** Where the viewer gets its pixels from: whole images never, small pieces always. */

import type { ImageSize } from '../../domain/comparison/comparison.ts';
import { overviewSide, stripCount, stripRows, type ImageBox } from '../../domain/artifacts/image-pieces.ts';

export { stripCount, stripRows };

export type ImageKind = 'image' | 'mask' | 'forgiven';

/** `preview`: something small that is probably here already; a number: a strip. */
export type PiecePart = 'preview' | 'overview' | number;

/** How a piece is loaded; a source may ignore both. */
export interface PieceLoad {
  /** Aborted when nobody wants the piece any more. */
  signal: AbortSignal;
  /** On screen, not fetched ahead. */
  isUrgent: boolean;
}

/** One image, in pieces. Whoever asks for a bitmap owns it and closes it. Failures are {@link ImageError}s. */
export interface ImageSource {
  /** Equal keys, equal pixels. */
  readonly key: string;
  readonly size: ImageSize;
  /** The opaque pixels of a mask are shown in the highlight colour, those that were forgiven in one that is theirs. */
  readonly kind: ImageKind;
  /** The whole image, its longer side at most `overviewSide`. */
  overview(load: PieceLoad): Promise<ImageBitmap>;
  /** Rows `index × stripRows` and on; the only strip is the whole image when {@link stripCount} is 1. */
  strip(index: number, load: PieceLoad): Promise<ImageBitmap>;
  /** A part of the image, far less sharp, to be shown until there is better. */
  readonly preview?: {
    box: ImageBox;
    load(load: PieceLoad): Promise<ImageBitmap>;
  };
}

/** First row and number of rows of a strip. */
export function stripSpan(size: ImageSize, index: number): { top: number; height: number } {
  if (stripCount(size) === 1) return { top: 0, height: size.height };
  const top = index * stripRows;
  return { top, height: Math.min(stripRows, size.height - top) };
}

/** Size of the overview; the image's own when it is small. */
export function overviewSize(size: ImageSize): ImageSize {
  const scale = Math.min(1, overviewSide / Math.max(size.width, size.height));
  return {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
}

/** An image that could not be read: missing file, broken bytes. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}
