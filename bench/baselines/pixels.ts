/** Times the digest of an image's pixels, beside a comparison of the same image, and how long the event loop is held. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sharp from 'sharp';
import { createComparer } from '../../src/adapters/pixels/comparer.ts';
import { comparisonDefaults } from '../../src/domain/comparison/comparison.ts';
import { median } from '../machine.ts';

const size = { width: 1_280, height: 8_000 };
const megapixels = (size.width * size.height) / 1e6;

/** @returns lines of Markdown */
export async function measureDigests(rounds: number): Promise<string[]> {
  const page = pixels();
  const raw = () => sharp(page, { raw: { ...size, channels: 3 } });
  const changed = Buffer.from(page);
  for (let at = 0; at < changed.length; at += 40_000) changed[at]! ^= 255;
  const before = await raw().png().toBuffer();
  const files = {
    'PNG, RGB': await sharp(changed, { raw: { ...size, channels: 3 } })
      .png()
      .toBuffer(),
    'PNG, RGBA': await sharp(changed, { raw: { ...size, channels: 3 } })
      .ensureAlpha()
      .png()
      .toBuffer(),
    'lossless WebP': await sharp(changed, { raw: { ...size, channels: 3 } })
      .webp({ lossless: true, effort: 0 })
      .toBuffer(),
  };
  const comparer = createComparer({ threads: 1 });
  const lines = [
    `The digest of a page of ${size.width} × ${size.height} (${megapixels.toFixed(1)} megapixels) in a thread of the comparer; median of ${rounds} after one that is not counted.`,
    '',
    '| file | digest, ms per megapixel | comparison, ms per megapixel | event loop held at most |',
    '| --- | ---: | ---: | ---: |',
  ];
  for (const [name, bytes] of Object.entries(files)) {
    const compare = () =>
      comparer.compare({
        before: { bytes: before },
        after: { bytes },
        settings: comparisonDefaults,
        withMask: true,
      });
    const comparing = await times(rounds, compare);
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    const digesting = await times(rounds, () => comparer.pixelsDigest({ bytes }));
    delays.disable();
    const [digest, comparison] = [digesting, comparing].map((took) => (median(took) / megapixels).toFixed(1));
    lines.push(`| ${name} | ${digest} | ${comparison} | ${(delays.max / 1e6).toFixed(0)} ms |`);
  }
  await comparer.close();
  return lines;
}

async function times(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    await work();
    took.push(performance.now() - began);
  }
  return took.slice(1);
}

/** Blocks of color, lines as of text, and a gradient: compresses as pages do. */
function pixels(): Buffer {
  const data = Buffer.alloc(size.width * size.height * 3, 255);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const isText = y % 20 < 12 && (x * 7 + y * 13 + ((x * y) >> 5)) % 11 === 0;
      const isBanner = y % 1_000 < 120;
      const at = (y * size.width + x) * 3;
      if (isBanner) data.set([x >> 3, y & 127, 200], at);
      else if (isText) data.fill(40, at, at + 3);
    }
  }
  return data;
}
