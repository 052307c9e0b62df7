import { beforeAll, describe, expect, it } from 'vitest';
import { readKernel } from '../../adapters/pixels/kernel-file.ts';
import { blankPage, drawText, fillRect, stripPage } from '../../../test/support/strip-page.ts';
import type { Strip } from '../../../test/support/strip-page.ts';
import { writePng } from '../../../test/support/png-writer.ts';
import type { PlainPixels } from '../../../test/support/png-writer.ts';
import { seededRandom } from '../../../test/support/random-pair.ts';
import { comparisonDefaults } from '../../domain/comparison/comparison.ts';
import type { ComparisonSettings } from '../../domain/comparison/comparison.ts';
import { compareImages } from '../compare.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Rect } from '../kernel/pair-pixels.ts';
import { alignPixels } from './align.ts';
import { isInPlace } from './part.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await readKernel());
});

async function align(before: PlainPixels, after: PlainPixels, settings: Partial<ComparisonSettings> = {}) {
  const result = await compareImages(
    kernel,
    { bytes: writePng(before, (y) => y % 5), label: 'before image' },
    { bytes: writePng(after, (y) => (y * 3) % 5), label: 'after image' },
    { settings: { ...comparisonDefaults, ...settings }, withMask: true },
  );
  expect(result.alignment?.skipped).toBe(undefined);
  expect(beyond(before, after, result.alignment!.blocks)).toBe(0);
  return { ...result, alignment: result.alignment! };
}

/** Pixels of claimed blocks that differ by more than two levels. */
function beyond(
  before: PlainPixels,
  after: PlainPixels,
  blocks: readonly { before: Rect; after: Rect }[],
): number {
  let count = 0;
  for (const block of blocks)
    for (let y = 0; y < block.before.height; y++)
      for (let x = 0; x < block.before.width; x++)
        for (let c = 0; c < 3; c++) {
          const at = (page: PlainPixels, { left, top }: Rect) =>
            page.data[((top + y) * page.width + left + x) * page.channels + c]!;
          if (Math.abs(at(before, block.before) - at(after, block.after)) > 2) count++;
        }
  return count;
}

const text = (...seeds: number[]): Strip[] => seeds.map((seed) => ({ height: 60, seed }));
const page = (...strips: Strip[]) => stripPage(300, strips);

/** A page in two columns that differ independently. */
function columns(left: readonly number[], right: readonly number[], height: number): PlainPixels {
  const image = blankPage(400, height);
  fillRect(image, [0, 0, 400, 12], [30, 60, 90]);
  for (const [x, seeds] of [
    [0, left],
    [200, right],
  ] as const)
    for (const [index, seed] of seeds.entries()) drawText(image, [x + 10, 20 + index * 40, 180, 40], seed);
  return image;
}

