import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { pngFile, writePng } from '../../test/support/png-writer.ts';
import { deflateSync } from 'node:zlib';
import { readKernel } from '../adapters/pixels/kernel-file.ts';
import { Kernel } from './kernel/kernel.ts';
import { pixelsDigest } from './pixels-digest.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

const width = 37;
const height = 23;
const digest = (bytes: Uint8Array) => pixelsDigest(kernel, { bytes, label: 'image' });

/** Few colors, so that a palette holds them all. */
const rgb = Buffer.from(
  Array.from({ length: width * height }, (_, at) => [at % 7, (at * 31) % 5, (at >> 4) % 6]).flat(),
);
const rgba = Buffer.from(
  Array.from({ length: width * height }, (_, at) => [...rgb.subarray(at * 3, at * 3 + 3), 255]).flat(),
);
const plain = writePng({ width, height, channels: 3, data: rgb });

function told(size: readonly [number, number], pixels: Uint8Array): string {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(size[0], 0);
  head.writeUInt32BE(size[1], 4);
  return createHash('sha256').update(head).update(pixels).digest('hex');
}

describe('pixelsDigest', () => {
  it('is that of width, height and the pixels as RGBA', async () => {
    expect(await digest(plain)).toBe(told([width, height], rgba));
  });

  it.each([0, 1, 2, 3, 4])('is the same for rows with filter %i, with and without alpha', async (filter) => {
    const wanted = told([width, height], rgba);
    expect(await digest(writePng({ width, height, channels: 3, data: rgb }, () => filter))).toBe(wanted);
    expect(await digest(writePng({ width, height, channels: 4, data: rgba }, () => filter))).toBe(wanted);
    const mixed = writePng({ width, height, channels: 4, data: rgba }, (y) => (y + filter) % 5);
    expect(await digest(mixed)).toBe(wanted);
  });

  it('is the same for another compression, a palette, interlaced rows and a lossless WebP', async () => {
    const wanted = await digest(plain);
    const raw = () => sharp(rgb, { raw: { width, height, channels: 3 } });
    const files = {
      stored: await raw().png({ compressionLevel: 0 }).toBuffer(),
      small: await raw().png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer(),
      palette: await raw().png({ palette: true, colours: 256, dither: 0, quality: 100 }).toBuffer(),
      interlaced: await raw().png({ progressive: true }).toBuffer(),
      webp: await raw().webp({ lossless: true }).toBuffer(),
    };
    for (const [name, file] of Object.entries(files)) {
      expect(file.equals(plain), name).toBe(false);
      expect([name, await digest(file)]).toEqual([name, wanted]);
    }
  });

  it('is another one for another size with the same bytes', async () => {
    const turned = writePng({ width: height, height: width, channels: 3, data: rgb });
    expect(await digest(turned)).not.toBe(await digest(plain));
  });

  it('takes the colors of fully transparent pixels as they are stored', async () => {
    const hidden = (value: number) =>
      writePng({ width: 1, height: 1, channels: 4, data: Buffer.from([value, 0, 0, 0]) });
    expect(await digest(hidden(1))).toBe(told([1, 1], Buffer.from([1, 0, 0, 0])));
    expect(await digest(hidden(1))).not.toBe(await digest(hidden(2)));
    const exact = sharp(Buffer.from([9, 8, 7, 0]), { raw: { width: 1, height: 1, channels: 4 } });
    expect(await digest(await exact.webp({ lossless: true, exact: true }).toBuffer())).toBe(
      told([1, 1], Buffer.from([9, 8, 7, 0])),
    );
  });

  it.each([
    [2, [0x12, 0xff, 0x34, 0x00, 0x56, 0x80], [0x12, 0x34, 0x56, 255]],
    [6, [0x12, 0xff, 0x34, 0x00, 0x56, 0x80, 0x78, 0xff], [0x12, 0x34, 0x56, 0x78]],
    [0, [0xab, 0xff], [0xab, 0xab, 0xab, 255]],
  ])('takes the upper byte of 16 bits: color type %i', async (colourType, bytes, pixel) => {
    const row = deflateSync(Buffer.from([0, ...bytes]));
    const file = pngFile({ width: 1, height: 1, bitDepth: 16, colourType }, row);
    expect(await digest(file)).toBe(told([1, 1], Buffer.from(pixel)));
  });

  it('handles rows longer than one piece', async () => {
    const wide = 40_000;
    const data = Buffer.from(Array.from({ length: wide }, (_, at) => [at & 255, at >> 8, 3]).flat());
    const opaque = Buffer.from(Array.from({ length: wide }, (_, at) => [at & 255, at >> 8, 3, 255]).flat());
    expect(await digest(writePng({ width: wide, height: 1, channels: 3, data }, () => 1))).toBe(
      told([wide, 1], opaque),
    );
  });

  it('refuses what no comparison takes', async () => {
    await expect(digest(Buffer.from('no image'))).rejects.toMatchObject({ code: 'image_invalid' });
    await expect(digest(plain.subarray(0, plain.length - 30))).rejects.toMatchObject({
      code: 'image_invalid',
    });
  });
});
