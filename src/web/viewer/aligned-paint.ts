/** What is drawn over aligned images: gaps with their words, parts that moved, changes without a mask. */

import type { AlignedLayout, MovedPart } from './aligned-layout.ts';
import type { Box } from '../../domain/comparison/alignment.ts';
import { boxOnPane, clippedTo, fillBox, type Edges, type Frame } from './paint.ts';
import { drawLabel, drawTag, tagSize } from './paint-label.ts';
import { hatching } from './patterns.ts';
import type { Side } from './row-segments.ts';

/** Movement; the same in both themes, because the images are. */
const movedColour = '#2d6bff';
/** Parts lower than this on screen have no words; CSS pixels. */
const leastForWords = 28;
const changeFill = 0.3;

/** Words in the gaps of a side, and a line along both edges of each. */
export function drawGaps(
  frame: Frame,
  { gaps }: AlignedLayout,
  side: Side,
  { hasWords }: { hasWords: boolean },
): void {
  for (const gap of gaps) {
    if (gap.side !== side) continue;
    drawSeam(frame, gap.box);
    if (hasWords) drawLabel(frame, gap.box, gap.words);
  }
}

/** A seam with `−40 px` wherever only the before image has rows. */
export function drawRemovedRows(frame: Frame, { gaps }: AlignedLayout): void {
  for (const { side, box } of gaps) {
    if (side !== 'after') continue;
    const edges = drawSeam(frame, box);
    if (edges === null) continue;
    const words = `−${box.height.toLocaleString('en-US')} px`;
    if (drawLabel(frame, box, words)) continue;
    const size = tagSize(frame, words);
    const middle = (edges.top + edges.bottom) / 2;
    drawTag(
      frame,
      { left: edges.right - size.width, top: Math.round(middle - size.height / 2) },
      words,
      '#16191d',
    );
  }
}

/** @returns null if it is not on screen */
function drawSeam(frame: Frame, gap: Box): Edges | null {
  const edges = boxOnPane(frame, gap);
  const line = Math.max(1, Math.round(frame.pixelRatio));
  if (edges.bottom + 2 * line < 0 || edges.top - 2 * line > frame.height) return null;
  for (const top of [edges.top - line, edges.bottom]) {
    fillBox(frame, { ...edges, top, bottom: top + line }, '#16191d');
    fillBox(frame, { ...edges, top: top + line, bottom: top + 2 * line }, '#ffffff');
  }
  return edges;
}

/** A thin outline of a part that moved, with its arrow; dashed if it was reordered, filled if `isLit`. */
export function drawMovedPart(
  frame: Frame,
  part: MovedPart,
  side: Side,
  { isLit, hasArrow }: { isLit: boolean; hasArrow: boolean },
): void {
  const { context, pixelRatio } = frame;
  const edges = boxOnPane(frame, part[side]);
  if (edges.bottom < 0 || edges.right < 0 || edges.top > frame.height || edges.left > frame.width) return;
  if (isLit) {
    context.globalAlpha = 0.2;
    fillBox(frame, edges, movedColour);
    context.globalAlpha = 1;
  }
  const line = Math.max(1, Math.round((isLit ? 2 : 1) * pixelRatio));
  const halo = line + 2 * Math.round(pixelRatio);
  const around = outside(frame, edges, halo);
  const dash = part.kind === 'reordered' ? [6 * pixelRatio, 4 * pixelRatio] : [];
  context.save();
  outline(context, around, halo, 'rgb(255 255 255 / 80%)');
  context.setLineDash(dash);
  outline(context, around, line, movedColour);
  context.restore();
  if (hasArrow && edges.bottom - edges.top >= leastForWords * pixelRatio)
    drawTag(frame, { left: Math.max(0, edges.left), top: Math.max(0, edges.top) }, part.arrow, movedColour);
}

/** The middle of a line around a box: outside, so that it hides nothing, but within the pane. */
function outside({ width, height }: Frame, edges: Edges, line: number): Edges {
  const half = line / 2;
  return {
    left: edges.left >= 0 ? Math.max(half, edges.left - half) : edges.left - half,
    top: edges.top >= 0 ? Math.max(half, edges.top - half) : edges.top - half,
    right: edges.right <= width ? Math.min(width - half, edges.right + half) : edges.right + half,
    bottom: edges.bottom <= height ? Math.min(height - half, edges.bottom + half) : edges.bottom + half,
  };
}

function outline(context: CanvasRenderingContext2D, edges: Edges, width: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.strokeRect(edges.left, edges.top, edges.right - edges.left, edges.bottom - edges.top);
}

/** The whole boxes of changes, tinted: where there is no mask of them, and of what is only in the before image. */
export function drawChangeBoxes(
  frame: Frame,
  { changes }: AlignedLayout,
  side: Side,
  colour: string,
  opacity: number,
): void {
  const { context } = frame;
  for (const { change, [side]: box } of changes) {
    if (box === null || change.kind === 'reordered' || change.kind === 'space') continue;
    if (side === 'before' && change.kind !== 'removed') continue;
    context.globalAlpha = changeFill * opacity;
    fillBox(frame, boxOnPane(frame, box), colour);
    context.globalAlpha = 1;
  }
}

/** What was removed from a part of a row leaves a hatched area where it was. */
export function drawRemovedAreas(frame: Frame, { changes, segments }: AlignedLayout): void {
  const { context } = frame;
  for (const { change, before } of changes) {
    if (change.kind !== 'removed' || before === null) continue;
    const isGap = segments.some(
      ({ top, height, after }) =>
        after === null && before.top < top + height && top < before.top + before.height,
    );
    if (isGap) continue;
    context.globalAlpha = 0.6;
    clippedTo(frame, before, () => fillBox(frame, boxOnPane(frame, before), hatching(context)));
    context.globalAlpha = 1;
  }
}
