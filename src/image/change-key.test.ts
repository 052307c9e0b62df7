import { beforeAll, describe, expect, it } from 'vitest';
import { writePng, type PlainPixels } from '../../test/support/png-writer.ts';
import { readKernel } from '../adapters/pixels/kernel-file.ts';
import { comparisonDefaults } from '../domain/comparison/comparison.ts';
import { compareImages } from './compare.ts';
import { Kernel } from './kernel/kernel.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

type Colour = readonly [number, number, number];
const white: Colour = [255, 255, 255];
const red: Colour = [255, 0, 0];
const blue: Colour = [0, 0, 255];

/** A page of one color with a box of another in its middle, and a footer that may vary. */
function page(box: Colour, of: { ground?: Colour; footer?: Colour; height?: number; channels?: 3 | 4 } = {}) {
  const { ground = white, footer = ground, height = 40, channels = 3 } = of;
  const width = 37;
  const data = new Uint8Array(width * height * channels).fill(255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isBox = x >= 10 && x < 21 && y >= 8 && y < 15;
      data.set(isBox ? box : y >= 35 ? footer : ground, (y * width + x) * channels);
    }
  return { width, height, channels, data } satisfies PlainPixels;
}

async function keyOf(before: PlainPixels, after: PlainPixels, filter = 0): Promise<string | null> {
  const { changeKey } = await compareImages(
    kernel,
    { bytes: writePng(before, () => filter), label: 'before' },
    { bytes: writePng(after, () => filter), label: 'after' },
    { settings: comparisonDefaults, withMask: true },
  );
  return changeKey;
}

describe('the key of a change', () => {
  it('tells what a place became: red to blue is not red to nothing, nor blue to red, nor green to blue', async () => {
    const keys = [
      await keyOf(page(red), page(blue)),
      await keyOf(page(red), page(white)),
      await keyOf(page(blue), page(red)),
      await keyOf(page([0, 255, 0]), page(blue)),
      await keyOf(page(red), page([0, 0, 254])),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('is the same for the same change in two pages that are otherwise unlike', async () => {
    const key = await keyOf(page(red), page(blue));
    const elsewhere = { ground: [9, 9, 9], footer: [1, 2, 3] } as const;
    expect(await keyOf(page(red, elsewhere), page(blue, elsewhere))).toBe(key);
    const alpha = { ...elsewhere, channels: 4 } as const;
    expect(await keyOf(page(red, alpha), page(blue, alpha))).toBe(key);
  });

  it.each([0, 1, 2, 3, 4])('does not depend on how the file is written: filter %i', async (filter) => {
    expect(await keyOf(page(red), page(blue), filter)).toBe(await keyOf(page(red), page(blue)));
  });

  it('tells changes in size apart, also in what only one of the images has', async () => {
    const keys = [
      await keyOf(page(red), page(red, { height: 50 })),
      await keyOf(page(red), page(red, { height: 51 })),
      await keyOf(page(red, { height: 50 }), page(red)),
      await keyOf(page(red, { footer: blue }), page(red, { footer: blue, height: 50 })),
      await keyOf(page(red), page(red, { height: 50, footer: blue })),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(await keyOf(page(red), page(red, { height: 50 }))).toBe(keys[0]);
  });

  it('is none where nothing changed', async () => {
    expect(await keyOf(page(red), page(red))).toBeNull();
  });
});
