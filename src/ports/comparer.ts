import type { ComparisonResult, ComparisonSettings } from '../domain/comparison/comparison.ts';

/** An image on disk or in memory: PNG, JPEG or WebP, told apart by its bytes. */
export type ImageSource =
  | { path: string }
  | {
      bytes: Uint8Array;
      /** How errors name it beside its role: a path. */
      name?: string;
    };

export interface DiffRequest {
  before: ImageSource;
  after: ImageSource;
  settings: ComparisonSettings;
  /** Whether a mask is wanted when the images differ. */
  withMask: boolean;
  /** Largest image, in pixels; default 50,000,000. */
  maxPixels?: number;
}

/** Compares images, away from the calling thread. Safe to call several times at once. */
export interface Comparer {
  /**
   * @throws AppError with a sentence that says which image and why: `image_invalid` (cannot be read or decoded),
   *   `image_too_large` (pixels, a side, or the common canvas), `unprocessable` (took too long); `internal` when a thread
   *   died, `unavailable` after `close`: neither is the images' fault
   */
  compare(request: DiffRequest): Promise<ComparisonResult>;
  /**
   * The overlay: the after image faded to grey with every changed pixel in a strong colour and every region
   * outlined, as a PNG.
   */
  overlay(after: ImageSource, comparison: ComparisonResult): Promise<Uint8Array>;
  close(): Promise<void>;
}
