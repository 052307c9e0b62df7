import { describe, expect, it } from 'vitest';
import { maxRegions } from '../domain/comparison/comparison.ts';
import { findRegions, tileSize } from './regions.ts';

/** Tile counts of changed pixels at [x, y], as the kernel would give them. */
function tilesOf(width: number, height: number, pixels: readonly (readonly [number, number])[]) {
  const tilesPerRow = Math.ceil(width / tileSize);
  const tileRows = Math.ceil(height / tileSize);
  const plane = (start = 0) => new Uint16Array(tilesPerRow * tileRows).fill(start);
  const tiles = {
    tilesPerRow,
    tileRows,
    counts: plane(),
    columns: plane(),
    firstRows: plane(15),
    lastRows: plane(),
  };
  for (const [x, y] of pixels) {
    const index = Math.floor(y / tileSize) * tilesPerRow + Math.floor(x / tileSize);
    tiles.counts[index]!++;
    tiles.columns[index]! |= 1 << (x % tileSize);
    tiles.firstRows[index] = Math.min(tiles.firstRows[index]!, y % tileSize);
    tiles.lastRows[index] = Math.max(tiles.lastRows[index]!, y % tileSize);
  }
  return tiles;
}

describe('findRegions', () => {
  it('finds nothing where nothing changed', () => {
    expect(findRegions(tilesOf(100, 100, []))).toEqual({ regions: [], regionCount: 0 });
  });

  it('draws boxes that fit to the pixel, also across tiles', () => {
    const { regions } = findRegions(
      tilesOf(200, 200, [
        [15, 16],
        [16, 15],
        [31, 40],
      ]),
    );
    expect(regions).toEqual([{ left: 15, top: 15, width: 17, height: 26, changedPixels: 3 }]);
  });

  it('joins what is near, also at a corner, and leaves apart what is 32 px away', () => {
    const apart = (dx: number, dy: number) =>
      findRegions(
        tilesOf(400, 400, [
          [100, 100],
          [100 + dx, 100 + dy],
        ]),
      ).regionCount;
    for (const distance of [1, 8, 16]) {
      expect([apart(distance, 0), apart(0, distance), apart(distance, distance)]).toEqual([1, 1, 1]);
    }
    expect([apart(32, 0), apart(0, 32), apart(32, 32)]).toEqual([2, 2, 2]);
  });

  it('joins branches that meet late, in every direction', () => {
    // A U, a W and a snake: the parts of each only touch further down.
    const line = (x0: number, y0: number, x1: number, y1: number) => {
      const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)) / 8;
      return Array.from({ length: steps + 1 }, (_, i) => {
        return [Math.round(x0 + ((x1 - x0) * i) / steps), Math.round(y0 + ((y1 - y0) * i) / steps)] as const;
      });
    };
    const shapes = [
      [...line(0, 0, 0, 160), ...line(160, 0, 160, 160), ...line(0, 160, 160, 160)],
      [...line(0, 0, 40, 160), ...line(40, 160, 80, 0), ...line(80, 0, 120, 160), ...line(120, 160, 160, 0)],
      [...line(0, 0, 160, 0), ...line(160, 0, 160, 80), ...line(0, 80, 160, 80), ...line(0, 80, 0, 160)],
    ];
    for (const shape of shapes) {
      const { regions, regionCount } = findRegions(tilesOf(200, 200, shape));
      expect(regionCount).toBe(1);
      expect(regions[0]).toMatchObject({ left: 0, top: 0, width: 161, changedPixels: shape.length });
    }
  });

  it.each([
    ['3,200 equal dots of a grid', 3_200, (i: number) => [(i % 40) * 32, Math.floor(i / 40) * 32]],
    ['one more than fits the list', maxRegions + 1, (i: number) => [(i % 20) * 64, Math.floor(i / 20) * 64]],
    ['dots that fill a column', 1_000, (i: number) => [5, i * 40]],
    ['dots on a diagonal', 1_000, (i: number) => [i * 33, i * 33]],
  ] as const)('holds every change in boxes of reading order: %s', (_name, count, at) => {
    const spots = Array.from({ length: count }, (_, i) => at(i) as [number, number]);
    const [width, height] = [0, 1].map((axis) => Math.max(...spots.map((spot) => spot[axis]!)) + 1);
    const { regions, regionCount } = findRegions(tilesOf(width!, height!, spots));
    expect(regionCount).toBe(count);
    expect(regions.length).toBeLessThanOrEqual(maxRegions);
    // Coarser, not one box around everything.
    expect(regions.length).toBeGreaterThan(maxRegions / 3);
    expect(regions.reduce((sum, { changedPixels }) => sum + changedPixels, 0)).toBe(count);
    const isHeld = ([x, y]: [number, number]) =>
      regions.some(
        (box) => x >= box.left && y >= box.top && x < box.left + box.width && y < box.top + box.height,
      );
    expect(spots.filter((spot) => !isHeld(spot))).toEqual([]);
    expect(regions).toEqual(regions.toSorted((a, b) => a.top - b.top || a.left - b.left));
  });
});
