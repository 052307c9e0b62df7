import type { ImageSize } from '../domain/comparison/comparison.ts';
import type { ImageBox } from '../domain/artifacts/image-pieces.ts';

export interface DerivedImage {
  bytes: Uint8Array;
  contentType: 'image/webp' | 'image/png';
}

/** A stored image; its bytes are asked for only when nothing derived from it is at hand. */
export interface OriginalImage {
  sha1: string;
  read(): Promise<Uint8Array>;
}

/**
 * Small images made from large ones, once, and then kept. Safe to call many times at once.
 *
 * All of it throws AppError `image_invalid` | `image_too_large` for an image that cannot be decoded, `unavailable` when
 * too many wait, and the signal's reason for whoever does not want the image any more.
 */
export interface DerivedImages {
  /** Width and height in pixels, as the file says; not limited to what can be decoded here. */
  size(image: OriginalImage): Promise<ImageSize>;
  /** WebP of `thumbnailSize`, around a box, else the top of the image. */
  thumbnail(image: OriginalImage, around: ImageBox | null, signal?: AbortSignal): Promise<DerivedImage>;
  /** The whole image as WebP, its longer side at most `overviewSide`. */
  overview(image: OriginalImage, signal?: AbortSignal): Promise<DerivedImage>;
  /**
   * Rows `index × stripRows` and on, without loss, as PNG.
   *
   * @throws AppError `not_found` when the image has no such strip
   */
  strip(image: OriginalImage, index: number, signal?: AbortSignal): Promise<DerivedImage>;
}