describe('what moved', () => {
  it('says of an inserted paragraph that it was added and pushed the rest down', async () => {
    const { alignment, changedPixels, alignedMask } = await align(
      page(...text(1, 2, 3, 4, 5, 6)),
      page(...text(1, 2, 99, 3, 4, 5, 6)),
    );
    expect(changedPixels).toBeGreaterThan(5_000);
    expect(alignment).toMatchObject({ summary: 'moved_and_changed', complete: true, changeCount: 1 });
    expect(alignment.changes[0]).toMatchObject({ kind: 'added', before: null });
    expect(alignment.contentPixels).toBe(alignment.changes[0]!.changedPixels);
    expect(alignment.blocks.map(({ before, after }) => after.top - before.top)).toEqual([60]);
    expect(alignedMask).not.toBe(null);
  });

  it('says of a removed paragraph that it was removed', async () => {
    const { alignment } = await align(page(...text(1, 2, 99, 3, 4, 5)), page(...text(1, 2, 3, 4, 5)));
    expect(alignment).toMatchObject({ changeCount: 1, changes: [{ kind: 'removed', after: null }] });
    expect(alignment.blocks.map(({ before, after }) => after.top - before.top)).toEqual([-60]);
  });

  it('finds the column that moved beside one that did not', async () => {
    const { alignment } = await align(
      columns([1, 2, 3, 4, 5, 6, 7], [11, 12, 13, 14, 15, 16, 17, 18], 380),
      columns([1, 99, 2, 3, 4, 5, 6, 7], [11, 12, 13, 14, 15, 16, 17, 18], 380),
    );
    expect(alignment.blocks).toHaveLength(1);
    expect(alignment.blocks[0]!.after.left + alignment.blocks[0]!.after.width).toBeLessThanOrEqual(210);
    expect(alignment.changes.map(({ kind }) => kind)).toEqual(['added']);
  });

  it('finds what moved sideways', async () => {
    const draw = (shift: number) => {
      const image = page(...text(1, 2));
      fillRect(image, [0, 60, 300, 60], [255, 255, 255]);
      drawText(image, [60 + shift, 60, 120, 60], 7);
      drawText(image, [240, 60, 50, 60], 8);
      return image;
    };
    const { alignment } = await align(draw(0), draw(23));
    expect(alignment.blocks.map(({ before, after }) => after.left - before.left)).toEqual([23]);
    expect(alignment.contentPixels).toBe(0);
  });

  it.each([
    ['side by side', [20, 60], [170, 60]],
    ['in two rows', [20, 60], [20, 150]],
    ['far from each other', [20, 60], [170, 330]],
  ] as const)('tells cards that changed places as moved, %s', async (_, first, second) => {
    const draw = (cards: readonly [number, number]) => {
      const image = page(...text(1, 2, 3, 4, 5, 6, 7));
      for (const [index, [left, top]] of [first, second].entries()) {
        fillRect(image, [left - 4, top - 4, 128, 78], [190, 190, 190]);
        fillRect(image, [left - 2, top - 2, 124, 74], [255, 255, 255]);
        drawText(image, [left + 6, top + 6, 100, 58], cards[index]!);
      }
      return image;
    };
    const { alignment } = await align(draw([31, 32]), draw([32, 31]));
    expect(alignment).toMatchObject({ summary: 'moved', contentPixels: 0 });
    expect(new Set(alignment.changes.map(({ kind }) => kind))).toEqual(new Set(['reordered']));
  });

  it('recognizes a list item at another place', async () => {
    const { alignment } = await align(
      page(...text(1, 2, 3, 4, 5, 6, 7, 8)),
      page(...text(1, 3, 4, 5, 6, 2, 7, 8)),
    );
    const reordered = alignment.blocks.filter(({ kind }) => kind === 'reordered');
    expect(reordered).toHaveLength(1);
    expect(alignment).toMatchObject({ summary: 'moved', contentPixels: 0, changeCount: 1 });
    expect(alignment.changes[0]!.kind).toBe('reordered');
  });

  it('takes a gradient that was dithered anew for moved, in no more than two levels', async () => {
    const draw = (top: number, dither: number) => {
      const image = blankPage(300, 500);
      drawText(image, [0, 0, 300, 60], 1);
      drawText(image, [0, top, 300, 60], 2);
      for (let y = 0; y < 120; y++)
        for (let x = 0; x < 300; x++) {
          const level = 100 + Math.floor(x / 4) + ((x + y + dither) % 3 === 0 ? 1 : 0);
          fillRect(image, [x, top + 60 + y, 1, 1], [level, level, 200]);
        }
      drawText(image, [0, top + 180, 300, 60], 3);
      return image;
    };
    const { alignment } = await align(draw(60, 0), draw(100, 1));
    expect(alignment.contentPixels).toBe(0);
    expect(alignment.blocks).toHaveLength(1);
  });

  it('says of blank rows that appeared that they are space', async () => {
    const { alignment } = await align(
      page(...text(1, 2, 3, 4)),
      page(...text(1, 2), { height: 21 }, ...text(3, 4)),
    );
    expect(alignment).toMatchObject({ summary: 'moved', contentPixels: 0, spacePixels: 21 * 300 });
    expect(alignment.changes).toMatchObject([{ kind: 'space', before: null, after: { height: 21 } }]);
  });

  it('says of an inserted band of plain color that it was added: it is no space', async () => {
    const { alignment } = await align(
      page(...text(1, 2, 3, 4)),
      page(...text(1, 2), { height: 40, background: [200, 0, 30] }, ...text(3, 4)),
    );
    expect(alignment.changes).toMatchObject([{ kind: 'added', changedPixels: 40 * 300 }]);
  });

  describe('a colored note that is cut between its text and its empty margin', () => {
    const height = 40;
    const draw = (notes: readonly number[]) => {
      const image = blankPage(400, 600);
      const push = notes.length > 0 ? height + 10 : 0;
      for (let index = 0; index < 11; index++) drawText(image, [320, 12 + index * 50, 76, 40], 40 + index);
      for (let index = 0; index < 10; index++)
        drawText(image, [10, 10 + index * 50 + (index > 0 ? push : 0), 200, 40], index);
      for (const left of notes) {
        fillRect(image, [left, 60, 280, height], [255, 233, 168]);
        drawText(image, [left + 10, 62, 180, height - 4], 99);
      }
      return image;
    };

    it.each(['added', 'removed'] as const)('is one change: %s', async (kind) => {
      const [less, more] = [draw([]), draw([10])];
      const { alignment } = await (kind === 'added' ? align(less, more) : align(more, less));
      expect(alignment.changes.map((change) => change.kind)).toEqual([kind]);
      const box = alignment.changes[0]![kind === 'added' ? 'after' : 'before']!;
      expect(box.left + box.width).toBe(290);
    });
  });

  it('says of the borders of a box that grew that they are space, of a bar of a chart that it changed', async () => {
    const draw = (height: number, width: number): PlainPixels => {
      const image = page(...text(1), { height: height + 40 }, ...text(2, 3));
      fillRect(image, [40, 70, 200, height], [0, 0, 0]);
      if (width > 0)
        fillRect(image, [40 + width, 70 + width, 200 - 2 * width, height - width], [255, 255, 255]);
      return image;
    };
    const box = await align(draw(80, 2), draw(100, 2));
    expect(box.alignment.changes).toMatchObject([{ kind: 'space' }]);
    const bar = await align(draw(80, 0), draw(100, 0));
    expect(bar.alignment.contentPixels).toBeGreaterThan(1_000);
  });

  it('takes blank space that only makes up for an insertion, to the end of the page, as its consequence', async () => {
    const { alignment } = await align(
      page(...text(1, 2, 3), { height: 200 }),
      page(...text(1, 99, 2, 3), { height: 140 }),
    );
    expect(alignment.changes.map(({ kind }) => kind)).toEqual(['added']);
    expect(alignment).toMatchObject({ complete: true, spacePixels: 60 * 300 });
  });

  it('keeps space before something else as a change', async () => {
    const { alignment } = await align(
      page(...text(1, 2, 3), { height: 100 }, ...text(4)),
      page(...text(1, 99, 2, 3), { height: 40 }, ...text(4)),
    );
    expect(alignment.changes.map(({ kind }) => kind)).toEqual(['added', 'space']);
  });

  describe('a row of labels', () => {
    const gap = 16;
    /** Labels of a width and a seed beside each other, from the left or about the middle of the page. */
    const row = (labels: readonly [number, number][], from: 'left' | 'middle' | 'right', margin = 0) => {
      const image = page(...text(1), { height: 60 }, ...text(2));
      const whole = labels.reduce((sum, [width]) => sum + width + gap, -gap);
      let left = from === 'left' ? 20 + margin : from === 'right' ? 280 - whole : Math.round(150 - whole / 2);
      for (const [width, seed] of labels) {
        const seen = Math.min(width, 300 - left);
        fillRect(image, [left, 70, seen, 40], [210, 225, 240]);
        drawText(image, [left, 74, seen, 32], seed);
        left += width + gap;
      }
      return image;
    };
    const labels: [number, number][] = [
      [60, 10],
      [48, 11],
    ];
    const withAnother: [number, number][] = [labels[0]!, [40, 12], labels[1]!];

    it.each(['left', 'middle', 'right'] as const)(
      'takes what it leaves blank beside it as a consequence of one that was added, aligned to the %s',
      async (from) => {
        const { alignment } = await align(row(labels, from), row(withAnother, from));
        expect(alignment.changes.map(({ kind }) => kind)).toEqual(['added']);
        const back = await align(row(withAnother, from), row(labels, from));
        expect(back.alignment.changes.map(({ kind }) => kind)).toEqual(['removed']);
        expect([alignment.complete, back.alignment.complete]).toEqual([true, true]);
      },
    );

    it('keeps the space before it as a change where that is what pushed the row', async () => {
      const kinds = async (before: PlainPixels, after: PlainPixels) =>
        (await align(before, after)).alignment.changes.map(({ kind }) => kind);
      expect(await kinds(row(labels, 'left'), row(withAnother, 'left', 30))).toEqual(['space', 'added']);
      const wide: [number, number][] = [...withAnother, [90, 13]];
      expect(await kinds(row(wide, 'left', 40), row(wide, 'left', 80))).toContain('space');
    });

    it('that moved as a whole is one change: the space before it', async () => {
      const { alignment } = await align(row(labels, 'left'), row(labels, 'left', 30));
      expect(alignment.changes).toMatchObject([{ kind: 'space', before: null, after: { width: 30 } }]);
      expect(alignment.complete).toBe(true);
    });
  });

  it('calls many displacements a reflow', async () => {
    const strips = (gap: number) =>
      Array.from({ length: 16 }, (_, i) => [...text(i), { height: gap }]).flat();
    const { alignment } = await align(page(...strips(10)), page(...strips(13)));
    expect(alignment.summary).toBe('reflow');
  });
});

