/** What another decoder says about an alignment. */
import sharp from 'sharp';
import type { Alignment, Box } from '../../src/domain/comparison/alignment.ts';

/** RGB, row by row. */
interface Pixels {
  data: Buffer;
  width: number;
}

/** Colors this close are the same: browsers dither gradients by where they are drawn. */
const levels = 2;

export interface Witnessed {
  /** Channel values of blocks told as moved that are more than two levels apart. */
  falseClaims: number;
  /**
   * What is left, with the ink of what came and went instead of all its pixels: the steps of color along its rows. A photo that came
   * into view is content, but nothing that an alignment could have explained.
   */
  leftInk: number;
}

export async function witness(before: Buffer, after: Buffer, alignment: Alignment): Promise<Witnessed> {
  const [a, b] = await Promise.all([decode(before), decode(after)]);
  let leftInk = alignment.contentPixels;
  for (const change of alignment.changes) {
    if (change.kind === 'added') leftInk += inkOf(b, change.after!) - change.changedPixels;
    if (change.kind === 'removed') leftInk += inkOf(a, change.before!) - change.changedPixels;
  }
  return { falseClaims: falseClaims(a, b, alignment), leftInk };
}

async function decode(file: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(file).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width };
}

function falseClaims(a: Pixels, b: Pixels, { blocks }: Alignment): number {
  let wrong = 0;
  for (const { before, after } of blocks)
    for (let y = 0; y < before.height; y++) {
      const from = ((before.top + y) * a.width + before.left) * 3;
      const to = ((after.top + y) * b.width + after.left) * 3;
      for (let i = 0; i < before.width * 3; i++)
        if (Math.abs(a.data[from + i]! - b.data[to + i]!) > levels) wrong++;
    }
  return wrong;
}

/** Pixels of a box that differ by more than two levels from the one to their left. */
function inkOf({ data, width }: Pixels, { left, top, width: columns, height }: Box): number {
  let ink = 0;
  for (let y = top; y < top + height; y++)
    for (let x = left + 1; x < left + columns; x++) {
      const at = (y * width + x) * 3;
      const steps = [0, 1, 2].some((c) => Math.abs(data[at + c]! - data[at - 3 + c]!) > levels);
      if (steps) ink++;
    }
  return ink;
}
