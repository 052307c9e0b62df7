import type { ComparisonResult, ComparisonSettings } from '../domain/comparison/comparison.ts';

/** An image on disk or in memory: PNG, JPEG or WebP, detected from its bytes. */
export type ImageSource =
  | { path: string }
  | {
      bytes: Uint8Array;
      /** A path for error messages. */
      name?: string;
    };

export interface DiffRequest {
  before: ImageSource;
  after: ImageSource;
  settings: ComparisonSettings;
  /** Whether to create a mask when the images differ. */
  withMask: boolean;
  /** Largest image, in pixels; default 50,000,000. */
  maxPixels?: number;
}

/** Compares images, and tells what they show, off the calling thread. Safe to call concurrently. */
export interface Comparer {
  /**
   * @throws AppError with a sentence that says which image and why: `image_invalid` (cannot be read or decoded),
   * `image_too_large` (pixels, a side, or the common canvas), `unprocessable` (took too long); `internal` if a thread
   * died, `unavailable` after `close`, neither of which is caused by the images
   */
  compare(request: DiffRequest): Promise<ComparisonResult>;
  /**
   * Creates the overlay as a PNG: the after image faded to gray, every changed pixel in a strong color, and every
   * region outlined.
   */
  overlay(after: ImageSource, comparison: ComparisonResult): Promise<Uint8Array>;
  /**
   * SHA-256 of width, height and the pixels as RGBA: equal for images that show the same, however they are encoded.
   *
   * @param maxPixels largest image, in pixels; default 50,000,000
   * @throws AppError as {@link compare} does
   */
  pixelsDigest(image: ImageSource, maxPixels?: number): Promise<string>;
  close(): Promise<void>;
}
