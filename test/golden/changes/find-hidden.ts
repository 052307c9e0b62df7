import type { AntialiasingRule } from '../../../src/domain/comparison/comparison.ts';
import { comparisonDefaults } from '../../../src/domain/comparison/comparison.ts';
import { compareImages } from '../../../src/image/compare.ts';
import type { Kernel } from '../../../src/image/kernel/kernel.ts';
import { writePng } from '../../support/png-writer.ts';
import type { RenderedChange } from './corpus.ts';

/** Names of the changes that a comparison calls "same". */
export async function findHidden(
  kernel: Kernel,
  changes: readonly RenderedChange[],
  antialiasing: AntialiasingRule = comparisonDefaults.antialiasing,
): Promise<string[]> {
  const hidden: string[] = [];
  for (const { name, before, after } of changes) {
    const difference = await compareImages(
      kernel,
      { bytes: writePng(before), label: 'before image' },
      { bytes: writePng(after), label: 'after image' },
      { settings: { ...comparisonDefaults, antialiasing }, withMask: false },
    );
    if (difference.changedPixels === 0) hidden.push(name);
  }
  return hidden;
}