describe('what did not move', () => {
  it.each<[string, (image: PlainPixels) => void]>([
    ['one word', (image) => drawText(image, [40, 130, 60, 30], 50)],
    ['a plain area', (image) => fillRect(image, [40, 130, 90, 30], [0, 90, 200])],
    ['every pixel', ({ data }) => data.forEach((value, index) => (data[index] = 255 - value))],
  ])('claims nothing where only %s changed', async (_name, change) => {
    const after = page(...text(1, 2, 3, 4, 5));
    change(after);
    const { alignment, changedPixels } = await align(page(...text(1, 2, 3, 4, 5)), after);
    expect(alignment).toMatchObject({ summary: 'changed', blockCount: 0, contentPixels: changedPixels });
    expect(alignment.complete).toBe(true);
  });

  it('claims nothing of a few rows that look alike', async () => {
    const dots = (y: number) => {
      const image = blankPage(300, 200);
      fillRect(image, [20, y, 60, 3], [0, 0, 0]);
      return image;
    };
    const { alignment } = await align(dots(40), dots(120));
    expect(alignment.blockCount).toBe(0);
  });

  it('P78: changes nothing of the plain result', async () => {
    const [before, after] = [page(...text(1, 2, 3)), page(...text(1, 9, 2, 3))];
    const files = [before, after].map((image) => ({ bytes: writePng(image, () => 2), label: 'image' }));
    const options = { settings: comparisonDefaults, withMask: true };
    const plain = await compareImages(kernel, files[0]!, files[1]!, { ...options, align: false });
    const aligned = await compareImages(kernel, files[0]!, files[1]!, options);
    expect(plain).toMatchObject({ alignment: null, alignedMask: null, farthestMove: 0 });
    expect({ ...aligned, alignment: null, alignedMask: null, farthestMove: 0 }).toEqual(plain);
  });
});

