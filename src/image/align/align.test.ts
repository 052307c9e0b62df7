import { beforeAll, describe, expect, it } from 'vitest';
import { readKernel } from '../../adapters/pixels/kernel-file.ts';
import { stripPage } from '../../../test/support/strip-page.ts';
import type { Strip } from '../../../test/support/strip-page.ts';
import { writePng } from '../../../test/support/png-writer.ts';
import type { PlainPixels } from '../../../test/support/png-writer.ts';
import { comparisonDefaults } from '../../domain/comparison/comparison.ts';
import { compareImages } from '../compare.ts';
import { Kernel } from '../kernel/kernel.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

async function align(before: PlainPixels, after: PlainPixels) {
  const result = await compareImages(
    kernel,
    { bytes: writePng(before, () => 2), label: 'before image' },
    { bytes: writePng(after, () => 2), label: 'after image' },
    { settings: comparisonDefaults, withMask: true },
  );
  return { ...result, alignment: result.alignment! };
}

const paragraphs = (...seeds: number[]): Strip[] => seeds.map((seed) => ({ height: 60, seed }));
const page = (...strips: Strip[]) => stripPage(300, strips);

describe('what moved', () => {
  it('tells an inserted paragraph as one addition above what moved down', async () => {
    const { alignment, changedPixels } = await align(
      page(...paragraphs(1, 2, 3, 4, 5, 6)),
      page(...paragraphs(1, 2, 99, 3, 4, 5, 6)),
    );
    expect(changedPixels).toBeGreaterThan(5_000);
    expect(alignment).toMatchObject({ summary: 'moved_and_changed', complete: true, changeCount: 1 });
    expect(alignment.changes[0]).toMatchObject({ kind: 'added', before: null });
    expect(alignment.blocks).toHaveLength(1);
    const [block] = alignment.blocks;
    expect(block!.after.top - block!.before.top).toBe(60);
  });
});
