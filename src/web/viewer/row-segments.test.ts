import { describe, expect, it } from 'vitest';
import { changeOf } from '../../../test/support/sample-moves.ts';
import { nearestImageRow, rowSegments, rowsOf, toCanvasRow, toImageRow } from './row-segments.ts';
import { visibleRows, runsOf } from './row-runs.ts';

const at = (top: number, height: number) => ({ left: 0, top, width: 1280, height });
const added = (top: number, height: number) =>
  changeOf({ kind: 'added', before: null, after: at(top, height) });
const removed = (top: number, height: number) =>
  changeOf({ kind: 'removed', before: at(top, height), after: null });

describe('rows of two images on one canvas', () => {
  it('are paired one to one if nothing moved, with a gap where the shorter one ends', () => {
    expect(rowSegments([], [], { before: 500, after: 500 })).toEqual([
      { top: 0, height: 500, before: 0, after: 0 },
    ]);
    expect(rowSegments([], [], { before: 500, after: 700 })).toEqual([
      { top: 0, height: 500, before: 0, after: 0 },
      { top: 500, height: 200, before: null, after: 500 },
    ]);
  });

  it('have a gap before what moved down', () => {
    const segments = rowSegments([{ before: 820, after: 884, height: 180 }], [added(820, 48)], {
      before: 1000,
      after: 1064,
    });
    expect(segments).toEqual([
      { top: 0, height: 820, before: 0, after: 0 },
      { top: 820, height: 64, before: null, after: 820 },
      { top: 884, height: 180, before: 820, after: 884 },
    ]);
    expect(rowsOf(segments)).toBe(1064);
  });

  it('have a gap on the other side where rows were removed', () => {
    const segments = rowSegments([{ before: 400, after: 360, height: 600 }], [removed(360, 30)], {
      before: 1000,
      after: 960,
    });
    expect(segments[1]).toEqual({ top: 360, height: 40, before: 360, after: null });
    expect(rowsOf(segments)).toBe(1000);
  });

  it('put the gap where the change is, not where the moved rows begin', () => {
    const segments = rowSegments([{ before: 500, after: 564, height: 500 }], [added(420, 60)], {
      before: 1000,
      after: 1064,
    });
    expect(segments.slice(0, 3)).toEqual([
      { top: 0, height: 420, before: 0, after: 0 },
      { top: 420, height: 64, before: null, after: 420 },
      { top: 484, height: 580, before: 420, after: 484 },
    ]);
  });

  it('stay together between rows that moved by the same distance', () => {
    const pairs = [
      { before: 100, after: 164, height: 100 },
      { before: 300, after: 364, height: 700 },
    ];
    const segments = rowSegments(pairs, [], { before: 1000, after: 1064 });
    expect(segments.at(-1)).toEqual({ top: 164, height: 900, before: 100, after: 164 });
  });

  it('are in place again behind rows that moved into blank space', () => {
    const segments = rowSegments([{ before: 200, after: 264, height: 300 }], [], {
      before: 1000,
      after: 1000,
    });
    expect(segments).toEqual([
      { top: 0, height: 200, before: 0, after: 0 },
      { top: 200, height: 64, before: null, after: 200 },
      { top: 264, height: 300, before: 200, after: 264 },
      { top: 564, height: 64, before: 500, after: null },
      { top: 628, height: 436, before: 564, after: 564 },
    ]);
  });

  it('are in place between two moves, if nothing changed there', () => {
    const pairs = [
      { before: 100, after: 164, height: 100 },
      { before: 700, after: 732, height: 268 },
    ];
    const heights = { before: 968, after: 1000 };
    expect(rowSegments(pairs, [], heights)).toContainEqual({
      top: 328,
      height: 436,
      before: 264,
      after: 264,
    });
    const changes = [changeOf({ kind: 'changed', before: at(300, 40), after: at(364, 40) })];
    expect(
      rowSegments(pairs, changes, heights).some(({ before, after }) => before === 264 && after === 264),
    ).toBe(false);
  });

  it('leave out pairs that cross each other: the most rows stay', () => {
    const pairs = [
      { before: 600, after: 100, height: 50 },
      { before: 100, after: 150, height: 500 },
    ];
    expect(rowSegments(pairs, [], { before: 700, after: 700 })).toContainEqual({
      top: 150,
      height: 500,
      before: 100,
      after: 150,
    });
  });

  it('are each on the canvas exactly once, in order, for any pairs', () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 16_807) % 2_147_483_647) % below;
    for (let round = 0; round < 200; round++) {
      const heights = { before: 1 + random(900), after: 1 + random(900) };
      const pairs = Array.from({ length: random(6) }, () => {
        const height = 1 + random(200);
        return { before: random(heights.before), after: random(heights.after), height };
      }).filter(
        ({ before, after, height }) => before + height <= heights.before && after + height <= heights.after,
      );
      const changes = Array.from({ length: random(4) }, () =>
        random(2) === 0 ? added(random(heights.after), 1) : removed(random(heights.before), 1),
      );
      const segments = rowSegments(pairs, changes, heights);
      for (const side of ['before', 'after'] as const) {
        const rows = runsOf(segments, side).flatMap(({ row, height }) =>
          Array.from({ length: height }, (_, i) => row + i),
        );
        expect(rows).toEqual(Array.from({ length: heights[side] }, (_, row) => row));
      }
      let bottom = 0;
      for (const { top, height, before, after } of segments) {
        expect(top).toBe(bottom);
        expect(before === null && after === null).toBe(false);
        bottom += height;
      }
    }
  });
});

describe('rows and the canvas', () => {
  const segments = rowSegments([{ before: 820, after: 884, height: 180 }], [], { before: 1000, after: 1064 });

  it('are found both ways', () => {
    expect(toCanvasRow(segments, 'before', 819)).toBe(819);
    expect(toCanvasRow(segments, 'before', 820)).toBe(884);
    expect(toCanvasRow(segments, 'after', 850)).toBe(850);
    expect(toImageRow(segments, 'before', 850)).toBe(null);
    expect(toImageRow(segments, 'before', 890)).toBe(826);
    expect(toImageRow(segments, 'after', 5000)).toBe(null);
    expect(nearestImageRow(segments, 'before', 850)).toBe(820);
    expect(nearestImageRow(segments, 'after', 850)).toBe(850);
  });

  it('are seen as far as the pane shows them', () => {
    const runs = runsOf(segments, 'before');
    expect(visibleRows(runs, { x: 0, y: 800, scale: 1 }, 100)).toEqual([
      { first: 800, last: 819 },
      { first: 820, last: 836 },
    ]);
    expect(visibleRows(runs, { x: 0, y: 830, scale: 2 }, 100)).toEqual([]);
  });
});
