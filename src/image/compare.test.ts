import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { chunk, pngFile, writePng } from '../../test/support/png-writer.ts';
import type { PlainPixels } from '../../test/support/png-writer.ts';
import { seededRandom } from '../../test/support/random-pair.ts';
import { readKernel } from '../adapters/pixels/kernel-file.ts';
import { comparisonDefaults } from '../domain/comparison/comparison.ts';
import { compareImages } from './compare.ts';
import type { CompareOptions } from './compare.ts';
import { Kernel } from './kernel/kernel.ts';

let module: WebAssembly.Module;
let kernel: Kernel;
beforeAll(async () => {
  module = await readKernel();
  kernel = new Kernel(module);
});

function compare(before: Uint8Array, after: Uint8Array, options: Partial<CompareOptions> = {}) {
  return compareImages(
    kernel,
    { bytes: before, label: 'before image' },
    { bytes: after, label: 'after image' },
    { settings: comparisonDefaults, withMask: false, ...options },
  );
}

function noise(width: number, height: number, channels: 3 | 4, seed: number): PlainPixels {
  const random = seededRandom(seed);
  // Runs of equal and of slowly changing bytes, so that every branch of Paeth is taken.
  let value = 0;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    if (random() < 0.7) value = (value + Math.floor(random() * 7) - 3) & 255;
    else if (random() < 0.3) value = Math.floor(random() * 256);
    return value;
  });
  return { width, height, channels, data };
}

function paint(pixels: PlainPixels, spots: readonly (readonly [number, number])[], value = 0): PlainPixels {
  const data = pixels.data.slice();
  for (const [x, y] of spots) {
    const at = (y * pixels.width + x) * pixels.channels;
    data.fill(value, at, at + 3);
  }
  return { ...pixels, data };
}

describe('reconstruction of PNG filters', () => {
  for (const channels of [3, 4] as const) {
    for (const filter of [0, 1, 2, 3, 4]) {
      it(`gives sharp's bytes for filter ${filter} with ${channels} channels, at every width`, async () => {
        for (const width of [1, 2, 3, 4, 5, 6, 7, 11, 15, 16, 17, 21, 33, 64, 65, 100]) {
          const pixels = noise(width, 9, channels, width * 10 + filter);
          const file = writePng(pixels, () => filter);
          const decoded = await sharp(file).raw().toBuffer();
          expect(decoded.equals(pixels.data)).toBe(true);
          // The other side is unfiltered: every byte that the kernel reconstructs is compared with sharp's.
          const other = writePng({ ...pixels, data: decoded });
          const result = await compare(file, other, {
            settings: { ...comparisonDefaults, antialiasing: 'count' },
          });
          expect([width, result.changedPixels, result.distortion]).toEqual([width, 0, 0]);
        }
      });
    }
  }

  it('goes back for the rows above only when it must, and gets them right', async () => {
    const random = seededRandom(3);
    for (let round = 0; round < 60; round++) {
      const channels = round % 2 === 0 ? 3 : 4;
      const before = noise(40, 30, channels, round);
      if (channels === 4) for (let i = 3; i < before.data.length; i += 4) before.data[i] = 255;
      const spots = Array.from(
        { length: 1 + Math.floor(random() * 4) },
        () => [Math.floor(random() * 40), Math.floor(random() * 30)] as const,
      );
      const after = paint(before, spots, 128);
      let error = 0;
      for (let i = 0; i < before.data.length; i++) error += (before.data[i]! - after.data[i]!) ** 2;
      // The same filters on both sides, as one encoder would choose them: equal rows stay filtered.
      const filters = Array.from({ length: 30 }, () => Math.floor(random() * 5));
      const file = (pixels: PlainPixels) => writePng(pixels, (y) => filters[y]!);
      const result = await compare(file(before), file(after), {
        settings: { ...comparisonDefaults, antialiasing: 'count' },
      });
      expect(result.distortion).toBeCloseTo(Math.sqrt(error / (3 * 40 * 30)) / 255, 12);
      // noise may have painted 128 by itself
      expect(result.changedPixels).toBeLessThanOrEqual(spots.length);
    }
  });
});

