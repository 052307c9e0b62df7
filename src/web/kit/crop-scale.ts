import type { Box } from '../../domain/comparison/alignment.ts';

/** Pixels around a change that a crop shows with it, at least. */
export const cropMargin = 16;
const smallestScale = 0.25;
/** Text of a usual size can be read at it. */
const legibleScale = 0.6;

/**
 * CSS pixels for each pixel of the image in a crop that shows a change, 0.25 to 1: all of it with its margin if that can be
 * read. A change that is long in one direction only keeps a legible scale, and its end is cut off; an area is shrunk further,
 * to be recognized.
 *
 * @param room CSS pixels of the crop
 */
export function cropScale(
  { width, height }: Pick<Box, 'width' | 'height'>,
  room: { width: number; height: number },
): number {
  const across = room.width / (width + 2 * cropMargin);
  const down = room.height / (height + 2 * cropMargin);
  const least = Math.max(smallestScale, Math.min(legibleScale, Math.max(across, down)));
  return Math.min(1, Math.max(least, Math.min(across, down)));
}
