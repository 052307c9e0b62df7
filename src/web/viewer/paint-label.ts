/** Words on images: white on a dark ground, so that they can be read on any image. */

import type { ImageSize } from '../../domain/comparison/comparison.ts';
import { boxOnPane, cut, type Frame } from './paint.ts';

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
  const { width, height } = tagSize(frame, label);
  if (box.right - box.left < width || box.bottom - box.top < height) return false;
  const left = Math.round((box.left + box.right - width) / 2);
  const top = Math.round((box.top + box.bottom - height) / 2);
  drawTag(frame, { left, top }, label, '#16191d');
  return true;
}

/** Device pixels of a tag with these words. */
export function tagSize({ context, pixelRatio }: Frame, words: string): ImageSize {
  context.font = `${Math.round(12 * pixelRatio)}px system-ui, sans-serif`;
  return { width: context.measureText(words).width + 16 * pixelRatio, height: 22 * pixelRatio };
}

/** @param at its top left corner, device pixels @param colour of its ground */
export function drawTag(
  frame: Frame,
  at: { left: number; top: number },
  words: string,
  colour: string,
): void {
  const { context, pixelRatio } = frame;
  const { width, height } = tagSize(frame, words);
  context.fillStyle = colour;
  context.fillRect(at.left, at.top, width, height);
  context.fillStyle = '#ffffff';
  context.textBaseline = 'middle';
  context.fillText(words, at.left + 8 * pixelRatio, at.top + height / 2 + pixelRatio);
}
