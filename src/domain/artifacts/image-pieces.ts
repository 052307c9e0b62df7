/** The pieces that large images are cut into, shared by server and viewer. */

import type { ImageSize } from '../comparison/comparison.ts';

/** A box in pixels from the image's top left. */
export interface ImageBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Rows of one strip of a tall image. */
export const stripRows = 1_024;
/** An image with at most this many rows is its own only strip. */
const wholeRows = 4_096;
/** Longest side of an overview, in pixels. */
export const overviewSide = 2_048;
/** Size of a thumbnail, in pixels. */
export const thumbnailSize = { width: 240, height: 150 } as const;

/** Minimum width of a thumbnail's crop in image pixels, so that a small change keeps its context. */
const leastThumbnailWidth = 480;
/** Size of the crop relative to the box. */
const thumbnailMargin = 1.4;

export function stripCount({ height }: ImageSize): number {
  return height <= wholeRows ? 1 : Math.ceil(height / stripRows);
}

/** Thumbnail pixels that an outline keeps from its box and from the edge. */
const outlineGap = 5;

/** Where the outline of a box is in the thumbnail of a part, in thumbnail pixels; never beyond its edges. */
export function thumbnailOutline(part: ImageBox, box: ImageBox): ImageBox {
  const { width, height } = thumbnailSize;
  const scale = Math.max(width / part.width, height / part.height);
  // A part that is wider than a thumbnail is cut on both sides, one that is taller at its end.
  const cut = (part.width * scale - width) / 2;
  const inside = (at: number, limit: number) =>
    Math.round(Math.min(limit - outlineGap, Math.max(outlineGap, at)));
  const left = inside((box.left - part.left) * scale - cut - outlineGap, width - 2 * outlineGap);
  const top = inside((box.top - part.top) * scale - outlineGap, height - 2 * outlineGap);
  const right = inside((box.left + box.width - part.left) * scale - cut + outlineGap, width);
  const bottom = inside((box.top + box.height - part.top) * scale + outlineGap, height);
  return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

/** The part of an image to show in its thumbnail, in the thumbnail's aspect ratio as far as the image allows. */
export function thumbnailPart(size: ImageSize, around: ImageBox | null): ImageBox {
  const ratio = thumbnailSize.width / thumbnailSize.height;
  const wanted =
    around === null
      ? size.width
      : Math.max(
          leastThumbnailWidth,
          around.width * thumbnailMargin,
          around.height * ratio * thumbnailMargin,
        );
  const width = Math.min(size.width, Math.round(wanted));
  const height = Math.max(1, Math.min(size.height, Math.round(width / ratio)));
  if (around === null) return { left: 0, top: 0, width, height };
  const within = (middle: number, length: number, whole: number) =>
    Math.round(Math.max(0, Math.min(whole - length, middle - length / 2)));
  return {
    left: within(around.left + around.width / 2, width, size.width),
    top: within(around.top + around.height / 2, height, size.height),
    width,
    height,
  };
}
