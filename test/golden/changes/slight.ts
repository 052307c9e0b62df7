import { expect } from 'vitest';
import { readKernel } from '../../../src/adapters/pixels/kernel-file.ts';
import { Kernel } from '../../../src/image/kernel/kernel.ts';
import { renderChanges } from './corpus.ts';
import { findHidden } from './find-hidden.ts';

/**
 * No visible change is the same at the defaults.
 *
 * @param scale device pixels per CSS pixel
 * @param step which share of the corpus is tried: one case in so many
 */
export async function expectNothingHidden(scale: number, step: number): Promise<void> {
  const kernel = new Kernel(await readKernel());
  const changes = await renderChanges(scale, { step });
  // Rounding leaves few changes without a different pixel, so the corpus is as large as intended.
  expect(changes.length).toBeGreaterThan(11_500 / step);
  expect(await findHidden(kernel, changes)).toEqual([]);
}
