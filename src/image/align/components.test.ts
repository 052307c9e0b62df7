import { describe, expect, it } from 'vitest';
import { countMarked, findComponents } from './components.ts';

const width = 128;

function bitsOf(pixels: readonly (readonly [number, number])[], height = 80): Uint8Array {
  const bits = new Uint8Array((width / 8) * height);
  for (const [x, y] of pixels) bits[y * (width / 8) + (x >> 3)]! |= 1 << (x & 7);
  return bits;
}

const all = [{ left: 0, top: 0, width, height: 80 }];
const find = (pixels: readonly (readonly [number, number])[], areas = all) =>
  findComponents(bitsOf(pixels), width / 8, areas);

describe('findComponents', () => {
  it('joins pixels up to 16 px apart, in both directions', () => {
    expect(
      find([
        [10, 10],
        [26, 26],
      ]),
    ).toHaveLength(1);
    expect(
      find([
        [10, 10],
        [27, 10],
      ]),
    ).toHaveLength(2);
    expect(
      find([
        [10, 10],
        [10, 27],
      ]),
    ).toHaveLength(2);
  });

  it('depends on distances alone, not on the place', () => {
    for (let shift = 0; shift < 17; shift++)
      expect(
        find([
          [10 + shift, 10 + shift],
          [22 + shift, 20 + shift],
          [36 + shift, 33 + shift],
        ]),
      ).toEqual([{ box: { left: 10 + shift, top: 10 + shift, width: 27, height: 24 }, pixels: 3 }]);
  });

  it('joins two that meet further down', () => {
    expect(
      find([
        [10, 10],
        [50, 10],
        [10, 24],
        [50, 24],
        [24, 30],
        [38, 30],
      ]),
    ).toHaveLength(1);
  });

  it('looks only into the areas, and joins across them', () => {
    const areas = [
      { left: 3, top: 5, width: 10, height: 10 },
      { left: 13, top: 5, width: 10, height: 30 },
    ];
    expect(
      find(
        [
          [2, 6],
          [12, 6],
          [13, 6],
          [23, 7],
          [14, 20],
        ],
        areas,
      ),
    ).toEqual([{ box: { left: 12, top: 6, width: 3, height: 15 }, pixels: 3 }]);
  });
});

it('counts the marked pixels of a rectangle', () => {
  const bits = bitsOf([
    [3, 1],
    [4, 1],
    [9, 1],
    [10, 1],
    [4, 2],
  ]);
  expect(countMarked(bits, width / 8, { left: 4, top: 1, width: 6, height: 1 })).toBe(2);
  expect(countMarked(bits, width / 8, { left: 0, top: 0, width: 128, height: 80 })).toBe(5);
});
