/** The one transform that every pane shares: pure geometry, in image pixels and CSS pixels. */

import type { ImageSize, Region } from '../../domain/comparison/comparison.ts';

/** The canvas point (image pixels) at a pane's top left corner, and CSS pixels per image pixel. */
export interface Transform {
  x: number;
  y: number;
  scale: number;
}

export interface Point {
  x: number;
  y: number;
}

/** 3,200 %. */
const maxScale = 32;
/** 5 %; the whole image may need less, see {@link minScaleOf}. */
const usualMinScale = 0.05;

/** Whole image in the pane, never blown up. */
export function scaleToFitAll(content: ImageSize, pane: ImageSize): number {
  return Math.min(1, pane.width / content.width, pane.height / content.height);
}

/** Whole width in the pane, never blown up. */
export function scaleToFitWidth(content: ImageSize, pane: ImageSize): number {
  return Math.min(1, pane.width / content.width);
}

function minScaleOf(content: ImageSize, pane: ImageSize): number {
  return Math.min(usualMinScale, scaleToFitAll(content, pane));
}

/**
 * Keeps the image in the pane: without a gap at an edge where it is larger; where it is smaller, in the middle. A page
 * that fills the width but not the height stands at the top, so that pages of different heights begin at one place.
 */
export function clampTransform(transform: Transform, content: ImageSize, pane: ImageSize): Transform {
  const scale = Math.min(maxScale, Math.max(minScaleOf(content, pane), transform.scale));
  return {
    scale,
    x: clampAxis(transform.x, content.width, pane.width / scale),
    y: clampHeight(transform.y, content, scale, pane),
  };
}

function clampHeight(y: number, content: ImageSize, scale: number, pane: ImageSize): number {
  const visible = pane.height / scale;
  if (content.height > visible) return clampAxis(y, content.height, visible);
  const share = (content.width * scale) / pane.width;
  const centring = Math.min(1, Math.max(0, (0.8 - share) / 0.3));
  return ((content.height - visible) / 2) * centring;
}

function clampAxis(position: number, content: number, visible: number): number {
  if (content <= visible) return (content - visible) / 2;
  return Math.min(content - visible, Math.max(0, position));
}

/** Scales by `factor` so that the image point under `at` (CSS pixels in the pane) stays there. */
export function zoomAt(
  transform: Transform,
  factor: number,
  at: Point,
  content: ImageSize,
  pane: ImageSize,
): Transform {
  const scale = Math.min(maxScale, Math.max(minScaleOf(content, pane), transform.scale * factor));
  const x = transform.x + at.x / transform.scale - at.x / scale;
  const y = transform.y + at.y / transform.scale - at.y / scale;
  return clampTransform({ x, y, scale }, content, pane);
}

/** From this scale on, the text of a page can be read. */
const legibleScale = 0.6;
/** CSS pixels around a region that a page opens at. */
const openingMargin = 24;

/**
 * Fit width without a region. Otherwise as large as is needed to see the region well, 100 % at most: the region whole
 * if it can be read then, else its beginning. It begins in the upper third of the pane.
 */
export function openingTransform(region: Region | null, content: ImageSize, pane: ImageSize): Transform {
  const fit = scaleToFitWidth(content, pane);
  if (region === null) return clampTransform({ x: 0, y: 0, scale: fit }, content, pane);
  const margins = 2 * openingMargin;
  const whole = Math.min((pane.width - margins) / region.width, (pane.height - margins) / region.height);
  const scale = Math.max(fit, legibleScale, Math.min(1, whole));
  const isWide = region.width * scale > pane.width - margins;
  const x = isWide
    ? region.left - openingMargin / scale
    : region.left + region.width / 2 - pane.width / scale / 2;
  const y = region.top - openingTop(region.height * scale, pane.height) / scale;
  return clampTransform({ x, y, scale }, content, pane);
}

/** Where a region begins in its pane, in CSS pixels: in the upper third, higher if it would not fit below. */
function openingTop(height: number, pane: number): number {
  return Math.max(openingMargin, Math.min(pane / 3, pane - height - openingMargin));
}

/** The point of a pane around which to zoom so that a region that is seen stays in view; null if none of it is seen. */
export function zoomPoint(region: Region, { x, y, scale }: Transform, pane: ImageSize): Point | null {
  const along = (start: number, length: number, from: number, visible: number) => {
    const first = (start - from) * scale;
    const last = first + length * scale;
    if (last <= 0 || first >= visible) return null;
    return Math.min(visible, Math.max(0, (first + last) / 2));
  };
  const column = along(region.left, region.width, x, pane.width);
  const row = along(region.top, region.height, y, pane.height);
  return column === null || row === null ? null : { x: column, y: row };
}

/**
 * The region's box in the center. The scale stays when the box is well seen with it; otherwise it changes just enough,
 * up to 200 %.
 */
export function regionTransform(
  region: Region,
  current: number,
  content: ImageSize,
  pane: ImageSize,
): Transform {
  const whole = Math.min(pane.width / (region.width + 48), pane.height / (region.height + 48));
  const readable = Math.max(current, Math.min(1, 24 / Math.max(1, Math.min(region.width, region.height))));
  const scale = Math.min(2, Math.max(minScaleOf(content, pane), Math.min(readable, whole)));
  const keep = current <= 2 && current >= scale * 0.999 && current <= whole;
  const chosen = keep ? current : scale;
  return clampTransform(
    {
      scale: chosen,
      x: region.left + region.width / 2 - pane.width / chosen / 2,
      y: region.top + region.height / 2 - pane.height / chosen / 2,
    },
    content,
    pane,
  );
}

/** Changes the scale and keeps the image's row in the middle of the pane. */
export function recentred(transform: Transform, scale: number, pane: ImageSize): Transform {
  const middle = transform.y + pane.height / transform.scale / 2;
  return { x: transform.x, y: middle - pane.height / scale / 2, scale };
}

/** The image point under a pane coordinate. */
export function toImage(transform: Transform, point: Point): Point {
  return { x: transform.x + point.x / transform.scale, y: transform.y + point.y / transform.scale };
}
