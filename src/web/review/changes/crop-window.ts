import { cropMargin, cropScale } from '../../kit/crop-scale.ts';
import type { ChangeSample } from './change-words.ts';

type Box = NonNullable<ChangeSample['before']>;

/** Where an image lies in a crop of it. */
export interface CropWindow {
  /** CSS pixels for each pixel of the image, 0.25 to 1. */
  scale: number;
  /** Pixels of the image above the crop. */
  top: number;
  /** Rows of the image that the crop shows. */
  rows: number;
  /** CSS length between the left edges of image and crop; `100cqw` is the width of the crop, which may grow. */
  left: string;
  /** CSS pixels from the left edge of the image and from the top edge of the crop to the change. */
  change: { left: number; top: number; width: number; height: number };
}

/**
 * The change in the middle of the crop, and nothing beyond the edges of the image while there is enough of it. A change
 * that is larger than the crop is shown from its beginning.
 *
 * @param room CSS pixels of the crop; it may be wider
 * @param image its size in pixels; without a width, until it has arrived, its right edge is not known
 */
export function cropWindow(
  box: Box,
  room: { width: number; height: number },
  image: { width: number | null; rows: number },
): CropWindow {
  const scale = cropScale(box, room);
  const fitting = room.height / scale;
  const placed = Math.min(box.top - cropMargin, box.top + (box.height - fitting) / 2, image.rows - fitting);
  const top = Math.max(0, Math.round(placed));
  const starts = [
    px((box.left - cropMargin) * scale),
    `${px((box.left + box.width / 2) * scale)} - 50cqw`,
    ...(image.width === null ? [] : [`${px(image.width * scale)} - 100cqw`]),
  ];
  return {
    scale,
    top,
    rows: Math.min(fitting, image.rows - top),
    left: `max(0px, min(${starts.join(', ')}))`,
    change: {
      left: Math.round(box.left * scale),
      top: Math.round((box.top - top) * scale),
      width: Math.round(box.width * scale),
      height: Math.round(box.height * scale),
    },
  };
}

function px(length: number): string {
  return `${Math.round(length)}px`;
}
