/** The part of an image that says most about a difference, for a small image of it. */

import type { Alignment, Box } from './alignment.ts';
import type { Region } from './comparison.ts';
import { areaOf, joinedBlocks, toldChanges } from './moved-parts.ts';

interface Compared {
  regions: readonly Region[];
  alignment?: Alignment | null | undefined;
}

/**
 * The biggest region; where parts of the page moved, which makes regions of all of them, the biggest change apart from moving.
 * Null if nothing differs.
 */
export function tellingPart({ regions, alignment }: Compared, side: 'before' | 'after'): Box | null {
  if (alignment && (alignment.summary === 'moved' || alignment.summary === 'moved_and_changed')) {
    const changes = toldChanges(alignment.changes).filter((change) => change[side] !== null);
    const change = biggest(changes, (one) => one.changedPixels || areaOf(one[side]!) / maxPixels);
    const found = change?.[side] ?? joinedBlocks(alignment.blocks)[0]?.[side];
    if (found !== undefined) return found;
  }
  const region = biggest(regions, ({ changedPixels }) => changedPixels);
  if (region === null) return null;
  const { left, top, width, height } = region;
  return { left, top, width, height };
}

/** More than any image has: where no pixel of a change counts, its area does, after all others. */
const maxPixels = 2 ** 40;

function biggest<T>(items: readonly T[], sizeOf: (item: T) => number): T | null {
  return items.reduce<T | null>(
    (best, item) => (best === null || sizeOf(item) > sizeOf(best) ? item : best),
    null,
  );
}
