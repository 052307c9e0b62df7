/** The viewer's source of pixels, always in small pieces. */

import type { ImageSize } from '../../domain/comparison/comparison.ts';
import { overviewSide, stripCount, stripRows, type ImageBox } from '../../domain/artifacts/image-pieces.ts';

export { stripCount, stripRows };

export type ImageKind = 'image' | 'mask' | 'forgiven';

/** `preview`: a small image that is probably loaded already; a number: a strip. */
export type PiecePart = 'preview' | 'overview' | number;

/** How a piece is loaded; a source may ignore both. */
export interface PieceLoad {
  /** Aborted when the piece is no longer wanted. */
  signal: AbortSignal;
  /** On screen, not prefetched. */
  isUrgent: boolean;
}

/** One image, in pieces. The caller owns a returned bitmap and closes it. Failures are {@link ImageError}s. */
export interface ImageSource {
  /** Equal keys, equal pixels. */
  readonly key: string;
  readonly size: ImageSize;
  /** The opaque pixels of a mask are shown in the highlight color, or in a separate one if forgiven. */
  readonly kind: ImageKind;
  /** The whole image, scaled down to at most `overviewSide` on its longer side. */
  overview(load: PieceLoad): Promise<ImageBitmap>;
  /** Rows `index × stripRows` and on; the only strip is the whole image when {@link stripCount} is 1. */
  strip(index: number, load: PieceLoad): Promise<ImageBitmap>;
  /** A blurry part of the image, shown until something sharper is loaded. */
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

/** An unreadable image: missing file, corrupt bytes. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}
