/** What is left of a difference only because the same was drawn elsewhere: edges and specks with other levels. */
import { joinTiles, tilesOfRegions, tileSize } from '../regions.ts';
import type { Tile, TileCounts } from '../regions.ts';
import { countTiles } from '../kernel/marks.ts';
import type { Marks } from '../kernel/marks.ts';
import type { PairPixels, Rect } from '../kernel/pair-pixels.ts';
import { intersection } from './part.ts';
import { sum } from './sum.ts';

/**
 * A region of more pixels that may be residue has really changed: text that moved by one pixel is nothing else. So has one of
 * which more changed by most of what is around them: a stroke that became a pixel wider.
 */
const few = { most: 40, mostStrong: 4 };
/**
 * What moved by a fraction of a pixel is drawn anew between the pixels. It changes by no more than half of what is around it:
 * along the edges of shapes, where nearly every changed pixel may be residue, or in single pixels of a photo.
 */
const redrawn = { leastShare: 0.98, maxPixelsOfTile: 64, maxSpecksOfTile: 4 };

interface MarkedRegion {
  tiles: Tile[];
  marked: number;
  /** Marked pixels that may be residue. */
  candidates: number;
  /** Marked pixels of the tile that has most. */
  mostOfTile: number;
}

/**
 * Clears the marks of residue in a band, except where there is too much of it.
 *
 * @param residue which of the marked pixels may be residue
 * @param moved of the band, what is drawn elsewhere than before
 * @returns how many were cleared
 */
export function forgiveResidue(
  pixels: PairPixels,
  marks: Marks,
  residue: Marks,
  moved: readonly Rect[],
): number {
  return pixels.giveBack((kernel, memory) => {
    const regions = regionsOf(
      countTiles(kernel, memory, marks).tiles,
      countTiles(kernel, memory, residue).tiles.counts,
    );
    kernel.setBits(marks.pointer, marks.pitch);
    const within = (call: Within) => (rect: Rect) =>
      call(rect.left, rect.top, rect.left + rect.width, rect.top + rect.height);
    const countStrong = within(kernel.countStrong);
    const clearWeak = within(kernel.clearWeak);
    let forgiven = 0;
    for (const region of regions) {
      const { tiles, candidates } = region;
      const strongOf = () => sum(tiles, (of) => countStrong(rectOf(of, marks)));
      if (isRedrawn(region, strongOf)) {
        for (const rect of tiles.map((of) => rectOf(of, marks)))
          forgiven += sum(
            moved.flatMap((each) => intersection(each, rect) ?? []),
            clearWeak,
          );
      } else if (candidates > 0 && candidates <= few.most && strongOf() <= few.mostStrong) {
        clearMarks(pixels, marks, residue, tiles);
        forgiven += candidates;
      }
    }
    return forgiven;
  });
}

type Within = (left: number, top: number, right: number, bottom: number) => number;

function regionsOf(changed: TileCounts, candidateCounts: Uint16Array): MarkedRegion[] {
  return tilesOfRegions(joinTiles(changed)).map(({ tiles }) => {
    const region = { tiles, marked: 0, candidates: 0, mostOfTile: 0 };
    for (const { column, row } of tiles) {
      const at = row * changed.tilesPerRow + column;
      region.marked += changed.counts[at]!;
      region.candidates += candidateCounts[at]!;
      region.mostOfTile = Math.max(region.mostOfTile, changed.counts[at]!);
    }
    return region;
  });
}

function isRedrawn({ marked, candidates, mostOfTile }: MarkedRegion, strongOf: () => number): boolean {
  if (mostOfTile <= redrawn.maxSpecksOfTile) return strongOf() === 0;
  const least = redrawn.leastShare * marked;
  return mostOfTile <= redrawn.maxPixelsOfTile && candidates >= least && candidates - strongOf() >= least;
}

function rectOf({ column, row }: Tile, { width, height }: Marks): Rect {
  const [left, top] = [column * tileSize, row * tileSize];
  return { left, top, width: Math.min(tileSize, width - left), height: Math.min(tileSize, height - top) };
}

function clearMarks(pixels: PairPixels, marks: Marks, residue: Marks, tiles: readonly Tile[]): void {
  const bits = pixels.bytesOf(marks);
  const residueBits = pixels.bytesOf(residue);
  for (const { column, row } of tiles)
    for (let y = row * tileSize; y < Math.min((row + 1) * tileSize, marks.height); y++) {
      const at = y * marks.pitch + column * 2;
      bits[at]! &= ~residueBits[at]!;
      bits[at + 1]! &= ~residueBits[at + 1]!;
    }
}
