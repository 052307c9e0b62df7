import type { ImageSize } from '../domain/comparison/comparison.ts';
import type { ImageBox } from '../domain/artifacts/image-pieces.ts';

export interface DerivedImage {
  bytes: Uint8Array;
  contentType: 'image/webp' | 'image/png';
}

/** A stored image; its bytes are read only if the derived image is not cached. */
export interface OriginalImage {
  sha1: string;
  read(): Promise<Uint8Array>;
}

/**
 * Small images derived from large ones and cached. Safe to call concurrently.
 *
 * All methods throw AppError `image_invalid` | `image_too_large` for an image that cannot be decoded, `unavailable` when
 * too many calls wait, and the signal's reason when aborted.
 */
export interface DerivedImages {
  /** Width and height in pixels from the file header; not limited to decodable sizes. */
  size(image: OriginalImage): Promise<ImageSize>;
  /** WebP of `thumbnailSize`, around a box, which is outlined, or from the top of the image. */
  thumbnail(image: OriginalImage, around: ImageBox | null, signal?: AbortSignal): Promise<DerivedImage>;
  /** The whole image as WebP, its longer side at most `overviewSide`. */
  overview(image: OriginalImage, signal?: AbortSignal): Promise<DerivedImage>;
  /**
   * The strip that starts at row `index × stripRows`, as a lossless PNG.
   *
   * @throws AppError `not_found` if the image has no such strip
   */
  strip(image: OriginalImage, index: number, signal?: AbortSignal): Promise<DerivedImage>;
}