describe('distortion', () => {
  const solid = (width: number, height: number, colour: number[]): PlainPixels => ({
    width,
    height,
    channels: colour.length as 3 | 4,
    data: Uint8Array.from({ length: width * height * colour.length }, (_, i) => colour[i % colour.length]!),
  });

  it('is 1 between black and white', async () => {
    const result = await compare(
      writePng(solid(20, 20, [0, 0, 0])),
      writePng(solid(20, 20, [255, 255, 255])),
    );
    expect(result).toMatchObject({ distortion: 1, changedPixels: 400 });
  });

  it('does not depend on whether opaque images carry an alpha channel', async () => {
    const [a, b] = [noise(50, 40, 3, 1), noise(50, 40, 3, 2)];
    const withAlpha = (pixels: PlainPixels): PlainPixels => {
      const data = new Uint8Array(50 * 40 * 4).fill(255);
      for (let i = 0; i < 2000; i++) data.set(pixels.data.subarray(i * 3, i * 3 + 3), i * 4);
      return { ...pixels, channels: 4, data };
    };
    const plain = await compare(
      writePng(a, () => 4),
      writePng(b, () => 2),
    );
    for (const filter of [0, 1, 2, 3, 4]) {
      const alpha = await compare(
        writePng(withAlpha(a), () => filter),
        writePng(withAlpha(b), () => filter),
      );
      expect(alpha).toEqual(plain);
    }
  });

  it('notices transparency in rows that are equal and never reconstructed', async () => {
    // Transparent above, an opaque change below: four channels, as ImageMagick counts.
    const make = (red: number, filter: number) => {
      const pixels = solid(16, 10, [9, 9, 9, 255]);
      for (let x = 0; x < 16; x++) pixels.data[x * 4 + 3] = 100;
      pixels.data[(9 * 16 + 3) * 4] = red;
      return writePng(pixels, () => filter);
    };
    for (const filter of [0, 1, 2, 3, 4]) {
      const { distortion } = await compare(make(9, filter), make(109, filter));
      expect(distortion).toBeCloseTo(Math.sqrt((100 / 255) ** 2 / (4 * 160)), 12);
    }
  });

  it('counts a pixel that only one image has with full error', async () => {
    const grey = [77, 77, 77];
    const result = await compare(writePng(solid(30, 20, grey)), writePng(solid(30, 50, grey)), {
      withMask: true,
    });
    expect(result).toMatchObject({
      canvas: { width: 30, height: 50 },
      changedPixels: 900,
      distortion: Math.sqrt(900 / 1500),
      regions: [{ left: 0, top: 20, width: 30, height: 30, changedPixels: 900 }],
    });
    expect(result.mask).not.toBeNull();
  });
});

describe('other kinds of images', () => {
  it('reads the transparent colour of an RGB image', async () => {
    const rgb = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#102030' } })
      .png()
      .toBuffer();
    // A tRNS chunk that makes exactly this colour transparent, put before IDAT.
    const key = Buffer.from([0, 0x10, 0, 0x20, 0, 0x30]);
    const idat = rgb.indexOf('IDAT') - 4;
    const keyed = Buffer.concat([rgb.subarray(0, idat), chunk('tRNS', key), rgb.subarray(idat)]);
    const { changedPixels } = await compare(rgb, keyed);
    expect(changedPixels).toBe(64);
  });

  it('compares JPEG with PNG of the same pixels as equal', async () => {
    const jpeg = await sharp({ create: { width: 30, height: 20, channels: 3, background: '#a33' } })
      .jpeg()
      .toBuffer();
    const png = await sharp(jpeg).png().toBuffer();
    expect(await compare(jpeg, png)).toMatchObject({ changedPixels: 0, distortion: 0 });
  });
});

