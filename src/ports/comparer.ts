import type { ComparisonResult, ComparisonSettings } from '../domain/comparison/comparison.ts';

/** A picture on disk or in memory: PNG, JPEG or WebP, told apart by its bytes. */
export type PictureSource =
  | { path: string }
  | {
      bytes: Uint8Array;
      /** How errors name it beside its role: a path. */
      name?: string;
    };

export interface DiffRequest {
  before: PictureSource;
  after: PictureSource;
  settings: ComparisonSettings;
  /** Whether a mask is wanted when the pictures differ. */
  withMask: boolean;
  /** Largest picture, in pixels; default 50,000,000. */
  maxPixels?: number;
}

/** Compares pictures, away from the calling thread. Safe to call several times at once. */
export interface Differ {
  /**
   * @throws AppError with a sentence that says which picture and why: `image_invalid` (cannot be read or decoded),
   *   `image_too_large` (pixels, a side, or the common canvas), `unprocessable` (took too long); `internal` when a thread
   *   died, `unavailable` after `close`: neither is the pictures' fault
   */
  compare(request: DiffRequest): Promise<ComparisonResult>;
  /**
   * The overlay: the after picture faded to grey with every changed pixel in a strong colour and every region
   * outlined, as a PNG.
   */
  overlay(after: PictureSource, comparison: ComparisonResult): Promise<Uint8Array>;
  close(): Promise<void>;
}
