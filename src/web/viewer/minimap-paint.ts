import type { PictureSize } from '../../domain/comparison.ts';
import type { Frame } from './paint.ts';
import { stripCount } from './picture-source.ts';
import type { ViewerPictures } from './view-model.ts';

/** Smallest height of a region's tick, CSS pixels. */
const tickHeight = 3;

/** Where the picture stands in a map of `width` × `height` pixels: the whole height, at most the whole width. */
export function minimapBox(
  canvas: PictureSize,
  map: PictureSize,
): { left: number; width: number; height: number } {
  const scale = Math.min(map.width / canvas.width, map.height / canvas.height);
  const width = Math.max(8, Math.round(canvas.width * scale));
  return { left: Math.round((map.width - width) / 2), width, height: Math.round(canvas.height * scale) };
}

/** The whole picture small, what is seen of it as a frame, and a tick for every region. */
export function paintMinimap(
  frame: Frame,
  pictures: ViewerPictures,
  pane: PictureSize,
  highlight: string,
): void {
  const { context, pixelRatio, transform } = frame;
  const box = minimapBox(pictures.canvas, frame);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, frame.width, frame.height);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  const source = pictures.after ?? pictures.before;
  const perRow = box.height / pictures.canvas.height;
  if (source !== null) {
    const bitmap = frame.piece(source, stripCount(source.size) === 1 ? 0 : 'overview');
    const width = Math.max(1, (box.width * source.size.width) / pictures.canvas.width);
    if (bitmap !== undefined)
      context.drawImage(bitmap, box.left, 0, width, Math.max(1, source.size.height * perRow));
  }
  const seenTop = Math.max(0, transform.y) * perRow;
  const seenHeight = Math.min(box.height, (pane.height / transform.scale) * perRow);
  context.fillStyle = 'rgb(127 131 138 / 45%)';
  context.fillRect(0, 0, frame.width, seenTop);
  context.fillRect(0, seenTop + seenHeight, frame.width, box.height - seenTop - seenHeight);
  for (const region of pictures.regions) {
    const height = Math.max(tickHeight * pixelRatio, region.height * perRow);
    const top = Math.min(box.height - height, region.top * perRow);
    context.fillStyle = '#16191d';
    context.fillRect(0, top - pixelRatio, frame.width, height + 2 * pixelRatio);
    context.fillStyle = highlight;
    context.fillRect(0, top, frame.width, height);
  }
  const line = 2 * pixelRatio;
  context.strokeStyle = '#16191d';
  context.lineWidth = line * 2;
  context.strokeRect(line, seenTop + line, frame.width - 2 * line, Math.max(line, seenHeight - 2 * line));
  context.strokeStyle = '#ffffff';
  context.lineWidth = line;
  context.strokeRect(line, seenTop + line, frame.width - 2 * line, Math.max(line, seenHeight - 2 * line));
}
