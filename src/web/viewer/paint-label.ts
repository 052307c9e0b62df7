/** Words on images: white on a dark ground, so that they can be read on any image. */

import type { ImageSize } from '../../domain/comparison/comparison.ts';
import { boxOnPane, cut, type Frame } from './paint.ts';

type TagSize = 'usual' | 'small';
/** CSS pixels. */
const tagSizes = {
  usual: { font: 12, height: 22, padding: 8 },
  small: { font: 11, height: 14, padding: 6 },
} as const;

type Part = { left: number; top: number; width: number; height: number };

/** A label in the middle of the visible missing part. */
export function drawMissingLabel(frame: Frame, size: ImageSize, canvas: ImageSize, label: string): void {
  const part =
    size.height < canvas.height
      ? { left: 0, top: size.height, width: canvas.width, height: canvas.height - size.height }
      : { left: size.width, top: 0, width: canvas.width - size.width, height: canvas.height };
  drawLabel(frame, part, label);
}

/** Words in the middle of what is seen of a box, if it has room for them. @returns whether it had */
export function drawLabel(frame: Frame, part: Part, label: string): boolean {
  const box = cut(frame, boxOnPane(frame, part));
  for (const size of ['usual', 'small'] as const) {
    const { width, height } = tagSize(frame, label, size);
    if (box.right - box.left < width || box.bottom - box.top < height) continue;
    const left = Math.round((box.left + box.right - width) / 2);
    const top = Math.round((box.top + box.bottom - height) / 2);
    drawTag(frame, { left, top }, label, '#16191d', size);
    return true;
  }
  return false;
}

/** Device pixels of a tag with these words. */
export function tagSize({ context, pixelRatio }: Frame, words: string, size: TagSize = 'usual'): ImageSize {
  const { font, height, padding } = tagSizes[size];
  context.font = `${Math.round(font * pixelRatio)}px system-ui, sans-serif`;
  const width = context.measureText(words).width + 2 * padding * pixelRatio;
  return { width, height: height * pixelRatio };
}

/** @param at its top left corner, device pixels @param ground its fill */
export function drawTag(
  frame: Frame,
  at: { left: number; top: number },
  words: string,
  ground: string,
  size: TagSize = 'usual',
): void {
  const { context, pixelRatio } = frame;
  const { width, height } = tagSize(frame, words, size);
  context.fillStyle = ground;
  context.fillRect(at.left, at.top, width, height);
  context.fillStyle = '#ffffff';
  context.textBaseline = 'middle';
  context.fillText(words, at.left + tagSizes[size].padding * pixelRatio, at.top + height / 2 + pixelRatio);
}
