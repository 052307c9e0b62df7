import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { writePng } from '../../test/support/png-writer.ts';
import type { PlainPixels } from '../../test/support/png-writer.ts';
import { randomPair, seededRandom } from '../../test/support/random-pair.ts';
import { readKernel } from '../adapters/pixels/kernel-file.ts';
import { antialiasingRules, comparisonDefaults, judge } from '../domain/comparison/comparison.ts';
import type { ComparisonResult, ComparisonSettings } from '../domain/comparison/comparison.ts';
import { compareImages } from './compare.ts';
import { Kernel } from './kernel/kernel.ts';

let kernel: Kernel;

beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

async function compare(
  before: PlainPixels,
  after: PlainPixels,
  part: Partial<ComparisonSettings> = {},
): Promise<ComparisonResult> {
  const settings = { ...comparisonDefaults, ...part };
  const difference = await compareImages(
    kernel,
    { bytes: writePng(before), label: 'before image' },
    { bytes: writePng(after), label: 'after image' },
    { settings, withMask: true },
  );
  return judge(difference, settings, 0);
}

/** Indexes of the pixels that a mask marks. */
async function marked(mask: Uint8Array | null): Promise<number[]> {
  if (mask === null) return [];
  const { data } = await sharp(mask).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return Array.from({ length: data.length / 4 }, (_, i) => i).filter((i) => data[i * 4 + 3] !== 0);
}

function painted(width: number, height: number, at: (x: number, y: number) => number): PlainPixels {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.fill(at(i % width, Math.floor(i / width)), i * 3, i * 3 + 3);
  return { width, height, channels: 3, data };
}

/** An edge between black and white with one row of grey between, which is on a slope. */
const edge = (greyAt: (x: number) => number, width = 64) =>
  painted(width, 32, (x, y) => (y < 15 ? 255 : y > 15 ? 0 : greyAt(x)));

/** Changes the grey at some columns, in turn up and down. */
const changedEdge = (columns: readonly number[], by: number, width = 64) =>
  edge((x) => 128 + (columns.includes(x) ? (columns.indexOf(x) % 2 === 0 ? by : -by) : 0), width);

describe('the rule "slight"', () => {
  const plain = edge(() => 128);

  it('forgives a few pixels of a slope that changed by a tenth of the contrast', async () => {
    const result = await compare(plain, changedEdge([10, 14, 18, 22], 25));
    expect(result).toMatchObject({ same: true, changedPixels: 0, antiAliasedPixels: 4, forgivenPixels: 4 });
    expect(await marked(result.forgivenMask)).toEqual([10, 14, 18, 22].map((x) => 15 * 64 + x));
    expect(result.forgivenRegions).toEqual([{ left: 10, top: 15, width: 13, height: 1, changedPixels: 4 }]);
  });

  it('counts them when they changed by more', async () => {
    const after = changedEdge([10, 14, 18, 22], 26);
    expect(await compare(plain, after)).toMatchObject({
      same: false,
      changedPixels: 4,
      antiAliasedPixels: 0,
    });
    expect(await compare(plain, after, { antialiasing: 'forgive' })).toMatchObject({
      same: true,
      antiAliasedPixels: 4,
    });
  });

  it('counts them when a region has more than four', async () => {
    const columns = [2, 6, 10, 14, 18, 22];
    expect(await compare(plain, changedEdge(columns.slice(0, 4), 20))).toMatchObject({ same: true });
    expect(await compare(plain, changedEdge(columns, 20))).toMatchObject({ same: false, changedPixels: 6 });
  });

  it('gives every region a ceiling of its own', async () => {
    const [near, far] = [changedEdge([10, 14, 18, 22], 20, 200), changedEdge([100, 104, 108, 112], 20, 200)];
    const wide = edge(() => 128, 200);
    expect(await compare(wide, near)).toMatchObject({ same: true });
    const both = edge((x) => (x < 60 ? near.data[(15 * 200 + x) * 3]! : far.data[(15 * 200 + x) * 3]!), 200);
    expect(await compare(wide, both)).toMatchObject({
      same: true,
      forgivenPixels: 8,
      forgivenRegionCount: 2,
    });
  });

  it.each([
    ['a step lighter', (x: number) => (x % 4 === 2 && x < 30 ? 1 : 0)],
    ['one pixel', (x: number) => (x === 20 ? -3 : 0)],
  ])('counts what went to one side only, which noise does not: %s', async (_name, change) => {
    expect(
      await compare(
        plain,
        edge((x) => 128 + change(x)),
      ),
    ).toMatchObject({ same: false });
  });

  it('looks at every channel: a change of hue with the same brightness is no small one', async () => {
    const turned = { ...plain, data: plain.data.slice() };
    for (const [index, x] of [10, 14, 18, 22].entries()) {
      const sign = index % 2 === 0 ? 1 : -1;
      turned.data.set([128 + 43 * sign, 128 - 22 * sign, 128], (15 * 64 + x) * 3);
    }
    expect(await compare(plain, turned)).toMatchObject({ same: false, changedPixels: 4 });
  });

  it.each([
    [100, 0, 160],
    [100, 40, 255],
    [20, 0, 255],
  ])('never calls stripes of 2 px the same: a quarter changed by %i', async (by, dark, light) => {
    const [width, height] = [2_500, 2_000];
    const stripes = painted(width, height, (x) => ((x >> 1) % 2 === 0 ? dark : light));
    const changed = { ...stripes, data: stripes.data.slice() };
    for (let y = 0; y < height; y++) {
      for (let x = y % 4; x < width; x += 4) {
        const at = (y * width + x) * 3;
        const value = stripes.data[at]!;
        changed.data.fill(value === dark ? value + by : value - by, at, at + 3);
      }
    }
    expect((await compare(stripes, changed)).same).toBe(false);
  });
});

