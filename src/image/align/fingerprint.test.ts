import { beforeAll, describe, expect, it } from 'vitest';
import { readKernel } from '../../adapters/pixels/kernel-file.ts';
import { drawText, fillRect, stripPage } from '../../../test/support/strip-page.ts';
import type { Colour } from '../../../test/support/strip-page.ts';
import { writePng } from '../../../test/support/png-writer.ts';
import type { PlainPixels } from '../../../test/support/png-writer.ts';
import { comparisonDefaults } from '../../domain/comparison/comparison.ts';
import { compareImages } from '../compare.ts';
import { Kernel } from '../kernel/kernel.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

type Draw = (image: PlainPixels) => void;

const nothing: Draw = () => undefined;

/** A page with a header, text by a seed, and something drawn on it. */
function page(seed: number, draw: Draw, above = 0): PlainPixels {
  const texts = Array.from({ length: 3 }, (_, i) => ({ height: 60, seed: seed * 10 + i }));
  const image = stripPage(240, [{ height: 50 }, { height: above }, ...texts, { height: 80 }]);
  drawText(image, [0, 0, 240, 30], 1_000);
  draw(image);
  return image;
}

async function fingerprints(before: PlainPixels, after: PlainPixels): Promise<string[]> {
  const [a, b] = [before, after].map((image) => ({ bytes: writePng(image), label: 'image' }));
  const { alignment } = await compareImages(kernel, a!, b!, { settings: comparisonDefaults, withMask: true });
  expect(alignment!.complete).toBe(true);
  return alignment!.changes.map(({ fingerprint }) => fingerprint);
}

const badge =
  (left: number, top: number, colour: Colour): Draw =>
  (image) =>
    fillRect(image, [left, top, 14, 14], colour);
const red: Colour = [220, 30, 30];
const blue: Colour = [30, 60, 220];
const green: Colour = [20, 160, 60];
const white: Colour = [255, 255, 255];

/** A label of a few letters with a digit behind it. */
const labeled =
  (top: number, label: number, digit: number): Draw =>
  (image) => {
    drawText(image, [20, top, 40, 20], label);
    drawText(image, [62, top, 16, 20], 500 + digit);
  };

const icon =
  (on: boolean): Draw =>
  (image) => {
    fillRect(image, [20, 240, 20, 20], [90, 90, 90]);
    fillRect(image, [24, 244, 12, 12], on ? green : white);
  };

describe('the same change', () => {
  it('P79: matches on two pages: a header that changed', async () => {
    const header: Draw = (image) => fillRect(image, [90, 4, 30, 14], blue);
    const one = await fingerprints(page(1, nothing), page(1, header));
    expect(one).toHaveLength(1);
    expect(one[0]).toMatch(/^fp1:[0-9a-f]{32}$/);
    expect(await fingerprints(page(2, nothing), page(2, header))).toEqual(one);
  });

  it('matches at any place', async () => {
    const one = await fingerprints(page(1, badge(60, 245, red)), page(1, badge(60, 245, blue)));
    for (const [left, top] of [
      [61, 245],
      [101, 258],
      [150, 270],
    ] as const)
      expect(await fingerprints(page(2, badge(left, top, red)), page(2, badge(left, top, blue)))).toEqual(
        one,
      );
  });

  it('matches where everything moved, and what pushed it matches, too', async () => {
    const still = await fingerprints(page(1, badge(60, 245, red)), page(1, badge(60, 245, blue)));
    const insert = (image: PlainPixels, at: number): PlainPixels => {
      const added = stripPage(240, [{ height: 40, seed: 77 }]);
      const cut = at * 240 * 3;
      const data = new Uint8Array(image.data.length + added.data.length);
      data.set(image.data.subarray(0, cut));
      data.set(added.data, cut);
      data.set(image.data.subarray(cut), cut + added.data.length);
      return { ...image, height: image.height + 40, data };
    };
    const moved = await fingerprints(
      page(1, badge(60, 245, red)),
      insert(page(1, badge(60, 245, blue)), 110),
    );
    expect(moved).toHaveLength(2);
    expect(moved).toContain(still[0]);
    const elsewhere = await fingerprints(page(3, nothing), insert(page(3, nothing), 170));
    expect(moved).toContain(elsewhere[0]);
  });

  it('matches whether or not the files have an alpha channel', async () => {
    const withAlpha = ({ data, ...size }: PlainPixels): PlainPixels => {
      const rgba = new Uint8Array((data.length / 3) * 4).fill(255);
      for (let i = 0; i < data.length / 3; i++) rgba.set(data.subarray(i * 3, i * 3 + 3), i * 4);
      return { ...size, channels: 4, data: rgba };
    };
    const [before, after] = [page(1, badge(60, 245, red)), page(1, badge(60, 245, blue))];
    expect(await fingerprints(withAlpha(before), withAlpha(after))).toEqual(
      await fingerprints(before, after),
    );
  });
});

