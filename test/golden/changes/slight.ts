/** That no visible change is "the same" at the defaults, tried on thousands of changes. */

import { beforeAll, expect, it } from 'vitest';
import { readKernel } from '../../../src/adapters/pixels/kernel-file.ts';
import { Kernel } from '../../../src/image/kernel/kernel.ts';
import { renderChanges } from './corpus.ts';
import { findHidden } from './find-hidden.ts';

/** @param cases device pixels per CSS pixel, and which share of the corpus is tried: one case in so many */
export function testVisibleChanges(cases: readonly [scale: number, step: number][]): void {
  let kernel: Kernel;

  beforeAll(async () => {
    kernel = new Kernel(await readKernel());
  });

  it.each(cases)(
    'no visible change is the same at the defaults, at %i device pixels per CSS pixel, one case in %i',
    { timeout: 120_000 },
    async (scale, step) => {
      const changes = await renderChanges(scale, { step });
      // Rounding leaves few changes without a different pixel, so the corpus is as large as intended.
      expect(changes.length).toBeGreaterThan(11_500 / step);
      expect(await findHidden(kernel, changes)).toEqual([]);
    },
  );
}
