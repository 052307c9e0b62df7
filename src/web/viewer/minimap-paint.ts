import type { ImageSize } from '../../domain/comparison/comparison.ts';
import type { Frame } from './paint.ts';
import { stripCount } from './image-source.ts';
import { placeRows, type ViewScene } from './scene.ts';
import type { ViewerImages } from './view-model.ts';

/** Smallest height of a region's tick, CSS pixels. */
const tickHeight = 3;

/** The image's rectangle in a map of `width` × `height` pixels: the whole height, at most the whole width. */
export function minimapBox(
  canvas: ImageSize,
  map: ImageSize,
): { left: number; width: number; height: number } {
  const scale = Math.min(map.width / canvas.width, map.height / canvas.height);
  const width = Math.max(8, Math.round(canvas.width * scale));
  return { left: Math.round((map.width - width) / 2), width, height: Math.round(canvas.height * scale) };
}

export interface MapScene {
  images: ViewerImages;
  scene: ViewScene;
  /** CSS pixels of one pane. */
  pane: ImageSize;
  /** Color of the ticks. */
  highlight: string;
}

/** Draws the whole image, a frame around the visible part, and a tick for every region. */
export function paintMinimap(frame: Frame, { images, scene, pane, highlight }: MapScene): void {
  const { context, pixelRatio, transform } = frame;
  const { canvas } = scene;
  const box = minimapBox(canvas, frame);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, frame.width, frame.height);
  const source = images.after ?? images.before;
  const perRow = box.height / canvas.height;
  const bitmap =
    source === null ? undefined : frame.piece(source, stripCount(source.size) === 1 ? 0 : 'overview');
  if (source !== null && bitmap !== undefined) {
    const width = Math.max(1, Math.round((box.width * source.size.width) / canvas.width));
    const height = Math.max(1, Math.round(source.size.height * perRow));
    const small = smallImage(bitmap, source.key, width, height);
    const perSourceRow = height / source.size.height;
    for (const run of placeRows(scene, source === images.after ? 'after' : 'before', source)) {
      const rows = Math.max(1, run.height * perSourceRow);
      const place = [box.left, run.top * perRow, width, Math.max(1, run.height * perRow)] as const;
      context.drawImage(small, 0, run.row * perSourceRow, width, rows, ...place);
    }
  }
  const seenTop = Math.max(0, transform.y) * perRow;
  const seenHeight = Math.min(box.height, (pane.height / transform.scale) * perRow);
  context.fillStyle = 'rgb(127 131 138 / 45%)';
  context.fillRect(0, 0, frame.width, seenTop);
  context.fillRect(0, seenTop + seenHeight, frame.width, box.height - seenTop - seenHeight);
  for (const region of scene.regions) {
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

let small: { key: string; canvas: OffscreenCanvas } | null = null;

/** The scaled-down image, cached because scaling is the most expensive step. */
function smallImage(bitmap: ImageBitmap, name: string, width: number, height: number): OffscreenCanvas {
  const key = `${name} ${width} ${height} ${bitmap.width} ${bitmap.height}`;
  if (small?.key === key) return small.canvas;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  small = { key, canvas };
  return canvas;
}
