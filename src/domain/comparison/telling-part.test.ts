import { expect, it } from 'vitest';
import { aligned } from '../../../test/support/aligned.ts';
import type { MadeUpChange } from '../../../test/support/aligned.ts';
import type { Alignment } from './alignment.ts';
import { tellingPart } from './telling-part.ts';

const region = (top: number, changedPixels: number) => ({
  left: 0,
  top,
  width: 1280,
  height: 40,
  changedPixels,
});
const regions = [region(900, 10), region(2_000, 5_000), region(2_500, 20)];
const block = {
  kind: 'moved' as const,
  before: { left: 0, top: 600, width: 1280, height: 2_000 },
  after: { left: 0, top: 664, width: 1280, height: 2_000 },
};

function part(
  changes: readonly MadeUpChange[],
  over: Partial<Alignment>,
  side: 'before' | 'after' = 'after',
) {
  return tellingPart({ regions, alignment: aligned(changes, over).alignment! }, side);
}

const moved = { summary: 'moved_and_changed' as const, blocks: [block], blockCount: 1 };

it('is the biggest region where nothing moved', () => {
  expect(tellingPart({ regions, alignment: null }, 'after')).toMatchObject({ top: 2_000 });
  expect(part([{ word: 'a' }], {})).toMatchObject({ top: 2_000 });
  expect(part([{ word: 'a' }], { ...moved, summary: 'reflow' })).toMatchObject({ top: 2_000 });
  expect(tellingPart({ regions: [], alignment: null }, 'after')).toBe(null);
});

it('is the biggest change where the rest only moved', () => {
  const added = { word: 'note', kind: 'added' as const, before: null, changedPixels: 900, top: 600 };
  const removed = { word: 'gone', kind: 'removed' as const, after: null, changedPixels: 2_000, top: 300 };
  const space = { word: 'space', kind: 'space' as const, before: null, changedPixels: 0, top: 1_200 };
  const all = [{ word: 'label', top: 20 }, added, removed, space];
  expect(part(all, moved)).toMatchObject({ top: 600 });
  expect(part(all, moved, 'before')).toMatchObject({ top: 300 });
  expect(part([space], { ...moved, summary: 'moved' })).toMatchObject({ top: 1_200 });
});

it('is what moved where nothing else is on that side', () => {
  const space = { word: 'space', kind: 'space' as const, after: null, changedPixels: 0 };
  expect(part([space], { ...moved, summary: 'moved' })).toEqual(block.after);
  expect(part([space], { ...moved, summary: 'moved' }, 'before')).toMatchObject({ top: 100 });
});
