import { describe, expect, it } from 'vitest';
import {
  alignmentOf,
  changeOf,
  insertedParagraph,
  moved,
  movedSideways,
  removedRows,
  reorderedCard,
} from '../../../test/support/sample-moves.ts';
import { pngSize } from '../../local/images.ts';
import { alignedLayout } from './aligned-layout.ts';

const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height });
const size = (height: number, width = 1280) => ({ width, height });

describe('the layout of aligned images', () => {
  it('makes rows of what spans the page, and the canvas as high as both together', () => {
    const blocks = [moved(box(0, 800, 1280, 200), { y: 64 })];
    const changes = [changeOf({ kind: 'added', before: null, after: box(181, 800, 917, 48) })];
    const layout = alignedLayout(alignmentOf(blocks, changes), { before: size(1000), after: size(1064) });
    expect(layout.canvas).toEqual(size(1064));
    expect(layout.segments).toHaveLength(3);
    expect(layout.parts).toEqual([
      {
        kind: 'moved',
        before: box(0, 864, 1280, 200),
        after: box(0, 864, 1280, 200),
        displacement: { x: 0, y: 64 },
        arrow: '↓ 64',
        isAlone: false,
      },
    ]);
    expect(layout.regions[0]).toMatchObject(box(181, 800, 917, 48));
  });

  it('leaves the rows alone where a column moved on its own, and lays it where it is now', () => {
    const blocks = [moved(box(860, 262, 260, 600), { y: 64 })];
    const changes = [changeOf({ kind: 'added', before: null, after: box(860, 262, 260, 48) })];
    const layout = alignedLayout(alignmentOf(blocks, changes), { before: size(1000), after: size(1000) });
    expect(layout.segments).toEqual([{ top: 0, height: 1000, before: 0, after: 0 }]);
    expect(layout.parts[0]).toMatchObject({ isAlone: true, before: box(860, 262, 260, 600) });
    expect(layout.patches).toEqual({
      holes: [box(860, 262, 260, 600), box(860, 262, 260, 48)],
      parts: [{ from: box(860, 262, 260, 600), to: box(860, 326, 260, 600) }],
    });
  });

  it('lays a resized area as far as it goes', () => {
    const change = changeOf({ kind: 'resized', before: box(40, 100, 48, 18), after: box(40, 100, 78, 12) });
    const layout = alignedLayout(alignmentOf([], [change]), { before: size(300), after: size(300) });
    expect(layout.patches).toEqual({
      holes: [box(40, 100, 48, 18), box(40, 100, 78, 12)],
      parts: [{ from: box(40, 100, 48, 18), to: box(40, 100, 48, 12) }],
    });
  });

  it('places what was removed where it was, with a gap on the other side', () => {
    const blocks = [moved(box(0, 400, 1280, 600), { y: -120 })];
    const changes = [changeOf({ kind: 'removed', before: box(0, 280, 1280, 104), after: null })];
    const layout = alignedLayout(alignmentOf(blocks, changes), { before: size(1000), after: size(880) });
    expect(layout.segments[1]).toEqual({ top: 280, height: 120, before: 280, after: null });
    expect(layout.regions[0]).toMatchObject(box(0, 280, 1280, 104));
    expect(layout.gaps).toEqual([
      { side: 'after', box: box(0, 280, 1280, 120), words: '120 px removed here' },
    ]);
  });

  it('does not take a reordered part for rows', () => {
    const block = moved(box(0, 650, 1280, 132), { y: -264 }, 'reordered');
    const layout = alignedLayout(alignmentOf([block], []), { before: size(900), after: size(900) });
    expect(layout.segments).toHaveLength(1);
    expect(layout.parts[0]).toMatchObject({ kind: 'reordered', isAlone: true, arrow: '↑ 264' });
  });

  it('says in a gap what is missing there: something new, or something that moved', () => {
    const card = moved(box(181, 658, 917, 112), { y: -264 }, 'reordered');
    const blocks = [card, moved(box(0, 394, 1280, 264), { y: 132 })];
    const layout = alignedLayout(alignmentOf(blocks, []), { before: size(1000), after: size(1000) });
    expect(layout.gaps.map(({ side, words }) => `${side}: ${words}`)).toEqual([
      'before: 132 px moved here',
      'after: 132 px moved from here',
    ]);
    const longer = alignedLayout(alignmentOf([], []), { before: size(1000), after: size(2064) });
    expect(longer.gaps[0]!.words).toBe('1,064 px added here');
  });
});

describe('the layout of whole pages', () => {
  it.each([
    ['an inserted paragraph', insertedParagraph, ['before: 64 px added here'], []],
    ['a banner that is gone', removedRows, ['after: 120 px removed here'], []],
    [
      'a card that moved up',
      reorderedCard,
      ['before: 132 px moved here', 'after: 132 px moved from here'],
      ['↑ 264'],
    ],
    ['a longer word in the navigation', movedSideways, [], ['→ 28']],
  ])('%s', async (_, make, gaps, alone) => {
    const { before, after, alignment } = await make();
    const layout = alignedLayout(alignment, { before: pngSize(before)!, after: pngSize(after)! });
    expect(layout.gaps.map(({ side, words }) => `${side}: ${words}`)).toEqual(gaps);
    expect(layout.parts.filter(({ isAlone }) => isAlone).map(({ arrow }) => arrow)).toEqual(alone);
  });
});
