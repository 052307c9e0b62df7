import type { OriginalImage } from './derived-images.ts';

/** Finds out whether stored files are images. Safe to call many times at once. */
export interface ImageCheck {
  /**
   * Decodes it whole, as a comparison would; what was found good is remembered.
   *
   * @throws AppError `image_invalid` with a sentence that says why and what to do; `image_too_large` | `unprocessable`
   *   (took too long) where nothing is known; `unavailable` when too many wait; what reading it throws
   */
  check(image: OriginalImage): Promise<void>;
  close(): Promise<void>;
}