describe('adversarial twins never match', () => {
  it.each<[string, [Draw, Draw], [Draw, Draw]]>([
    [
      'same mask, other color after',
      [badge(60, 245, red), badge(60, 245, blue)],
      [badge(60, 245, red), badge(60, 245, green)],
    ],
    [
      'same mask, other color before',
      [badge(60, 245, red), badge(60, 245, blue)],
      [badge(60, 245, green), badge(60, 245, blue)],
    ],
    [
      'changed and vanished',
      [badge(60, 245, red), badge(60, 245, blue)],
      [badge(60, 245, red), badge(60, 245, white)],
    ],
    [
      'there and back',
      [badge(60, 245, red), badge(60, 245, blue)],
      [badge(60, 245, blue), badge(60, 245, red)],
    ],
    [
      'same digit, other label',
      [labeled(240, 1, 1), labeled(240, 1, 2)],
      [labeled(240, 2, 1), labeled(240, 2, 2)],
    ],
    [
      'same label, other digit',
      [labeled(240, 1, 1), labeled(240, 1, 2)],
      [labeled(240, 1, 1), labeled(240, 1, 3)],
    ],
    ['same icon, other state', [icon(false), icon(true)], [icon(true), icon(false)]],
    [
      'one level more',
      [badge(60, 245, red), badge(60, 245, [30, 60, 220])],
      [badge(60, 245, red), badge(60, 245, [30, 60, 221])],
    ],
  ])('P79: %s', async (_name, one, other) => {
    const [first] = await fingerprints(page(1, one[0]), page(1, one[1]));
    const [second] = await fingerprints(page(1, other[0]), page(1, other[1]));
    expect(first).not.toBe(undefined);
    expect(first).not.toBe(second);
  });

  /** A plain area of a color between two texts, as high as asked for. */
  const bandPage = (colour: Colour, height: number, width = 240): PlainPixels => {
    const image = stripPage(240, [
      { height: 60, seed: 1 },
      { height },
      { height: 60, seed: 2 },
      { height: 200 },
    ]);
    fillRect(image, [0, 66, width, height - 12], colour);
    return image;
  };

  it.each<[string, number]>([
    ['a bar over the whole width', 240],
    ['a box', 120],
  ])('P79: %s that grew, in another color', async (_name, width) => {
    const grown = (colour: Colour) => fingerprints(bandPage(colour, 60, width), bandPage(colour, 90, width));
    const [inRed] = await grown(red);
    expect(inRed).not.toBe(undefined);
    expect(inRed).toBe((await grown(red))[0]);
    expect(inRed).not.toBe((await grown(blue))[0]);
    expect(inRed).not.toBe((await grown([red[0], red[1], red[2] + 1]))[0]);
  });

  it('P79: a bar that grew and took another color', async () => {
    const to = async (colour: Colour) => (await fingerprints(bandPage(red, 60), bandPage(colour, 90))).join();
    expect(await to(blue)).not.toBe(await to(green));
    expect(await to(blue)).not.toBe(await to(red));
  });
});