describe('broken images', () => {
  const good = writePng(noise(20, 10, 3, 5), () => 4);
  const header = { width: 20, height: 10, bitDepth: 8, colourType: 2 };
  const rows = (bytes: number) => deflateSync(Buffer.alloc(bytes));
  it.each([
    [
      'fewer pixels than claimed',
      pngFile(header, rows(61 * 9)),
      'it holds fewer pixels than its header says',
    ],
    ['more pixels than claimed', pngFile(header, rows(61 * 11)), 'it holds more pixels than its header says'],
    ['pixels that are cut off', pngFile(header, rows(61 * 10).subarray(0, 9)), 'its pixels are cut off'],
    [
      'damaged pixels',
      pngFile(header, Buffer.from('not a zlib stream')),
      'its compressed pixels are damaged',
    ],
    [
      'an unknown filter',
      pngFile(header, deflateSync(Buffer.alloc(610, 7))),
      'row 0 has the unknown filter 7',
    ],
  ])('are refused: %s', async (_, bad, reason) => {
    const message = (side: string) => `The ${side} image is a broken PNG: ${reason}.`;
    await expect(compare(good, bad)).rejects.toMatchObject({
      code: 'image_invalid',
      message: message('after'),
    });
    await expect(compare(bad, good)).rejects.toMatchObject({
      code: 'image_invalid',
      message: message('before'),
    });
    // The kernel is none the worse for it.
    expect(await compare(good, writePng(noise(20, 10, 3, 5)))).toMatchObject({ changedPixels: 0 });
  });

  it('are refused by sharp too, in one sentence', async () => {
    const jpeg = await sharp({ create: { width: 300, height: 300, channels: 3, background: '#a33' } })
      .jpeg()
      .toBuffer();
    await expect(compare(good, jpeg.subarray(0, 700))).rejects.toMatchObject({
      code: 'image_invalid',
      message: expect.stringMatching(/^The after image is a broken JPEG: [^\n]+\.$/) as string,
    });
  });

  it('are refused when together they need too large a canvas', async () => {
    const strip = (width: number, height: number) =>
      writePng({ width, height, channels: 3, data: new Uint8Array(width * height * 3) });
    await expect(compare(strip(3000, 1), strip(1, 3000), { maxPixels: 4000 })).rejects.toMatchObject({
      code: 'image_too_large',
    });
  });
});

describe('tall pages', () => {
  it('find regions and a mask of a page of 1280 × 8000 with changes all over', async () => {
    const page = {
      width: 1280,
      height: 8000,
      channels: 3 as const,
      data: new Uint8Array(1280 * 8000 * 3).fill(250),
    };
    const random = seededRandom(9);
    const spots = Array.from(
      { length: 20_000 },
      () => [Math.floor(random() * 1280), Math.floor(random() * 8000)] as const,
    );
    const encode = ({ data, ...raw }: PlainPixels) =>
      sharp(data, { raw }).png({ compressionLevel: 1 }).toBuffer();
    const result = await compare(await encode(page), await encode(paint(page, spots)), { withMask: true });
    expect(result.changedPixels).toBe(new Set(spots.map(([x, y]) => y * 1280 + x)).size);
    expect(result.regionCount).toBeGreaterThan(200);
    expect(result.regions.length).toBeLessThanOrEqual(200);
    expect(result.regions.reduce((sum, region) => sum + region.changedPixels, 0)).toBe(result.changedPixels);
    const start = performance.now();
    kernel.countChanged();
    expect(performance.now() - start).toBeLessThan(250);
  });
});

describe('Kernel', () => {
  it('says in one sentence that two images need more memory than WebAssembly has', async () => {
    const huge = { width: 30_000, height: 30_000, filtered: true };
    expect(() => new Kernel(module).reserve(huge, huge, 4)).toThrow(
      expect.objectContaining({
        code: 'image_too_large',
        message: expect.stringMatching(/^Comparing these images takes 7,\d{3} MB of memory/) as string,
      }),
    );
  });
});
