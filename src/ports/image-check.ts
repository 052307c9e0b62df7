import type { OriginalImage } from './derived-images.ts';

/** Checks whether stored files are images. Safe to call concurrently. */
export interface ImageCheck {
  /**
   * Decodes the whole image, as a comparison would; remembers good ones.
   *
   * @throws AppError `image_invalid` with a sentence that says why and what to do; `image_too_large` |
   * `unprocessable` (took too long) if the check was inconclusive; `unavailable` if too many calls wait; errors from
   * reading the file
   */
  check(image: OriginalImage): Promise<void>;
  close(): Promise<void>;
}