describe('small changes inside moved content', () => {
  const before = () => page(...text(1, 2, 3, 4, 5));
  const after = () => page(...text(1, 99, 2, 3, 4, 5));
  it.each<[string, (image: PlainPixels) => void]>([
    ['a dot', (image) => fillRect(image, [150, 201, 3, 3], [220, 0, 0])],
    ['a pixel', (image) => fillRect(image, [150, 201, 1, 1], [220, 0, 0])],
    ['a line in another color', (image) => fillRect(image, [10, 178, 200, 1], [90, 90, 240])],
  ])('reports %s', async (_name, change) => {
    const image = after();
    change(image);
    const { alignment } = await align(before(), image);
    const below = alignment.changes.filter((box) => (box.after ?? box.before)!.top > 130);
    expect(below.length).toBeGreaterThan(0);
    expect(below.reduce((sum, { changedPixels }) => sum + changedPixels, 0)).toBeGreaterThan(0);
  });

  it('reports text that moved by one pixel more as a move', async () => {
    const image = after();
    fillRect(image, [0, 180, 300, 60], [255, 255, 255]);
    drawText(image, [1, 180, 299, 60], 3);
    const { alignment } = await align(before(), image);
    expect(alignment.blocks.some((block) => block.after.left - block.before.left === 1)).toBe(true);
  });

  it('lists a line that moved down by one pixel more', async () => {
    const image = after();
    fillRect(image, [0, 180, 300, 60], [255, 255, 255]);
    drawText(image, [0, 181, 300, 60], 3);
    const { alignment } = await align(before(), image);
    expect(alignment.changes.length).toBeGreaterThan(1);
  });

  it('forgives at another place what drawing may do, and counts it; in place it forgives nothing', async () => {
    const corner = (image: PlainPixels, top: number, levels: readonly number[]) => {
      fillRect(image, [100, top, 60, 40], [0, 0, 0]);
      levels.forEach((level, index) => fillRect(image, [100 + index, top, 1, 1], [level, level, level]));
    };
    const draw = (strips: Strip[], top: number, levels: number[]) => {
      const image = page(...strips);
      fillRect(image, [0, top - 4, 300, 52], [255, 255, 255]);
      corner(image, top, levels);
      return image;
    };
    const moved = await align(
      draw(text(1, 2, 3, 4, 5), 190, [200, 120, 60]),
      draw(text(1, 99, 2, 3, 4, 5), 250, [190, 110, 66]),
    );
    expect(moved.alignment).toMatchObject({ residuePixels: 3, changeCount: 1 });
    const still = await align(
      draw(text(1, 2, 3, 4, 5), 190, [200, 120, 60]),
      draw(text(1, 2, 3, 4, 5), 190, [190, 110, 66]),
      { antialiasing: 'count' },
    );
    expect(still.alignment).toMatchObject({ residuePixels: 0, contentPixels: 3 });
  });
});

