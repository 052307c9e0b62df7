import { describe, expect, it } from 'vitest';
import { alignmentOf, moved } from '../../../test/support/sample-moves.ts';
import { alignedLayout } from './aligned-layout.ts';
import { bandShapes, partsWithBand } from './band-shape.ts';

const size = { width: 1280, height: 4000 };
const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height });
const partsOf = (...blocks: ReturnType<typeof moved>[]) =>
  alignedLayout(alignmentOf(blocks, []), { before: size, after: size }).parts;
const gutter = { width: 64, height: 800 };

describe('bands between the panes', () => {
  const parts = partsOf(moved(box(860, 200, 260, 400), { y: 64 }));

  it('lead from the old place to the new one, with the words in the middle', () => {
    expect(bandShapes(parts, [0], { x: 0, y: 100, scale: 0.5 }, gutter)).toEqual([
      { part: 0, path: 'M0 50C32 50 32 82 64 82L64 282C32 282 32 250 0 250Z', words: 166 },
    ]);
  });

  it('are left out if they are not seen; their words stay in view', () => {
    expect(bandShapes(parts, [0], { x: 0, y: 3000, scale: 1 }, gutter)).toEqual([]);
    const [band] = bandShapes(parts, [0], { x: 0, y: 600, scale: 1 }, gutter);
    expect(band!.words).toBeGreaterThanOrEqual(12);
  });

  it('never write one over the other', () => {
    const many = partsOf(
      ...[0, 1, 2, 3].map((index) => moved(box(100 + index * 200, 300, 60, 100), { y: 8 + index })),
    );
    const words = bandShapes(many, [0, 1, 2, 3], { x: 0, y: 0, scale: 1 }, gutter).map((band) => band.words);
    for (let index = 1; index < words.length; index++)
      expect(words[index]! - words[index - 1]!).toBeGreaterThanOrEqual(24);
  });

  it('join only parts that moved on their own, the biggest 40 of them', () => {
    expect(partsWithBand(partsOf(moved(box(0, 800, 1280, 3000), { y: 64 })))).toEqual([]);
    const many = partsOf(
      ...Array.from({ length: 50 }, (_, index) =>
        moved(box(100, index * 70, 60, 10 + index), { y: 100 + index }),
      ),
    );
    const shown = partsWithBand(many);
    expect(shown).toHaveLength(40);
    expect(Math.min(...shown.map((index) => many[index]!.after.height))).toBe(20);
  });
});
