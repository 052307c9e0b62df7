import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stripCount, thumbnailPart, type ImageBox } from '../../domain/artifacts/image-pieces.ts';
import { createDerivedImages } from './derived-images.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-derived-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An image whose rows have distinct colors. */
async function tallImage(width: number, height: number): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) pixels.writeUIntBE(row, (row * width + column) * 3, 3);
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

function original(bytes: Buffer, sha1 = 'ab'.repeat(20)) {
  let reads = 0;
  return {
    sha1,
    read: async () => {
      reads++;
      return bytes;
    },
    reads: () => reads,
  };
}

describe('derived images', () => {
  it('cuts a tall image into strips without loss, decoding it once', async () => {
    const derived = await createDerivedImages({ folder: newFolder() });
    const image = original(await tallImage(8, 5_000));
    expect(stripCount({ width: 8, height: 5_000 })).toBe(5);
    const none = derived.strip(image, 5).catch((error: unknown) => error);
    const strips = await Promise.all([0, 1, 2, 3, 4].map((index) => derived.strip(image, index)));
    expect(image.reads(), 'once for strip 5, once for the others').toBe(2);
    for (const [index, { bytes, contentType }] of strips.entries()) {
      const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
      expect(contentType).toBe('image/png');
      expect(info).toMatchObject({ width: 8, height: index === 4 ? 5_000 - 4 * 1_024 : 1_024 });
      expect(data.readUIntBE(0, 3)).toBe(index * 1_024);
      expect(data.readUIntBE(data.length - 3, 3)).toBe(index * 1_024 + info.height - 1);
    }
    expect(await none).toMatchObject({ code: 'not_found' });
    const small = original(await tallImage(8, 4_096), 'cd'.repeat(20));
    expect((await sharp((await derived.strip(small, 0)).bytes).metadata()).height).toBe(4_096);
  });

  it('makes overviews and thumbnails once', async () => {
    const derived = await createDerivedImages({ folder: newFolder() });
    const image = original(await tallImage(100, 4_096));
    const overview = await derived.overview(image);
    expect(await sharp(overview.bytes).metadata()).toMatchObject({
      format: 'webp',
      width: 50,
      height: 2_048,
    });
    const box = { left: 10, top: 3_000, width: 20, height: 20 };
    for (const around of [null, box, box]) {
      const thumbnail = await derived.thumbnail(image, around);
      expect(await sharp(thumbnail.bytes).metadata()).toMatchObject({
        format: 'webp',
        width: 240,
        height: 150,
      });
    }
    expect(image.reads()).toBe(3);
  });

  it('outlines what a thumbnail is around, within its edges', async () => {
    const derived = await createDerivedImages({ folder: newFolder() });
    const image = original(await tallImage(1_200, 1_000), 'ef'.repeat(20));
    const isMarked = async (around: ImageBox, x: number, y: number) => {
      const { bytes } = await derived.thumbnail(image, around);
      const pixels = await sharp(bytes).removeAlpha().raw().toBuffer();
      const [red = 0, green = 0] = pixels.subarray((y * 240 + x) * 3);
      return red > 180 && green < 120;
    };
    const box = { left: 500, top: 400, width: 100, height: 60 };
    // 480 pixels wide: at half the size, with a gap of 5 pixels.
    expect(await isMarked(box, 120, 75 - 15 - 5)).toBe(true);
    expect(await isMarked(box, 120 - 25 - 5, 75)).toBe(true);
    expect(await isMarked(box, 120, 75)).toBe(false);
    expect(await isMarked({ left: 0, top: 0, width: 1_200, height: 1_000 }, 5, 75)).toBe(true);
  });

  it.each([
    [
      'the top of the page',
      { width: 1_280, height: 9_000 },
      null,
      { left: 0, top: 0, width: 1_280, height: 800 },
    ],
    [
      'a small change with its surroundings',
      { width: 1_280, height: 9_000 },
      { left: 600, top: 4_000, width: 20, height: 10 },
      { left: 370, top: 3_855, width: 480, height: 300 },
    ],
    [
      'a change in the corner',
      { width: 1_280, height: 1_024 },
      { left: 1_270, top: 1_020, width: 10, height: 4 },
      { left: 800, top: 724, width: 480, height: 300 },
    ],
    ['an image of one pixel', { width: 1, height: 1 }, null, { left: 0, top: 0, width: 1, height: 1 }],
    [
      'a change as large as the page',
      { width: 400, height: 300 },
      { left: 0, top: 0, width: 400, height: 300 },
      { left: 0, top: 25, width: 400, height: 250 },
    ],
  ])('thumbnails show %s', (_name, size, around, part) => {
    expect(thumbnailPart(size, around)).toEqual(part);
  });

  it('refuses what is no image, broken, or too large', async () => {
    const derived = await createDerivedImages({ folder: newFolder(), maxPixels: 1_000 });
    const text = original(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
    await expect(derived.overview(text)).rejects.toMatchObject({ code: 'image_invalid' });
    const large = original(await tallImage(100, 11));
    await expect(derived.strip(large, 0)).rejects.toMatchObject({ code: 'image_too_large' });
    const png = await tallImage(20, 20);
    const cut = original(png.subarray(0, png.length - 40));
    await expect(derived.thumbnail(cut, null)).rejects.toMatchObject({ code: 'image_invalid' });
  });

  it('forgets the oldest when it holds too much', async () => {
    const folder = newFolder();
    const derived = await createDerivedImages({ folder, maxCacheBytes: 4_000 });
    const bytes = await tallImage(64, 64);
    for (let index = 0; index < 20; index++) {
      await derived.strip(original(bytes, index.toString(16).padStart(40, '0')), 0);
    }
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    expect(files.length).toBeGreaterThan(0);
    expect(files.length).toBeLessThan(20);
  });
});
