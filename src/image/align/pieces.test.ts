import { beforeAll, describe, expect, it } from 'vitest';
import { readKernel } from '../../adapters/pixels/kernel-file.ts';
import { blankPage, drawText, fillRect } from '../../../test/support/strip-page.ts';
import { writePng } from '../../../test/support/png-writer.ts';
import type { PlainPixels } from '../../../test/support/png-writer.ts';
import type { Box, MovedBlock } from '../../domain/comparison/alignment.ts';
import { comparisonDefaults } from '../../domain/comparison/comparison.ts';
import type { ComparisonSettings } from '../../domain/comparison/comparison.ts';
import { compareImages } from '../compare.ts';
import { Kernel } from '../kernel/kernel.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

async function align(before: PlainPixels, after: PlainPixels, settings: Partial<ComparisonSettings> = {}) {
  const result = await compareImages(
    kernel,
    { bytes: writePng(before, () => 1), label: 'before image' },
    { bytes: writePng(after, () => 2), label: 'after image' },
    { settings: { ...comparisonDefaults, ...settings }, withMask: true },
  );
  expect(farthestApart(before, after, result.alignment!.blocks)).toBeLessThanOrEqual(2);
  return { ...result, alignment: result.alignment! };
}

/** Levels between claimed blocks and where they were. */
function farthestApart(before: PlainPixels, after: PlainPixels, blocks: readonly MovedBlock[]): number {
  const at = (page: PlainPixels, { left, top }: Box, x: number, y: number) =>
    page.data[((top + y) * page.width + left) * 3 + x]!;
  let most = 0;
  for (const block of blocks)
    for (let y = 0; y < block.before.height; y++)
      for (let x = 0; x < block.before.width * 3; x++)
        most = Math.max(most, Math.abs(at(before, block.before, x, y) - at(after, block.after, x, y)));
  return most;
}

/** Cards in lines of three, each with another text. */
function gallery(cards: readonly number[]): PlainPixels {
  const image = blankPage(420, 320);
  for (const [index, seed] of cards.entries()) {
    const [left, top] = [10 + (index % 3) * 135, 12 + Math.floor(index / 3) * 100];
    fillRect(image, [left, top, 120, 84], [60 + seed * 9, 90, 200 - seed * 7]);
    fillRect(image, [left + 3, top + 3, 114, 78], [255, 255, 255]);
    drawText(image, [left + 12, top + 12, 94, 60], seed);
  }
  return image;
}

/** A gradient without any step, in a frame. */
function drawGradient(image: PlainPixels, [left, top]: readonly [number, number], blue: number): void {
  for (let y = 0; y < 70; y++)
    for (let x = 0; x < 120; x++) fillRect(image, [left + x, top + y, 1, 1], [80 + x, 200 - y, blue]);
}

describe('boxes in other places', () => {
  it('tells the cards of a grid as moved when one was removed, into other lines, too', async () => {
    const { alignment, changedPixels } = await align(
      gallery([1, 2, 3, 4, 5, 6, 7, 8]),
      gallery([1, 2, 4, 5, 6, 7, 8]),
    );
    expect(alignment.contentPixels).toBeLessThan(changedPixels / 4);
    const steps = alignment.blocks.map(({ before, after }) => after.left - before.left);
    expect(steps).toContain(-135);
    expect(steps).toContain(270);
  });

  it('finds boxes without a step inside, drawn with other neighbors', async () => {
    const draw = (first: readonly [number, number], second: readonly [number, number]) => {
      const image = gallery([1, 2, 3]);
      drawGradient(image, first, 40);
      drawGradient(image, second, 160);
      return image;
    };
    const { alignment } = await align(draw([10, 120], [10, 210]), draw([10, 210], [10, 120]));
    expect(alignment).toMatchObject({ summary: 'moved', contentPixels: 0 });
    expect(new Set(alignment.changes.map(({ kind }) => kind))).toEqual(new Set(['reordered']));
  });

  it.each<[string, (image: PlainPixels) => void]>([
    ['a dot in a card that moved', (image) => fillRect(image, [60, 140, 3, 3], [220, 0, 0])],
    ['a dot between the cards', (image) => fillRect(image, [136, 140, 3, 3], [220, 0, 0])],
    ['a dot where a card was', (image) => fillRect(image, [330, 250, 3, 3], [220, 0, 0])],
  ])('P129: reports %s', async (_name, change) => {
    const [before, after] = [gallery([1, 2, 3, 4, 5, 6, 7, 8, 9]), gallery([1, 2, 4, 5, 6, 7, 8, 9])];
    const still = await align(before, after);
    change(after);
    const { alignment } = await align(before, after);
    expect(alignment.contentPixels).toBeGreaterThanOrEqual(still.alignment.contentPixels + 9);
    expect(alignment.changes).not.toEqual(still.alignment.changes);
  });

  it('claims nothing of a page in other colors', async () => {
    const before = gallery([1, 2, 3, 4, 5, 6]);
    const after = { ...before, data: before.data.map((value) => 255 - value) };
    const { alignment, changedPixels } = await align(before, after);
    expect(alignment).toMatchObject({ blockCount: 0, contentPixels: changedPixels });
  });
});

describe('rows that grew, and rows in other colors', () => {
  function table(rows: readonly number[], height: number, striped = false): PlainPixels {
    const image = blankPage(300, rows.length * height + 40);
    for (const [index, seed] of rows.entries()) {
      const top = 20 + index * height;
      if (striped && index % 2 === 1) fillRect(image, [10, top, 280, height], [246, 246, 252]);
      fillRect(image, [10, top + height - 1, 280, 1], [190, 190, 190]);
      const shade = striped && index % 2 === 1 ? image : null;
      drawText(image, [20, top + Math.floor((height - 20) / 2), 250, 18], seed);
      if (shade !== null) keepStripe(shade, [10, top, 280, height - 1]);
    }
    return image;
  }

  /** White between letters becomes the color of the stripe. */
  function keepStripe(
    { width, data }: PlainPixels,
    [left, top, columns, rows]: [number, number, number, number],
  ): void {
    for (let y = top; y < top + rows; y++)
      for (let x = left; x < left + columns; x++) {
        const at = (y * width + x) * 3;
        if (data[at] === 255 && data[at + 1] === 255) data.set([246, 246, 252], at);
      }
  }

  const rows = Array.from({ length: 14 }, (_, i) => i);

  it('finds the lines between cells that grew, which move half as far', async () => {
    const { alignment, changedPixels } = await align(table(rows, 36), table(rows, 38));
    expect(changedPixels).toBeGreaterThan(5_000);
    expect(alignment.contentPixels).toBe(0);
  });

  it('cuts a striped table where a row was added, if the stripes are within the threshold; else they changed', async () => {
    const many = Array.from({ length: 30 }, (_, i) => i);
    const [before, after] = [
      table(many, 36, true),
      table([...many.slice(0, 5), 77, ...many.slice(5)], 36, true),
    ];
    const tolerant = await align(before, after, { threshold: 0.1 });
    expect(tolerant.alignment.contentPixels).toBeLessThan(tolerant.changedPixels / 5);
    expect(tolerant.alignment.changes.filter(({ kind }) => kind === 'added')).toHaveLength(1);
    const strict = await align(before, after);
    expect(strict.alignment.contentPixels).toBeGreaterThan(2 * tolerant.alignment.contentPixels);
  });
});
