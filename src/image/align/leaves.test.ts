import { beforeAll, describe, expect, it } from 'vitest';
import { readKernel } from '../../adapters/pixels/kernel-file.ts';
import { comparedPixels } from '../../../test/support/compared-pixels.ts';
import { blankPage, drawText, fillRect } from '../../../test/support/strip-page.ts';
import type { PlainPixels } from '../../../test/support/png-writer.ts';
import { Kernel } from '../kernel/kernel.ts';
import { readLeaves } from './leaves.ts';
import { leaf } from './part.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

/** Two pages of text; what is between `top` and its end, in each, was found to be removed here and added there. */
function read(before: PlainPixels, after: PlainPixels, top: { before: number; after: number }) {
  const pixels = comparedPixels(kernel, before, after);
  pixels.settle(0, before.height);
  const box = (at: number, height: number) => ({ left: 0, top: at, width: 300, height });
  const parts = [
    leaf({ before: box(top.before, 60), after: box(top.before, 0) }),
    leaf({ before: box(top.before + 60, 0), after: box(top.after, 60) }),
  ];
  const { leaves, blocks } = readLeaves(pixels, parts, false);
  return { leaves: leaves.map(({ kind }) => kind), blocks };
}

function textAt(top: number): PlainPixels {
  const image = blankPage(300, 300);
  drawText(image, [10, top, 200, 60], 3);
  return image;
}

describe('content that was found to be removed here and added there', () => {
  it('is at another place', () => {
    const { leaves, blocks } = read(textAt(60), textAt(200), { before: 60, after: 200 });
    expect(leaves).toEqual([]);
    expect(blocks).toMatchObject([{ kind: 'reordered' }]);
  });

  it('has not moved if it is where it was', () => {
    expect(read(textAt(60), textAt(60), { before: 60, after: 60 })).toEqual({ leaves: [], blocks: [] });
  });

  it('is not forgiven a level if it is where it was', () => {
    const after = textAt(60);
    for (let x = 0; x < 200; x++) {
      const at = (68 * 300 + 10 + x) * 3;
      if (after.data[at] === 20) fillRect(after, [10 + x, 68, 1, 1], [21, 20, 20]);
    }
    expect(read(textAt(60), after, { before: 60, after: 60 })).toEqual({
      leaves: ['removed', 'added'],
      blocks: [],
    });
  });
});
