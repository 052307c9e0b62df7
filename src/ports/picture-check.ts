import type { OriginalPicture } from './derived-pictures.ts';

/** Finds out whether stored files are pictures. Safe to call many times at once. */
export interface PictureCheck {
  /**
   * Decodes it whole, as a comparison would; what was found good is remembered.
   *
   * @throws AppError `image_invalid` with a sentence that says why and what to do; `image_too_large` | `unprocessable`
   *   (took too long) where nothing is known; `unavailable` when too many wait; what reading it throws
   */
  check(picture: OriginalPicture): Promise<void>;
  close(): Promise<void>;
}
