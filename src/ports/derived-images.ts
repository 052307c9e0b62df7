import type { PictureSize } from '../domain/comparison/comparison.ts';
import type { PictureBox } from '../domain/artifacts/image-pieces.ts';

export interface DerivedPicture {
  bytes: Uint8Array;
  contentType: 'image/webp' | 'image/png';
}

/** A stored picture; its bytes are asked for only when nothing derived from it is at hand. */
export interface OriginalPicture {
  sha1: string;
  read(): Promise<Uint8Array>;
}

/**
 * Small pictures made from large ones, once, and then kept. Safe to call many times at once.
 *
 * All of it throws AppError `image_invalid` | `image_too_large` for a picture that cannot be decoded, `unavailable` when
 * too many wait, and the signal's reason for whoever does not want the picture any more.
 */
export interface DerivedPictures {
  /** Width and height in pixels, as the file says; not limited to what can be decoded here. */
  size(picture: OriginalPicture): Promise<PictureSize>;
  /** WebP of `thumbnailSize`, around a box, else the top of the picture. */
  thumbnail(
    picture: OriginalPicture,
    around: PictureBox | null,
    signal?: AbortSignal,
  ): Promise<DerivedPicture>;
  /** The whole picture as WebP, its longer side at most `overviewSide`. */
  overview(picture: OriginalPicture, signal?: AbortSignal): Promise<DerivedPicture>;
  /**
   * Rows `index × stripRows` and on, without loss, as PNG.
   *
   * @throws AppError `not_found` when the picture has no such strip
   */
  strip(picture: OriginalPicture, index: number, signal?: AbortSignal): Promise<DerivedPicture>;
}
