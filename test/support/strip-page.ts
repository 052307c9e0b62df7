/** Pages of strips that look like lines of text, for tests of the alignment: small, and without a browser. */
import type { PlainPixels } from './png-writer.ts';
import { seededRandom } from './random-pair.ts';

export type Colour = readonly [number, number, number];

/** A strip over the whole width: lines of letters by a seed, or a plain area. */
export interface Strip {
  height: number;
  /** Equal seeds give equal letters; without one the strip is plain. */
  seed?: number;
  colour?: Colour;
  background?: Colour;
}

const white: Colour = [255, 255, 255];
const black: Colour = [20, 20, 20];

export function blankPage(width: number, height: number, colour: Colour = white): PlainPixels {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at += 3) data.set(colour, at);
  return { width, height, channels: 3, data };
}

export function fillRect(
  page: PlainPixels,
  [left, top, width, height]: readonly [number, number, number, number],
  colour: Colour,
): void {
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x++) page.data.set(colour, (y * page.width + x) * page.channels);
}

/** Letters of 6 × 9 px in lines of 16 px, inside a rectangle with a margin of 4 px. */
export function drawText(
  page: PlainPixels,
  [left, top, width, height]: readonly [number, number, number, number],
  seed: number,
  colour: Colour = black,
): void {
  const random = seededRandom(seed + 1);
  for (let y = top + 4; y + 9 <= top + height - 3; y += 16)
    for (let x = left + 4; x + 6 <= left + width - 4; x += 8) {
      if (random() < 0.15) continue;
      for (let dy = 0; dy < 9; dy++)
        for (let dx = 0; dx < 6; dx++) if (random() < 0.5) fillRect(page, [x + dx, y + dy, 1, 1], colour);
    }
}

export function stripPage(width: number, strips: readonly Strip[]): PlainPixels {
  const page = blankPage(
    width,
    strips.reduce((sum, { height }) => sum + height, 0),
  );
  let top = 0;
  for (const { height, seed, colour, background } of strips) {
    if (background !== undefined) fillRect(page, [0, top, width, height], background);
    if (seed !== undefined) drawText(page, [0, top, width, height], seed, colour);
    top += height;
  }
  return page;
}
