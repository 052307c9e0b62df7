/** Boxes around what changed. */
import { maxRegions } from '../domain/comparison.ts';
import type { Region } from '../domain/comparison.ts';

/** Side of a tile in pixels. */
export const tileSize = 16;

/** What the kernel counted per tile of 16 × 16 pixels, row by row. */
export interface TileCounts {
  tilesPerRow: number;
  tileRows: number;
  /** Changed pixels, 0–256. */
  counts: Uint16Array;
  /** Columns that have a changed pixel: bit 0 is the leftmost. */
  columns: Uint16Array;
  /** First and last row that has one, 0–15; meaningless where the count is 0. */
  firstRows: Uint16Array;
  lastRows: Uint16Array;
}

/**
 * Joins tiles that touch, also at a corner, into regions: changed pixels up to 16 px apart (a line's words, a
 * paragraph's lines) always end in one region, pixels 32 px apart or more never by themselves. Boxes are exact to the
 * pixel.
 *
 * @returns the biggest regions by changed pixels, at most {@link maxRegions}, in reading order; and how many there were
 */
export function findRegions(tiles: TileCounts): { regions: Region[]; regionCount: number } {
  const { tilesPerRow, tileRows, counts } = tiles;
  // Region number of each tile of this row and the row above, from 1; 0 where nothing changed. One spare on each side.
  let above = new Int32Array(tilesPerRow + 2);
  let current = new Int32Array(tilesPerRow + 2);
  const parents: number[] = [0];
  const boxes: Box[] = [emptyBox()];

  const find = (region: number): number => {
    let root = region;
    while (parents[root] !== root) root = parents[root]!;
    while (parents[region] !== root) [region, parents[region]] = [parents[region]!, root];
    return root;
  };
  const join = (one: number, other: number): number => {
    const [a, b] = [find(one), find(other)];
    if (a === b) return a;
    const [root, child] = a < b ? [a, b] : [b, a];
    parents[child] = root;
    extend(boxes[root]!, boxes[child]!);
    return root;
  };

  for (let row = 0; row < tileRows; row++) {
    current.fill(0);
    const base = row * tilesPerRow;
    for (let column = 0; column < tilesPerRow; column++) {
      if (counts[base + column] === 0) continue;
      // Left, above left, above, above right. Equal numbers, the usual case in a large area, need no look at the roots.
      let region = current[column]!;
      for (let i = column; i < column + 3; i++) {
        const neighbour = above[i]!;
        if (neighbour === 0 || neighbour === region) continue;
        region = region === 0 ? neighbour : join(region, neighbour);
      }
      if (region !== 0) {
        region = find(region);
      } else {
        region = parents.length;
        parents.push(region);
        boxes.push(emptyBox());
      }
      current[column + 1] = region;
      addTile(boxes[region]!, tiles, base + column, column * tileSize, row * tileSize);
    }
    [above, current] = [current, above];
  }

  const found = boxes.filter((_, region) => region > 0 && parents[region] === region).map(toRegion);
  const biggest =
    found.length <= maxRegions
      ? found
      : found
          .toSorted((a, b) => b.changedPixels - a.changedPixels || readingOrder(a, b))
          .slice(0, maxRegions);
  return { regions: biggest.sort(readingOrder), regionCount: found.length };
}

/** Right and bottom are exclusive. */
interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
  changedPixels: number;
}

function emptyBox(): Box {
  return { left: Infinity, top: Infinity, right: 0, bottom: 0, changedPixels: 0 };
}

function extend(box: Box, by: Box): void {
  box.left = Math.min(box.left, by.left);
  box.top = Math.min(box.top, by.top);
  box.right = Math.max(box.right, by.right);
  box.bottom = Math.max(box.bottom, by.bottom);
  box.changedPixels += by.changedPixels;
}

function addTile(box: Box, tiles: TileCounts, index: number, x: number, y: number): void {
  const columns = tiles.columns[index]!;
  const left = x + (31 - Math.clz32(columns & -columns));
  const right = x + (32 - Math.clz32(columns));
  const top = y + tiles.firstRows[index]!;
  const bottom = y + tiles.lastRows[index]! + 1;
  if (left < box.left) box.left = left;
  if (right > box.right) box.right = right;
  if (top < box.top) box.top = top;
  if (bottom > box.bottom) box.bottom = bottom;
  box.changedPixels += tiles.counts[index]!;
}

function toRegion(box: Box): Region {
  return {
    left: box.left,
    top: box.top,
    width: box.right - box.left,
    height: box.bottom - box.top,
    changedPixels: box.changedPixels,
  };
}

function readingOrder(a: Region, b: Region): number {
  return a.top - b.top || a.left - b.left;
}
