/** What boxes have in common. */

import type { Box } from '../comparison/alignment.ts';
import { areaOf } from '../comparison/moved-parts.ts';

export function isNear(a: Box, b: Box, margin: number): boolean {
  return (
    a.left - margin < b.left + b.width &&
    b.left < a.left + a.width + margin &&
    a.top - margin < b.top + b.height &&
    b.top < a.top + a.height + margin
  );
}

export function commonArea(a: Box, b: Box): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Common area ÷ united area, 0–1. */
export function sharedShare(a: Box, b: Box): number {
  const common = commonArea(a, b);
  return common === 0 ? 0 : common / (areaOf(a) + areaOf(b) - common);
}
