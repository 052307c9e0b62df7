import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { writePng } from '../../test/support/png-writer.ts';
import type { PlainPixels } from '../../test/support/png-writer.ts';
import { readKernel } from '../adapters/pixels/kernel-file.ts';
import { comparisonDefaults, type ComparisonSettings } from '../domain/comparison/comparison.ts';
import { compareImages } from './compare.ts';
import { Kernel } from './kernel/kernel.ts';
import { composeOverlay } from './overlay.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

function page(height: number, boxes: readonly (readonly [number, number, number, number])[]): PlainPixels {
  const width = 120;
  const data = new Uint8Array(width * height * 3).fill(255);
  for (const [left, top, w, h] of boxes) {
    for (let y = top; y < top + h; y++) data.fill(20, (y * width + left) * 3, (y * width + left + w) * 3);
  }
  return { width, height, channels: 3, data };
}

async function overlayOf(
  before: Buffer,
  after: Buffer,
  withMask = true,
  part: Partial<ComparisonSettings> = {},
) {
  const named = (bytes: Buffer) => ({ bytes, label: 'image' });
  const difference = await compareImages(kernel, named(before), named(after), {
    settings: { ...comparisonDefaults, ...part },
    withMask,
  });
  const overlay = await composeOverlay(named(after), difference);
  const { data, info } = await sharp(overlay).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  return { difference, info, at };
}

const pink = [0xff, 0x2d, 0x9b];

describe('composeOverlay', () => {
  it('fades the page, paints what changed and outlines the region without covering it', async () => {
    const before = writePng(page(80, [[10, 10, 20, 20]]));
    const after = writePng(
      page(80, [
        [10, 10, 20, 20],
        [70, 40, 16, 8],
      ]),
    );
    const { difference, info, at } = await overlayOf(before, after);
    expect(difference.regions).toEqual([{ left: 70, top: 40, width: 16, height: 8, changedPixels: 128 }]);
    expect({ width: info.width, height: info.height }).toEqual({ width: 120, height: 80 });
    expect(at(0, 0)).toEqual([255, 255, 255]);
    const faded = at(15, 15);
    expect(new Set(faded).size).toBe(1);
    expect(faded[0]).toBeGreaterThan(120);
    expect(faded[0]).toBeLessThan(200);
    for (const [x, y] of [
      [70, 40],
      [85, 47],
      [75, 44],
    ] as const) {
      expect(at(x, y)).toEqual(pink);
    }
    expect(at(69, 44)).toEqual([255, 255, 255]);
    expect(at(68, 44)).toEqual([0x16, 0x19, 0x1d]);
    expect(at(86, 39)).toEqual([255, 255, 255]);
    expect(at(87, 38)).toEqual([0x16, 0x19, 0x1d]);
  });

  it('covers the whole canvas when the page became shorter', async () => {
    const { info, at } = await overlayOf(writePng(page(90, [])), writePng(page(60, [])));
    expect(info.height).toBe(90);
    expect(at(60, 30)).toEqual([255, 255, 255]);
    expect(at(60, 75)).toEqual(pink);
  });

  it('outlines regions without a mask, and lays a transparent page on white', async () => {
    const clear: PlainPixels = { width: 40, height: 40, channels: 4, data: new Uint8Array(6400) };
    const marked = { ...clear, data: clear.data.slice().fill(255, (20 * 40 + 20) * 4, (20 * 40 + 24) * 4) };
    const { at } = await overlayOf(writePng(clear), writePng(marked), false);
    expect(at(2, 2)).toEqual([255, 255, 255]);
    expect(at(18, 20)).toEqual([0x16, 0x19, 0x1d]);
  });

  it('refuses a mask of another image', async () => {
    const [small, large] = [page(40, [[1, 1, 3, 3]]), page(80, [])];
    const { difference } = await overlayOf(writePng(page(40, [])), writePng(small));
    await expect(
      composeOverlay({ bytes: writePng(large), label: 'after image' }, { ...difference, canvas: large }),
    ).rejects.toMatchObject({ code: 'image_invalid' });
  });

  it('paints and outlines what was forgiven in a colour that means nothing else', async () => {
    const before = writePng(page(80, []));
    const after = writePng(page(80, [[70, 40, 16, 8]]));
    const { at } = await overlayOf(before, after, true, { maxDiffPixels: 128 });
    // What is within the limits is both, and red comes first; below the threshold it is forgiven only.
    expect(at(75, 44)).toEqual(pink);
    const { at: atForgiven } = await overlayOf(before, after, true, { threshold: 1 });
    expect(atForgiven(75, 44)).toEqual([0x00, 0x5a, 0xff]);
    expect(atForgiven(69, 44)).toEqual([255, 255, 255]);
    expect(atForgiven(68, 44)).toEqual([0x16, 0x19, 0x1d]);
  });
});
