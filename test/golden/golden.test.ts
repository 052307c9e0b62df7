import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readKernel } from '../../src/adapters/pixels/kernel-file.ts';
import { comparisonDefaults, judge } from '../../src/domain/comparison/comparison.ts';
import type { ComparisonResult, ComparisonSettings } from '../../src/domain/comparison/comparison.ts';
import { compareImages } from '../../src/image/compare.ts';
import { Kernel } from '../../src/image/kernel/kernel.ts';
import { writePng } from '../support/png-writer.ts';
import { randomPair, randomPairs, seededRandom } from '../support/random-pair.ts';
import { imageMagickDistortion, imageMagickVersion } from './imagemagick.ts';
import { listPairs, readExpected } from './pairs.ts';

let kernel: Kernel;
const temporary = mkdtempSync(join(tmpdir(), 'golden-'));

beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});
afterAll(() => rmSync(temporary, { recursive: true }));

async function compare(
  before: Uint8Array,
  after: Uint8Array,
  settings: ComparisonSettings,
): Promise<ComparisonResult> {
  const difference = await compareImages(
    kernel,
    { bytes: before, label: 'before image' },
    { bytes: after, label: 'after image' },
    { settings, withMask: true },
  );
  return judge(difference, settings, 0);
}

const pairs = listPairs();
const version = imageMagickVersion();
if (version === null)
  console.log('ImageMagick 6 is not here: distortion is only checked against frozen numbers.');

describe.each(pairs)('$verdict/$name', (pair) => {
  const expected = readExpected(pair);
  const run = () => compare(readFileSync(pair.before), readFileSync(pair.after), pair.settings);

  it('gives the frozen numbers', async () => {
    const result = await run();
    expect(result.same).toBe(pair.verdict === 'should-match');
    expect({
      same: result.same,
      canvas: result.canvas,
      changedPixels: result.changedPixels,
      antiAliasedPixels: result.antiAliasedPixels,
      belowThresholdPixels: result.belowThresholdPixels,
      regions: result.regions,
      regionCount: result.regionCount,
    }).toEqual({
      same: expected.same,
      canvas: expected.canvas,
      changedPixels: expected.changedPixels,
      antiAliasedPixels: expected.antiAliasedPixels,
      belowThresholdPixels: expected.belowThresholdPixels,
      regions: expected.regions,
      regionCount: expected.regionCount,
    });
    expect(Math.abs(result.distortion - expected.distortion)).toBeLessThan(1e-6);
  });

  it('marks in the mask exactly what it counts, all of it inside the regions', async () => {
    const result = await run();
    if (result.changedPixels === 0) {
      expect(result.mask).toBeNull();
      return;
    }
    const { data, info } = await sharp(result.mask!)
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect({ width: info.width, height: info.height }).toEqual(result.canvas);
    const pixels = new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
    const [red, clear] = [0xff0000ff, 0x00ffffff];
    expect(pixels.filter((pixel) => pixel === red)).toHaveLength(result.changedPixels);
    expect(pixels.filter((pixel) => pixel === clear)).toHaveLength(pixels.length - result.changedPixels);
    for (const region of result.regions) {
      let inside = 0;
      for (let y = region.top; y < region.top + region.height; y++) {
        const start = y * info.width + region.left;
        inside += pixels.subarray(start, start + region.width).filter((pixel) => pixel === red).length;
      }
      expect(inside).toBeGreaterThanOrEqual(region.changedPixels);
    }
    expect(result.regions.reduce((sum, region) => sum + region.changedPixels, 0)).toBe(result.changedPixels);
  });

  // ImageMagick cannot compare images of unequal size.
  if (!expected.distortionBy.startsWith('ImageMagick')) return;
  it.skipIf(version === null)('has the distortion that ImageMagick gives now', async () => {
    const [before, after] = await Promise.all([asPng(pair.before), asPng(pair.after)]);
    const meta = await Promise.all([sharp(before).stats(), sharp(after).stats()]);
    const withAlpha = meta.some(({ isOpaque }) => !isOpaque);
    const result = await run();
    expect(Math.abs(result.distortion - imageMagickDistortion(before, after, withAlpha))).toBeLessThan(1e-6);
  });
});

async function asPng(path: string): Promise<string> {
  if (path.endsWith('.png')) return path;
  const png = join(temporary, `${randomUUID()}.png`);
  await sharp(path).png().toFile(png);
  return png;
}

describe('random pairs', () => {
  it('give the counts that pixelmatch gave, whatever the PNG filters', async () => {
    const { counts } = JSON.parse(readFileSync(join(import.meta.dirname, 'random-pairs.json'), 'utf8')) as {
      counts: [number, number][][];
    };
    expect(counts).toHaveLength(randomPairs.count);
    const random = seededRandom(randomPairs.seed);
    const filters = seededRandom(1);
    const anyFilter = () => Math.floor(filters() * 5);
    for (const [index, expected] of counts.entries()) {
      const { before, after, kind } = randomPair(random);
      const files = [writePng(before, anyFilter), writePng(after, anyFilter)] as const;
      for (const [i, threshold] of randomPairs.thresholds.entries()) {
        const [changed, changedWithAA] = expected[i]!;
        const settings = { ...comparisonDefaults, antialiasing: 'forgive' as const, threshold };
        const result = await compare(...files, settings);
        const strict = await compare(...files, { ...settings, antialiasing: 'count' });
        expect([kind, index, result.changedPixels, result.antiAliasedPixels]).toEqual([
          kind,
          index,
          changed,
          changedWithAA - changed,
        ]);
        expect([strict.changedPixels, strict.antiAliasedPixels]).toEqual([changedWithAA, 0]);
      }
    }
  });
});
