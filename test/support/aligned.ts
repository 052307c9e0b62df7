/** Comparisons as a worker reports them, with changes that tests make up. */

import type { Alignment, Box, Change } from '../../src/domain/comparison/alignment.ts';
import type { ComparisonDetails } from '../../src/domain/comparison/comparison-details.ts';

const size = { width: 1280, height: 3000 };

/** The fingerprint of a change that tests call by a word. */
export function fingerprintOf(word: string): string {
  const hex = [...word].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return `fp1:${hex.padEnd(32, '0').slice(0, 32)}`;
}

export interface MadeUpChange extends Partial<Omit<Change, 'fingerprint'>> {
  word: string;
  /** Top of its box; the third of the page that it is in is its place. */
  top?: number;
}

/** @param of words, each for one change, or more of it */
export function aligned(
  of: readonly (string | MadeUpChange)[],
  over: Partial<Alignment> = {},
): ComparisonDetails {
  const changes = of.map((one): Change => {
    const { word, top = 100, ...rest } = typeof one === 'string' ? { word: one } : one;
    const box: Box = { left: 40, top, width: 200, height: 60 };
    return {
      kind: 'changed',
      before: box,
      after: box,
      changedPixels: 500,
      fingerprint: fingerprintOf(word),
      ...rest,
    };
  });
  return {
    changedPixels: 500 * changes.length,
    diffRatio: 0.01,
    regions: [],
    regionCount: changes.length,
    before: size,
    after: size,
    canvas: size,
    metric: { name: 'dpxdt', version: 1 },
    alignment: {
      version: 1,
      summary: 'changed',
      movedPixels: 0,
      contentPixels: 500 * changes.length,
      residuePixels: 0,
      spacePixels: 0,
      truncated: false,
      blocks: [],
      blockCount: 0,
      changes,
      changeCount: changes.length,
      complete: true,
      ...over,
    },
  };
}

interface Compared {
  digest: string;
  before: { width: number; height: number };
  after: { width: number; height: number };
  regions: readonly { left: number; top: number; width: number; height: number; changedPixels: number }[];
}

/** One change for each region, as the alignment of seeded runs: equal for equal differences. */
export function alignmentOf({ digest, before, after, regions }: Compared): Partial<ComparisonDetails> {
  if (regions.length === 0) return {};
  const changes = regions.map((region, index): Change => {
    const within = ({ width, height }: Compared['before']): Box | null => {
      const right = Math.min(width, region.left + region.width);
      const bottom = Math.min(height, region.top + region.height);
      if (right <= region.left || bottom <= region.top) return null;
      return { left: region.left, top: region.top, width: right - region.left, height: bottom - region.top };
    };
    const [from, to] = [within(before), within(after)];
    const kind = from === null ? 'added' : to === null ? 'removed' : 'changed';
    const place = index.toString(16).padStart(4, '0');
    return {
      ...{ kind, before: from, after: to, changedPixels: region.changedPixels },
      fingerprint: `fp1:${digest.slice(0, 28)}${place}`,
    };
  });
  const { alignment } = aligned([]);
  return { before, after, alignment: { ...alignment!, changes, changeCount: changes.length } };
}
