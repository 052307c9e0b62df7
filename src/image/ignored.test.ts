import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { chunk, pngFile, writePng } from '../../test/support/png-writer.ts';
import { readKernel } from '../adapters/pixels/kernel-file.ts';
import { comparisonDefaults } from '../domain/comparison/comparison.ts';
import { compareImages } from './compare.ts';
import { Kernel } from './kernel/kernel.ts';

let kernel: Kernel;

beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

function compare(before: Uint8Array, after: Uint8Array) {
  return compareImages(
    kernel,
    { bytes: before, label: 'before image a.png' },
    { bytes: after, label: 'after image b.png' },
    { settings: comparisonDefaults, withMask: false },
  );
}

const [width, height] = [6, 4];
const pixels = { width, height, channels: 3 as const, data: new Uint8Array(width * height * 3).fill(90) };
const header = { width, height, bitDepth: 8, colourType: 2 };
const rows = deflateSync(
  Buffer.concat(
    Array.from({ length: height }, () => Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 3, 90)])),
  ),
);
const plain = writePng(pixels);
const png = (...chunks: Buffer[]) => pngFile(header, rows, chunks);
const gamma = (value: number) => {
  const data = Buffer.alloc(4);
  data.writeUInt32BE(value);
  return chunk('gAMA', data);
};
const photo = sharp({ create: { width: 40, height: 20, channels: 3, background: '#a35020' } });
const deep = (low: number) =>
  pngFile(
    { ...header, bitDepth: 16 },
    deflateSync(
      Buffer.concat(
        Array.from({ length: height }, () =>
          Buffer.concat([Buffer.from([0]), Buffer.alloc(width * 6, Buffer.from([90, low]))]),
        ),
      ),
    ),
  );
const animated = (shade: number) => {
  const control = (sequence: number) => {
    const data = Buffer.alloc(26);
    data.writeUInt32BE(sequence, 0);
    data.writeUInt32BE(width, 4);
    data.writeUInt32BE(height, 8);
    return chunk('fcTL', data);
  };
  const still = png(chunk('acTL', Buffer.from([0, 0, 0, 2, 0, 0, 0, 0])), control(0));
  const end = still.length - 12;
  const frame = Buffer.concat([
    Buffer.from([0, 0, 0, 2]),
    deflateSync(Buffer.alloc(width * height * 3 + height, shade)),
  ]);
  return Buffer.concat([still.subarray(0, end), control(1), chunk('fdAT', frame), still.subarray(end)]);
};

describe('what no comparison looks at', () => {
  it.each<[string, () => Promise<[Uint8Array, Uint8Array]>, RegExp]>([
    ['a gamma', async () => [png(gamma(45455)), png(gamma(100000))], /^The gamma differs/],
    ['a gamma on one side', async () => [plain, png(gamma(45455))], /^The gamma differs/],
    [
      'a colour space',
      async () => [plain, png(chunk('sRGB', Buffer.from([0])))],
      /^The colour profiles differ/,
    ],
    ['later frames', async () => [animated(3), animated(200)], /^The frames after the first one differ/],
    ['the low byte of 16 bits', async () => [deep(3), deep(200)], /^The lower 8 of 16 bits differ/],
    [
      'the orientation of a JPEG',
      async () => [
        await photo.clone().jpeg().toBuffer(),
        await photo.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      ],
      /^The EXIF orientation differs \(1 before, 6 after\)/,
    ],
    [
      'the profile of a JPEG',
      async () => [
        await photo.clone().jpeg().toBuffer(),
        await photo.clone().withIccProfile('p3').jpeg().toBuffer(),
      ],
      /^The colour profiles differ/,
    ],
  ])('%s is told in a sentence', async (_name, pair, sentence) => {
    const { ignored } = await compare(...(await pair()));
    expect(ignored.filter((line) => sentence.test(line))).toHaveLength(1);
  });

  it('is nothing where the files differ in their compression only', async () => {
    expect((await compare(plain, png())).ignored).toEqual([]);
    expect((await compare(deep(3), deep(3))).ignored).toEqual([]);
    expect((await compare(animated(3), animated(3))).ignored).toEqual([]);
  });
});

describe('equal files that are no images', () => {
  const jpeg = () => photo.clone().jpeg().toBuffer();
  const webp = () => photo.clone().webp({ lossless: true }).toBuffer();
  const cut = (bytes: Uint8Array) => bytes.subarray(0, Math.floor(bytes.length * 0.7));
  it.each<[string, () => Promise<Uint8Array>]>([
    ['damaged pixels', async () => pngFile(header, Buffer.from('not a zlib stream'))],
    ['too few pixels', async () => pngFile(header, deflateSync(Buffer.alloc(20)))],
    ['too many pixels', async () => pngFile(header, deflateSync(Buffer.alloc(2_000)))],
    [
      'an unknown filter',
      async () => pngFile(header, deflateSync(Buffer.alloc((width * 3 + 1) * height, 9))),
    ],
    [
      'a palette PNG with damaged pixels',
      async () => pngFile({ ...header, colourType: 0 }, Buffer.from('no')),
    ],
    ['a cut-off JPEG', async () => cut(await jpeg())],
    ['a cut-off WebP', async () => cut(await webp())],
    ['an empty file', async () => new Uint8Array()],
    [
      'a Git LFS pointer',
      async () => Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:1\n'),
    ],
  ])('are refused: %s', async (_name, file) => {
    const bytes = await file();
    await expect(compare(bytes, Uint8Array.from(bytes))).rejects.toMatchObject({
      code: 'image_invalid',
      message: expect.not.stringMatching(/failOn|VipsJpeg|libvips|zlib/i) as string,
    });
    await expect(compare(bytes, Uint8Array.from(bytes))).rejects.toThrow(/before image a\.png/);
  });

  it('are images when they can be decoded', async () => {
    for (const bytes of [plain, deep(1), animated(5), await jpeg(), await webp()]) {
      expect(await compare(bytes, Uint8Array.from(bytes))).toMatchObject({ changedPixels: 0, distortion: 0 });
    }
  });
});