describe('the tiling', () => {
  it('P77: has every pixel between the first and the last change once, in both images, and claims nothing false', () => {
    const random = seededRandom(11);
    for (let round = 0; round < 25; round++) {
      const [before, after] = [randomPage(random), randomPage(random)];
      const pair = [before, after].map((image) => writePng(image, () => 0));
      const rows = kernel.reserve(
        { width: before.width, height: before.height, filtered: false },
        { width: after.width, height: after.height, filtered: false },
        3,
      );
      rows.before.set(before.data);
      rows.after.set(after.data);
      expect(pair).toHaveLength(2);
      const settings = { maxColourDistance: 0, antialiasing: 'slight' } as const;
      kernel.begin(settings);
      const height = Math.max(before.height, after.height);
      const regions = [{ left: 0, top: 0, width: before.width, height, changedPixels: 1e9 }];
      const { parts } = alignPixels(kernel.pairPixels(), { before, after, regions, settings });
      for (const [side, image] of [
        ['before', before],
        ['after', after],
      ] as const) {
        const seen = new Uint8Array(image.width * image.height);
        for (const part of parts) {
          const { left, top, width, height: rowCount } = part[side];
          for (let y = top; y < top + rowCount; y++)
            for (let x = left; x < left + width; x++) seen[y * image.width + x]!++;
        }
        expect(seen.every((times) => times === 1)).toBe(true);
      }
      expect(
        beyond(
          before,
          after,
          parts.filter((part) => part.isEqual && !isInPlace(part)),
        ),
      ).toBe(0);
    }
  });

  /** Some strips of text, some in two columns: pages of one kind have parts in common. */
  function randomPage(random: () => number): PlainPixels {
    const strips = Array.from({ length: 3 + Math.floor(random() * 6) }, (): Strip => ({
      height: 20 + Math.floor(random() * 4) * 20,
      ...(random() < 0.8 && { seed: Math.floor(random() * 6) }),
      ...(random() < 0.2 && { background: [240, 240, 250] }),
    }));
    const image = stripPage(160, strips);
    if (random() < 0.5 && image.height > 80) {
      fillRect(image, [80, 20, 80, image.height - 20], [255, 255, 255]);
      drawText(image, [84, 20 + Math.floor(random() * 30), 70, image.height - 60], Math.floor(random() * 3));
    }
    return image;
  }
});

describe('edge cases', () => {
  it('aligns the common width where the widths differ, and is not complete', async () => {
    const wide = stripPage(
      340,
      text(1, 99, 2, 3, 4).map((strip) => ({ ...strip })),
    );
    const { alignment } = await align(page(...text(1, 2, 3, 4)), wide);
    expect(alignment.complete).toBe(false);
    expect(alignment.changes.some(({ after }) => after?.left === 300 && after.width === 40)).toBe(true);
  });

  it('takes images of one pixel', async () => {
    const { alignment } = await align(blankPage(1, 1), blankPage(1, 1, [0, 0, 0]));
    expect(alignment).toMatchObject({ summary: 'changed', contentPixels: 1, changeCount: 1 });
  });

  it('takes images with alpha', async () => {
    const withAlpha = ({ width, height, data }: PlainPixels): PlainPixels => {
      const rgba = new Uint8Array(width * height * 4).fill(255);
      for (let i = 0; i < width * height; i++) rgba.set(data.subarray(i * 3, i * 3 + 3), i * 4);
      return { width, height, channels: 4, data: rgba };
    };
    const [before, after] = [page(...text(1, 2, 3)), page(...text(1, 9, 2, 3))];
    const opaque = await align(before, after);
    expect((await align(withAlpha(before), withAlpha(after))).alignment).toEqual(opaque.alignment);
  });

  it('tolerates a move, and says so', async () => {
    const [before, after] = [page(...text(1, 2, 3)), page({ height: 9 }, ...text(1, 2, 3))];
    const tolerant = await align(before, after, { moves: 'tolerate' });
    expect(tolerant.forgivenPixels).toBe(tolerant.changedPixels);
    expect(tolerant.farthestMove).toBe(9);
    const strict = await align(before, after, { moves: 'tolerate', maxMove: 8 });
    expect(strict.forgivenPixels).toBe(0);
  });
});
