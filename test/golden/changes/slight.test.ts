import { beforeAll, expect, it } from 'vitest';
import { readKernel } from '../../../src/adapters/pixels/kernel-file.ts';
import { Kernel } from '../../../src/image/kernel/kernel.ts';
import { renderChanges } from './corpus.ts';
import { findHidden } from './find-hidden.ts';

let kernel: Kernel;

beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

it.each([
  [1, 1],
  [2, 3],
])(
  'no visible change is the same at the defaults, at %i device pixels per CSS pixel, one case in %i',
  { timeout: 120_000 },
  async (scale, step) => {
    const changes = await renderChanges(scale, { step });
    // Rounding leaves few changes without a different pixel, so the corpus is as large as intended.
    expect(changes.length).toBeGreaterThan(11_500 / step);
    expect(await findHidden(kernel, changes)).toEqual([]);
  },
);