describe('what is forgiven', () => {
  it('has every pixel that differs and does not count, of random images, in mask, count and regions', async () => {
    const random = seededRandom(11);
    for (let index = 0; index < 120; index++) {
      const { before, after } = randomPair(random);
      const threshold = index % 3 === 0 ? 0.1 : 0;
      for (const antialiasing of antialiasingRules) {
        const result = await compare(before, after, { threshold, antialiasing });
        const [changed, forgiven] = [await marked(result.mask), await marked(result.forgivenMask)];
        expect(changed).toHaveLength(result.changedPixels);
        expect(forgiven).toHaveLength(result.forgivenPixels);
        expect(result.forgivenPixels).toBe(result.antiAliasedPixels + result.belowThresholdPixels);
        expect(new Set([...changed, ...forgiven]).size).toBe(changed.length + forgiven.length);
        expect(result.forgivenRegions.reduce((sum, box) => sum + box.changedPixels, 0)).toBe(forgiven.length);
        expect(result.forgivenRegions.length).toBe(result.forgivenRegionCount);
      }
    }
  });

  it('is never more with a stricter rule', async () => {
    const random = seededRandom(12);
    for (let index = 0; index < 120; index++) {
      const { before, after } = randomPair(random);
      const [forgive, slight, count] = [
        await compare(before, after, { antialiasing: 'forgive' }),
        await compare(before, after, { antialiasing: 'slight' }),
        await compare(before, after, { antialiasing: 'count' }),
      ];
      expect(slight.changedPixels).toBeGreaterThanOrEqual(forgive.changedPixels);
      expect(count.changedPixels).toBe(slight.changedPixels + slight.antiAliasedPixels);
      const forgiven = new Set(await marked(forgive.forgivenMask));
      expect((await marked(slight.forgivenMask)).filter((pixel) => !forgiven.has(pixel))).toEqual([]);
    }
  });

  const blank = painted(64, 64, () => 255);
  const spotted = painted(64, 64, (x, y) => (y === 10 && x < 5 ? 0 : 255));

  it('has what is within the limits, while the limits make the images the same', async () => {
    const within = await compare(blank, spotted, { maxDiffPixels: 5 });
    expect(within).toMatchObject({ same: true, changedPixels: 5, forgivenPixels: 5 });
    expect(await marked(within.forgivenMask)).toEqual(await marked(within.mask));
    expect(within.forgivenRegions).toEqual(within.regions);
    const beyond = await compare(blank, spotted, { maxDiffPixels: 4 });
    expect(beyond).toMatchObject({ same: false, changedPixels: 5, forgivenPixels: 0, forgivenMask: null });
  });

  it.each([
    ['anti-aliasing', edge(() => 128), changedEdge([10, 14], 20), {}],
    ['the threshold', blank, painted(64, 64, () => 250), { threshold: 0.1 }],
    ['the limits', blank, spotted, { maxDiffPixels: 5 }],
  ] as const)('makes a difference with failOnForgiven: %s', async (_name, before, after, part) => {
    expect(await compare(before, after, part)).toMatchObject({ same: true });
    expect(await compare(before, after, { ...part, failOnForgiven: true })).toMatchObject({ same: false });
    expect(await compare(before, before, { ...part, failOnForgiven: true })).toMatchObject({ same: true });
  });
});
