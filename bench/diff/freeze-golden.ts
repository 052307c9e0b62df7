/**
 * Writes `expected.json` of every golden pair with the numbers of other programs: pixelmatch's counts and
 * ImageMagick's RMSE; for pairs of unequal size, which neither of them defines, pixelmatch on the shared area and the
 * formula of docs/comparison.md, spelled out below. Only the regions come from the engine. Reports where the engine
 * disagrees.
 *
 *   node bench/diff/freeze-golden.ts
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createComparer } from '../../src/adapters/pixels/comparer.ts';
import { allowedPixels } from '../../src/domain/comparison/comparison.ts';
import { imageMagickDistortion, imageMagickVersion } from '../../test/golden/imagemagick.ts';
import { listPairs } from '../../test/golden/pairs.ts';
import type { ExpectedNumbers, GoldenPair } from '../../test/golden/pairs.ts';
import { randomPair, randomPairs, seededRandom, toRgba } from '../../test/support/random-pair.ts';
import { loadPixelmatch } from './peer-pixelmatch.ts';

const { pixelmatch, version } = await loadPixelmatch();
const imageMagick = imageMagickVersion();
if (imageMagick === null) throw new Error('ImageMagick 6 is needed: apt-get install imagemagick');
const temporary = mkdtempSync(join(tmpdir(), 'golden-'));
const comparer = createComparer();

interface Rgba {
  width: number;
  height: number;
  data: Buffer;
}

async function decode(path: string): Promise<Rgba> {
  const { data, info } = await sharp(readFileSync(path))
    .toColourspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

function crop(image: Rgba, width: number, height: number): Buffer {
  const rows = Array.from({ length: height }, (_, y) =>
    image.data.subarray(y * image.width * 4, (y * image.width + width) * 4),
  );
  return Buffer.concat(rows);
}

async function freeze(pair: GoldenPair): Promise<ExpectedNumbers> {
  const [before, after] = await Promise.all([decode(pair.before), decode(pair.after)]);
  const shared = {
    width: Math.min(before.width, after.width),
    height: Math.min(before.height, after.height),
  };
  const canvas = {
    width: Math.max(before.width, after.width),
    height: Math.max(before.height, after.height),
  };
  const onlyInOne =
    before.width * before.height + after.width * after.height - 2 * shared.width * shared.height;
  const [a, b] = [crop(before, shared.width, shared.height), crop(after, shared.width, shared.height)];

  const count = (threshold: number, includeAA: boolean) =>
    pixelmatch(a, b, undefined, shared.width, shared.height, { threshold, includeAA });
  const { threshold } = pair.settings;
  const includeAA = pair.settings.antialiasing === 'count';
  let differing = 0;
  let error = 0;
  let opaque = true;
  for (let i = 0; i < a.length; i += 4) {
    if (a.readUInt32LE(i) !== b.readUInt32LE(i)) differing++;
    if (a[i + 3] !== 255 || b[i + 3] !== 255) opaque = false;
    for (let c = 0; c < 3; c++) {
      error += ((a[i + 3]! * a[i + c]! - b[i + 3]! * b[i + c]!) / 255 ** 2) ** 2;
    }
    error += ((a[i + 3]! - b[i + 3]!) / 255) ** 2;
  }
  const sizesEqual = onlyInOne === 0 && canvas.width === shared.width && canvas.height === shared.height;
  const distortion = sizesEqual
    ? imageMagickDistortion(await asPng(pair.before, 'before'), await asPng(pair.after, 'after'), !opaque)
    : Math.sqrt((error / (opaque ? 3 : 4) + onlyInOne) / (canvas.width * canvas.height));

  const counted = count(threshold, includeAA);
  const overThreshold = count(threshold, true);
  const changedPixels = counted + onlyInOne;
  const ours = await comparer.compare({
    before: { path: pair.before },
    after: { path: pair.after },
    settings: pair.settings,
    withMask: false,
  });
  return {
    same: changedPixels <= allowedPixels(pair.settings, canvas),
    canvas,
    changedPixels,
    antiAliasedPixels: overThreshold - counted,
    belowThresholdPixels: differing - overThreshold,
    distortion,
    regions: ours.regions,
    regionCount: ours.regionCount,
    countsBy: `pixelmatch ${version}`,
    distortionBy: sizesEqual
      ? `ImageMagick ${imageMagick}`
      : 'formula: ImageMagick cannot compare unequal sizes',
  };
}

/** ImageMagick and sharp have different JPEG and WebP decoders, so ImageMagick gets pixels decoded by sharp. */
async function asPng(path: string, name: string): Promise<string> {
  if (path.endsWith('.png')) return path;
  const png = join(temporary, `${name}.png`);
  await sharp(path).png().toFile(png);
  return png;
}

let disagreements = 0;
for (const pair of listPairs()) {
  const expected = await freeze(pair);
  writeFileSync(join(pair.folder, 'expected.json'), `${JSON.stringify(expected, null, 2)}\n`);
  const ours = await comparer.compare({
    before: { path: pair.before },
    after: { path: pair.after },
    settings: pair.settings,
    withMask: false,
  });
  const wrong = (['same', 'changedPixels', 'antiAliasedPixels', 'belowThresholdPixels'] as const).filter(
    (key) => ours[key] !== expected[key],
  );
  const off = Math.abs(ours.distortion - expected.distortion);
  if (wrong.length > 0 || off > 1e-6 || expected.same !== (pair.verdict === 'should-match')) {
    disagreements++;
    console.log(`${pair.verdict}/${pair.name}:`, wrong, `distortion off by ${off}`, expected, ours);
  } else {
    const { changedPixels, antiAliasedPixels, regionCount } = ours;
    console.log(`${pair.verdict}/${pair.name}:`, { changedPixels, antiAliasedPixels, regionCount, off });
  }
}
rmSync(temporary, { recursive: true });

const random = seededRandom(randomPairs.seed);
const counts = Array.from({ length: randomPairs.count }, () => {
  const { before, after } = randomPair(random);
  const [a, b] = [toRgba(before), toRgba(after)];
  return randomPairs.thresholds.map((threshold) => [
    pixelmatch(a, b, undefined, before.width, before.height, { threshold, includeAA: false }),
    pixelmatch(a, b, undefined, before.width, before.height, { threshold, includeAA: true }),
  ]);
});
writeFileSync(
  join(import.meta.dirname, '../../test/golden/random-pairs.json'),
  JSON.stringify({ countsBy: `pixelmatch ${version}`, counts }),
);

await comparer.close();
process.exit(disagreements === 0 ? 0 : 1);
