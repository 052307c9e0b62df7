import { describe, expect, it } from 'vitest';
import { changeOf, moved } from '../../../test/support/sample-moves.ts';
import { joinedBlocks, toldChanges } from './moved-parts.ts';

const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height });

describe('joining what moved together', () => {
  it('makes one part of the cards of a row and the rows around them', () => {
    const cards = [40, 460, 880].map((left) => moved(box(left, 600, 360, 400), { y: 64 }));
    const rows = [moved(box(0, 200, 1280, 380), { y: 64 }), moved(box(0, 1010, 1280, 900), { y: 64 })];
    expect(joinedBlocks([...cards, ...rows])).toEqual([moved(box(0, 200, 1280, 1710), { y: 64 })]);
  });

  it('keeps other displacements, and what is far away', () => {
    const blocks = [
      moved(box(0, 0, 100, 100), { y: 8 }),
      moved(box(110, 0, 100, 100), { y: 9 }),
      moved(box(300, 0, 100, 100), { y: 8 }),
    ];
    expect(joinedBlocks(blocks)).toHaveLength(3);
  });

  it('never claims a part that moved otherwise, nor much that did not move', () => {
    const around = [moved(box(0, 0, 100, 300), { y: 8 }), moved(box(140, 0, 100, 300), { y: 8 })];
    expect(joinedBlocks([...around, moved(box(104, 100, 30, 100), { y: 40 })])).toHaveLength(3);
    expect(joinedBlocks(around)).toHaveLength(1);
    const corner = [moved(box(0, 0, 1280, 400), { y: 64 }), moved(box(0, 400, 300, 900), { y: 64 })];
    expect(joinedBlocks(corner)).toHaveLength(2);
  });

  it('drops blank pieces, unless they are all there is', () => {
    const at = box(0, 0, 17, 300);
    const blank = [
      changeOf({ kind: 'added', before: null, after: at, changedPixels: 0 }),
      changeOf({ kind: 'removed', before: at, after: null, changedPixels: 0 }),
    ];
    const space = changeOf({ kind: 'space', before: null, after: at, changedPixels: 0 });
    const drawn = changeOf({ kind: 'added', before: null, after: at, changedPixels: 1 });
    expect(toldChanges([...blank, space, drawn])).toEqual([drawn]);
    expect(toldChanges([...blank, space])).toEqual([space]);
  });

  it('makes one change of the touching pieces of what was added, not of what changed', () => {
    const pieces = [box(874, 262, 223, 64), box(860, 262, 14, 48), box(1097, 262, 23, 48)];
    const added = pieces.map((after) => changeOf({ kind: 'added', before: null, after, changedPixels: 10 }));
    const [joined, ...more] = toldChanges(added);
    expect(more).toEqual([]);
    expect(joined).toEqual({ ...added[0]!, after: box(860, 262, 260, 64), changedPixels: 30 });
    const changed = pieces.map((at) => changeOf({ kind: 'changed', before: at, after: at }));
    expect(toldChanges(changed)).toEqual(changed);
    const apart = [box(0, 0, 10, 10), box(12, 0, 10, 10)].map((after) =>
      changeOf({ kind: 'added', before: null, after }),
    );
    expect(toldChanges(apart)).toHaveLength(2);
  });
});
