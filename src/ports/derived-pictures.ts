/** A box in pixels from the picture's top left. */
export interface PictureBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface DerivedPicture {
  bytes: Uint8Array;
  contentType: 'image/webp' | 'image/png';
}

/** A stored picture; its bytes are asked for only when nothing derived from it is at hand. */
export interface OriginalPicture {
  sha1: string;
  read(): Promise<Uint8Array>;
}

/** Rows of one strip of a tall picture. */
export const stripRows = 1_024;
/** A picture with at most this many rows has one strip: itself. */
export const wholeRows = 4_096;
/** Longest side of an overview, in pixels. */
export const overviewSide = 2_048;
/** Size of a thumbnail, in pixels. */
export const thumbnailSize = { width: 240, height: 150 } as const;

/**
 * Small pictures made from large ones, once, and then kept. Safe to call many times at once.
 *
 * All of it throws AppError `image_invalid` | `image_too_large` for a picture that cannot be decoded, `unavailable` when
 * too many wait, and the signal's reason for whoever does not want the picture any more.
 */
export interface DerivedPictures {
  /** WebP of {@link thumbnailSize}, around a box, else the top of the picture. */
  thumbnail(
    picture: OriginalPicture,
    around: PictureBox | null,
    signal?: AbortSignal,
  ): Promise<DerivedPicture>;
  /** The whole picture as WebP, its longer side at most {@link overviewSide}. */
  overview(picture: OriginalPicture, signal?: AbortSignal): Promise<DerivedPicture>;
  /**
   * Rows `index × stripRows` and on, without loss, as PNG.
   *
   * @throws AppError `not_found` when the picture has no such strip
   */
  strip(picture: OriginalPicture, index: number, signal?: AbortSignal): Promise<DerivedPicture>;
}
