/** The bands between two panes that join a part's old and new place. Pure; CSS pixels. */

import type { MovedPart } from './aligned-layout.ts';
import type { Transform } from './transform.ts';

/** Bands of the biggest parts; more would hide each other. */
const maxBands = 40;
/** Least distance of the words of two bands. */
const wordsHeight = 24;

export interface BandShape {
  /** Index of the part. */
  part: number;
  /** A path in the gutter; an S from the place in the left pane to the place in the right one. */
  path: string;
  /** The middle of its words. */
  words: number;
}

/** The parts that have a band, the biggest ones, in their order. */
export function partsWithBand(parts: readonly MovedPart[]): number[] {
  const area = (index: number) => parts[index]!.after.width * parts[index]!.after.height;
  return parts
    .flatMap(({ isAlone }, index) => (isAlone ? [index] : []))
    .sort((a, b) => area(b) - area(a))
    .slice(0, maxBands)
    .sort((a, b) => a - b);
}

/** The bands that are seen. @param gutter the space between the panes */
export function bandShapes(
  parts: readonly MovedPart[],
  shown: readonly number[],
  { y, scale }: Transform,
  gutter: { width: number; height: number },
): BandShape[] {
  const bands = shown.flatMap((index): BandShape[] => {
    const { before, after } = parts[index]!;
    const edges = [before, after].map(({ top, height }) => ({
      top: (top - y) * scale,
      bottom: (top + height - y) * scale,
    }));
    const [left, right] = edges as [{ top: number; bottom: number }, { top: number; bottom: number }];
    const top = Math.max(0, (left.top + right.top) / 2);
    const bottom = Math.min(gutter.height, (left.bottom + right.bottom) / 2);
    if (bottom <= top) return [];
    return [{ part: index, path: bandPath(left, right, gutter.width), words: (top + bottom) / 2 }];
  });
  return spreadWords(bands, gutter.height);
}

function bandPath(
  left: { top: number; bottom: number },
  right: { top: number; bottom: number },
  width: number,
): string {
  const middle = round(width / 2);
  const [leftTop, leftBottom, rightTop, rightBottom] = [left.top, left.bottom, right.top, right.bottom].map(
    round,
  );
  return [
    `M0 ${leftTop}`,
    `C${middle} ${leftTop} ${middle} ${rightTop} ${width} ${rightTop}`,
    `L${width} ${rightBottom}`,
    `C${middle} ${rightBottom} ${middle} ${leftBottom} 0 ${leftBottom}Z`,
  ].join('');
}

/** Words never lie on each other: the lower ones move down. */
function spreadWords(bands: readonly BandShape[], height: number): BandShape[] {
  let next = wordsHeight / 2;
  const spread = [...bands]
    .sort((a, b) => a.words - b.words)
    .map((band) => {
      const words = Math.max(band.words, next);
      next = words + wordsHeight;
      return { ...band, words: round(words) };
    });
  return spread.map((band) => ({
    ...band,
    words: Math.min(band.words, Math.max(0, height - wordsHeight / 2)),
  }));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
