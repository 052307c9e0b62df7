/** Boxes around changed pixels. */
import { maxRegions } from '../domain/comparison/comparison.ts';
import type { Region } from '../domain/comparison/comparison.ts';

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

/** Right and bottom are exclusive. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
  changedPixels: number;
}

/** Tiles that touch, also at a corner, as regions, numbered from 1. */
export interface Tile {
  column: number;
  row: number;
}

export interface JoinedTiles {
  tilesPerRow: number;
  /** Region of each tile; 0 where nothing changed. */
  regionOf: Int32Array;
  /** By region; null for a region that was joined to another. */
  boxes: (Box | null)[];
}

/** Joins tiles that touch into regions. Boxes are exact to the pixel. */
export function joinTiles(tiles: TileCounts): JoinedTiles {
  const { tilesPerRow, tileRows, counts } = tiles;
  const regionOf = new Int32Array(tilesPerRow * tileRows);
  const parents: number[] = [0];
  const boxes: (Box | null)[] = [null];

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
    boxes[child] = null;
    return root;
  };

  for (let row = 0; row < tileRows; row++) {
    const base = row * tilesPerRow;
    for (let column = 0; column < tilesPerRow; column++) {
      if (counts[base + column] === 0) continue;
      // Left, above left, above, above right. Equal numbers, the usual case in a large area, do not need their roots.
      let region = column > 0 ? regionOf[base + column - 1]! : 0;
      for (let i = Math.max(column - 1, 0); row > 0 && i < Math.min(column + 2, tilesPerRow); i++) {
        const neighbour = regionOf[base - tilesPerRow + i]!;
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
      regionOf[base + column] = region;
      addTile(boxes[region]!, tiles, base + column, column * tileSize, row * tileSize);
    }
  }
  for (let index = 0; index < regionOf.length; index++) {
    if (regionOf[index] !== 0) regionOf[index] = find(regionOf[index]!);
  }
  return { tilesPerRow, regionOf, boxes };
}

/** Every region with its tiles. */
export function tilesOfRegions({ tilesPerRow, regionOf, boxes }: JoinedTiles): { box: Box; tiles: Tile[] }[] {
  const regions = boxes.map((box) => (box === null ? null : { box, tiles: [] as Tile[] }));
  for (let index = 0; index < regionOf.length; index++) {
    const region = regionOf[index]!;
    if (region === 0) continue;
    regions[region]!.tiles.push({ column: index % tilesPerRow, row: Math.floor(index / tilesPerRow) });
  }
  return regions.filter((region) => region !== null);
}

/**
 * Boxes around what changed: changed pixels up to 16 px apart (words of a line, lines of a paragraph) always share one,
 * pixels 32 px apart or more never do directly, while there are at most {@link maxRegions}. If there are more, near ones are
 * joined until few enough remain, so that the boxes hold every changed pixel.
 *
 * @returns the boxes in reading order, and how many there were before near ones were joined
 */
export function findRegions(tiles: TileCounts): { regions: Region[]; regionCount: number } {
  const found = joinTiles(tiles).boxes.filter((box) => box !== null);
  const boxes = joinNear(found);
  return { regions: boxes.map(toRegion).sort(readingOrder), regionCount: found.length };
}

/** Joins boxes in the same square of a grid, which gets coarser until few enough are left. */
function joinNear(boxes: Box[]): Box[] {
  let joined = boxes;
  for (let square = 4 * tileSize; joined.length > maxRegions; square *= 1.25) {
    const bySquare = new Map<string, Box>();
    for (const box of boxes) {
      const key = `${Math.floor(box.left / square)},${Math.floor(box.top / square)}`;
      const other = bySquare.get(key);
      if (other === undefined) bySquare.set(key, { ...box });
      else extend(other, box);
    }
    joined = [...bySquare.values()];
  }
  return joined;
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
