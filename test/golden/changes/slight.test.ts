import { beforeAll, describe, expect, it } from 'vitest';
import { readKernel } from '../../../src/adapters/pixels/kernel-file.ts';
import { comparisonDefaults } from '../../../src/domain/comparison.ts';
import type { AntialiasingRule } from '../../../src/domain/comparison.ts';
import { comparePictures } from '../../../src/image/compare.ts';
import { Kernel } from '../../../src/image/kernel/kernel.ts';
import { writePng } from '../../support/png-writer.ts';
import { renderChanges } from './corpus.ts';
import type { RenderedChange } from './corpus.ts';

let kernel: Kernel;

beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

async function changedPixels(
  { before, after }: RenderedChange,
  antialiasing: AntialiasingRule,
): Promise<number> {
  const difference = await comparePictures(
    kernel,
    { bytes: writePng(before), label: 'before picture' },
    { bytes: writePng(after), label: 'after picture' },
    { settings: { ...comparisonDefaults, antialiasing }, withMask: false },
  );
  return difference.changedPixels;
}

describe.each([1, 2])('at %i device pixels per CSS pixel', (scale) => {
  it('no visible change is called the same', { timeout: 120_000 }, async () => {
    const hidden: string[] = [];
    const changes = await renderChanges(scale);
    for (const change of changes) {
      if ((await changedPixels(change, comparisonDefaults.antialiasing)) === 0) hidden.push(change.name);
    }
    expect(changes.length).toBeGreaterThan(3_000);
    expect(hidden).toEqual([]);
  });
});
