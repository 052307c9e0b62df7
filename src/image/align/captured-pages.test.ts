/** Pages as Chromium drew them: what a person calls one change counts as one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { readKernel } from '../../adapters/pixels/kernel-file.ts';
import { blankPage, drawText, fillRect } from '../../../test/support/strip-page.ts';
import { writePng } from '../../../test/support/png-writer.ts';
import { seededRandom } from '../../../test/support/random-pair.ts';
import type { Alignment } from '../../domain/comparison/alignment.ts';
import { comparisonDefaults } from '../../domain/comparison/comparison.ts';
import { compareImages } from '../compare.ts';
import { Kernel } from '../kernel/kernel.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

async function align(before: Uint8Array, after: Uint8Array): Promise<Alignment> {
  const { alignment } = await compareImages(
    kernel,
    { bytes: before, label: 'before image' },
    { bytes: after, label: 'after image' },
    { settings: comparisonDefaults, withMask: true },
  );
  return alignment!;
}

function fixture(name: string, side: 'before' | 'after'): Uint8Array {
  return readFileSync(join(import.meta.dirname, `../../../test/fixtures/${name}/${side}.png`));
}

const label = 'a label of the side bar';

// In each, a label of the side bar changed in the same rows.
it.each([
  ['a box that grew above and below its text, and pushed what is below it', 'grown-box', 'space'],
  ['a paragraph that begins in bold, and is a line longer', 'bold-beginning', 'resized'],
  ['an item that moved up in a list', 'moved-item', 'reordered'],
])(`tells %s as one change, beside ${label}`, async (_what, name, kind) => {
  const alignment = await align(fixture(name, 'before'), fixture(name, 'after'));
  expect(alignment).toMatchObject({ complete: true, truncated: false, changeCount: 2 });
  expect(alignment.changes.map((change) => change.kind).toSorted()).toEqual(['changed', kind].toSorted());
  const changed = alignment.changes.find((change) => change.kind === 'changed')!;
  expect(changed.before).toMatchObject({ left: 21, width: 57, height: 15 });
});

it('tells a label that pushed another one, which is drawn anew but for letters, as one change', async () => {
  const alignment = await align(fixture('pushed-label', 'before'), fixture('pushed-label', 'after'));
  expect(alignment.changes.map(({ kind }) => kind)).toEqual(['changed']);
  expect(alignment).toMatchObject({ summary: 'changed', blockCount: 0, complete: true });
});

it('does not count a side bar as content of what came beside it', async () => {
  const page = (paragraphs: readonly number[]) => {
    const image = blankPage(300, 40 + 40 * paragraphs.length);
    fillRect(image, [0, 0, 60, image.height], [235, 238, 245]);
    for (const [index, seed] of paragraphs.entries()) drawText(image, [80, 20 + 40 * index, 180, 30], seed);
    return writePng(image);
  };
  const { changes } = await align(page([1, 2, 3, 4]), page([1, 2, 9, 3, 4]));
  expect(changes.map(({ kind }) => kind)).toEqual(['added']);
  expect(changes[0]!.after!.left).toBeGreaterThanOrEqual(80);
});

it.each([
  ['vector image', 'redrawn-drawing'],
  ['photo', 'redrawn-photo'],
])('a %s that moved by a fraction of a pixel, and was drawn anew, has only moved', async (_what, name) => {
  const alignment = await align(fixture(name, 'before'), fixture(name, 'after'));
  expect(alignment.changes.map(({ kind }) => kind)).toEqual(['added']);
  expect(alignment.residuePixels).toBeGreaterThan(10);
});

it.each([
  ['a hairline that moved by a pixel', [50, 61, 160, 1], [50, 62, 160, 1], 30, 30],
  ['thin strokes that became lighter', [50, 60, 2, 12], [50, 60, 2, 12], 30, 110],
  ['a dot that became lighter', [50, 60, 3, 3], [50, 60, 3, 3], 30, 110],
  ['a dot that came', [50, 60, 0, 0], [50, 60, 2, 2], 30, 30],
  ['a stroke that is a pixel wider', [50, 60, 2, 12], [50, 60, 3, 12], 30, 30],
] as const)('tells %s inside moved content', async (_what, before, after, levelBefore, levelAfter) => {
  const page = (seeds: readonly number[], [left, top, width, height]: readonly number[], level: number) => {
    const image = blankPage(300, 200 + 40 * seeds.length);
    for (const [index, seed] of seeds.entries()) drawText(image, [20, 10 + 40 * index, 240, 30], seed);
    const shift = 40 * seeds.length;
    fillRect(image, [left!, top! + shift, width!, height!], [level, level, level]);
    drawText(image, [20, 100 + shift, 240, 30], 7);
    return writePng(image);
  };
  const { changes } = await align(page([1, 2], before, levelBefore), page([1, 9, 2], after, levelAfter));
  expect(changes.map(({ kind }) => kind)).toContain('added');
  expect(changes.filter(({ kind }) => kind !== 'added').length).toBeGreaterThan(0);
});

it('specks in every row of a tall photo that moved are forgiven, from its first row on', async () => {
  const [width, rows] = [320, 1_600];
  const page = (seeds: readonly number[], speckLevels: number) => {
    const shift = 40 * seeds.length;
    const image = blankPage(width, shift + rows + 120);
    for (const [index, seed] of seeds.entries()) drawText(image, [20, 10 + 40 * index, 240, 30], seed);
    drawText(image, [20, shift + 10, 240, 30], 7);
    const random = seededRandom(5);
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < width; x++) {
        const level = 40 + Math.floor(random() * 170) + (x === (y * 37) % width ? speckLevels : 0);
        image.data.fill(level, 3 * ((shift + 60 + y) * width + x), 3 * ((shift + 60 + y) * width + x) + 3);
      }
    drawText(image, [20, shift + rows + 80, 240, 30], 8);
    return writePng(image);
  };
  const alignment = await align(page([1, 2], 0), page([1, 9, 2], 24));
  expect(alignment.changes.map(({ kind }) => kind)).toEqual(['added']);
  expect(alignment.residuePixels).toBe(rows);
});
