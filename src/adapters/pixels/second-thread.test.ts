import { beforeAll, describe, expect, it, vi } from 'vitest';
import { writePng, type PlainPixels } from '../../../test/support/png-writer.ts';
import { seededRandom } from '../../../test/support/random-pair.ts';
import { comparisonDefaults } from '../../domain/comparison/comparison.ts';
import type { AntialiasingRule, ImageDifference } from '../../domain/comparison/comparison.ts';
import { compareImages } from '../../image/compare.ts';
import { Kernel } from '../../image/kernel/kernel.ts';
import { readKernel } from './kernel-file.ts';
import { startSecondThread } from './start-second-thread.ts';

let alone: Kernel;
let two: Kernel;
beforeAll(async () => {
  const module = await readKernel();
  alone = new Kernel(module);
  two = new Kernel(module, startSecondThread);
  const page = writePng(cards(1, { width: 600, height: 500 }), () => 4);
  // The first pair starts the thread, a later one finds it ready.
  await vi.waitFor(async () => {
    await compare(two, page, writePng(cards(2, { width: 600, height: 500 })));
    expect(two.secondThread!.isReady()).toBe(true);
  }, 20_000);
});

function compare(
  kernel: Kernel,
  before: Uint8Array,
  after: Uint8Array,
  antialiasing: AntialiasingRule = 'slight',
) {
  return compareImages(
    kernel,
    { bytes: before, label: 'before image' },
    { bytes: after, label: 'after image' },
    { settings: { ...comparisonDefaults, antialiasing }, withMask: true },
  );
}

interface CardsOptions {
  width?: number;
  height?: number;
  channels?: 3 | 4;
  invert?: boolean;
  alpha?: number;
}

/** Boxes with soft edges on a plain ground, so that there are slopes, flat areas and rows that are equal. */
function cards(seed: number, of: CardsOptions = {}): PlainPixels {
  const { width = 700, height = 900, channels = 3, invert = false, alpha = 255 } = of;
  const random = seededRandom(seed);
  const data = new Uint8Array(width * height * channels).fill(240);
  for (let card = 0; card < 60; card++) {
    const [left, top] = [random() * width, random() * height];
    const [radius, level] = [5 + random() * 60, random() * 255];
    for (let y = Math.max(0, Math.floor(top - radius)); y < Math.min(height, top + radius); y++) {
      for (let x = Math.max(0, Math.floor(left - radius)); x < Math.min(width, left + radius); x++) {
        const share = Math.min(1, Math.max(0, radius - Math.hypot(x - left, y - top)));
        const at = (y * width + x) * channels;
        for (let c = 0; c < 3; c++) data[at + c] = data[at + c]! * (1 - share) + level * share;
      }
    }
  }
  if (invert) for (let at = 0; at < data.length; at++) data[at] = 255 - data[at]!;
  if (channels === 4) for (let at = 3; at < data.length; at += 4) data[at] = at % 1_000 === 3 ? alpha : 255;
  return { width, height, channels, data };
}

const filters = (seed: number) => {
  const random = seededRandom(seed);
  return () => Math.floor(random() * 5);
};

const pairs: [string, PlainPixels, PlainPixels][] = [
  ['every pixel changed', cards(1), cards(1, { invert: true })],
  ['other cards', cards(1), cards(5)],
  ['nothing changed', cards(1), cards(1)],
  ['another size', cards(1), cards(5, { width: 640, height: 1_000 })],
  ['alpha, all opaque', cards(1, { channels: 4 }), cards(5, { channels: 4 })],
  ['transparent pixels', cards(1, { channels: 4, alpha: 9 }), cards(5, { channels: 4, alpha: 80 })],
];

/** How long it took differs. */
function result(difference: ImageDifference) {
  const { mask, forgivenMask, alignedMask, ...rest } = difference;
  const hex = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('hex'));
  return { ...rest, mask: hex(mask), forgivenMask: hex(forgivenMask), alignedMask: hex(alignedMask) };
}

describe('a second thread', () => {
  for (const [name, before, after] of pairs) {
    for (const rule of ['slight', 'forgive', 'count'] as const) {
      it(`P128: changes nothing in the result: ${name}, ${rule}`, async () => {
        const files = [writePng(before, filters(3)), writePng(after, filters(4))] as const;
        const expected = result(await compare(alone, ...files, rule));
        for (let round = 0; round < 3; round++) {
          expect(result(await compare(two, ...files, rule))).toEqual(expected);
        }
        expect(two.secondThread!.isReady()).toBe(true);
      });
    }
  }

  it('P128: does not depend on alpha that is opaque everywhere', async () => {
    const plain = await compare(two, writePng(cards(1)), writePng(cards(5)));
    const alpha = await compare(
      two,
      writePng(cards(1, { channels: 4 })),
      writePng(cards(5, { channels: 4 })),
    );
    expect(result(alpha)).toEqual(result(plain));
  });

  it('P128: refuses broken pixels with the sentence that one thread has, and the next pair is compared', async () => {
    const good = writePng(cards(1), filters(3));
    const other = writePng(cards(5), filters(4));
    const expected = result(await compare(alone, good, other));
    const damaged = Buffer.from(good);
    damaged.fill(0x55, Math.floor(good.length * 0.6), Math.floor(good.length * 0.6) + 40);
    const unknown = writePng(cards(5), (y) => (y === 700 ? 9 : 1));
    for (const [before, after] of [
      [damaged, other],
      [other, damaged],
      [damaged, unknown],
      [unknown, damaged],
      [unknown, good],
      [good, unknown],
    ] as const) {
      const reasons = [alone, two].map((kernel) =>
        compare(kernel, before, after).catch((error: Error) => error.message),
      );
      const [one, both] = await Promise.all(reasons);
      expect(one).toMatch(/^The (before|after) image is a broken PNG: /);
      expect(both).toBe(one);
      expect(result(await compare(two, good, other))).toEqual(expected);
    }
  });
});
