/** Where everything of two aligned images is on their common canvas. Pure. */

import type { Alignment, Box, Change } from '../../domain/comparison/alignment.ts';
import { displacementArrow } from '../../domain/comparison/alignment-heading.ts';
import {
  areaOf,
  displacementOf,
  joinedBlocks,
  toldChanges,
  type Displacement,
} from '../../domain/comparison/moved-parts.ts';
import type { ImageSize, Region } from '../../domain/comparison/comparison.ts';
import {
  rowSegments,
  rowsOf,
  toCanvasRow,
  type RowPair,
  type RowSegment,
  type Side,
} from './row-segments.ts';
import type { Point } from './transform.ts';

/** A part that moved; boxes in canvas pixels. */
export interface MovedPart {
  kind: 'moved' | 'reordered';
  before: Box;
  after: Box;
  displacement: Displacement;
  /** `↓ 64`. */
  arrow: string;
  /** It is at different places of the canvas: it moved on its own, not with its rows. */
  isAlone: boolean;
}

/** A change; boxes in canvas pixels. */
export interface PlacedChange {
  change: Change;
  before: Box | null;
  after: Box | null;
}

/** Rows that a side does not have. */
export interface Gap {
  side: Side;
  /** In canvas pixels, as wide as the canvas. */
  box: Box;
  /** `64 px added here`. */
  words: string;
}

/** A part of the before image that is drawn where it is in the after image. */
export interface Patch {
  /** In pixels of the before image. */
  from: Box;
  /** In canvas pixels, at most as large. */
  to: Box;
}

export interface AlignedLayout {
  canvas: ImageSize;
  segments: readonly RowSegment[];
  gaps: readonly Gap[];
  parts: readonly MovedPart[];
  changes: readonly PlacedChange[];
  /** The places of the changes, which the viewer steps through. */
  regions: readonly Region[];
  /** What lays the before image as the after image is: areas it has nothing for there, then parts from elsewhere. */
  patches: { holes: readonly Box[]; parts: readonly Patch[] };
}

/** Share of an image's width from which a part moves whole rows. */
const wholeRow = 0.98;
/** Share of a gap from which a part that moved is what is missing there. */
const movedGap = 0.5;

/** @param sizes of the two images */
export function alignedLayout(
  alignment: Alignment,
  sizes: { before: ImageSize; after: ImageSize },
): AlignedLayout {
  const blocks = joinedBlocks(alignment.blocks);
  const changes = toldChanges(alignment.changes);
  const rowWidth = Math.min(sizes.before.width, sizes.after.width) * wholeRow;
  const pairs = blocks
    .filter(({ kind, after }) => kind === 'moved' && after.width >= rowWidth)
    .map(({ before, after }): RowPair => ({ before: before.top, after: after.top, height: after.height }));
  const heights = { before: sizes.before.height, after: sizes.after.height };
  const segments = rowSegments(pairs, changes, heights);
  const parts = blocks.map((block): MovedPart => {
    const before = onCanvas(segments, 'before', block.before);
    const after = onCanvas(segments, 'after', block.after);
    const displacement = displacementOf(block);
    return {
      kind: block.kind,
      before,
      after,
      displacement,
      arrow: displacementArrow(displacement),
      isAlone: before.top !== after.top || before.left !== after.left,
    };
  });
  const placed = changes.map((change): PlacedChange => {
    const { before, after } = change;
    return {
      change,
      before: before === null ? null : onCanvas(segments, 'before', before),
      after: after === null ? null : onCanvas(segments, 'after', after),
    };
  });
  const canvas = {
    width: Math.max(sizes.before.width, sizes.after.width),
    height: rowsOf(segments),
  };
  return {
    canvas,
    segments,
    gaps: gapsOf(segments, parts, canvas.width),
    parts,
    changes: placed,
    regions: placed.map(({ change, before, after }) => ({
      ...(after ?? before)!,
      changedPixels: change.changedPixels,
    })),
    patches: patchesOf(parts, blocks, placed),
  };
}

function patchesOf(
  parts: readonly MovedPart[],
  blocks: readonly { before: Box }[],
  changes: readonly PlacedChange[],
): AlignedLayout['patches'] {
  const holes: Box[] = [];
  const moved: Patch[] = [];
  parts.forEach(({ isAlone, before, after }, index) => {
    if (!isAlone) return;
    holes.push(before);
    moved.push({ from: blocks[index]!.before, to: after });
  });
  for (const { change, before, after } of changes) {
    if (after === null || change.kind === 'reordered') continue;
    if (change.before === null || before === null) holes.push(after);
    else if (before.top !== after.top || before.left !== after.left || change.kind === 'resized') {
      holes.push(before, after);
      const { width, height } = change.before;
      const to = {
        ...after,
        width: Math.min(width, after.width),
        height: Math.min(height, after.height),
      };
      moved.push({ from: change.before, to });
    }
  }
  return { holes, parts: moved };
}

/** A box of an image on the canvas; higher than it was if a gap runs through it. */
function onCanvas(segments: readonly RowSegment[], side: Side, box: Box): Box {
  const top = toCanvasRow(segments, side, box.top);
  const bottom = toCanvasRow(segments, side, box.top + box.height - 1) + 1;
  return { left: box.left, top, width: box.width, height: bottom - top };
}

function gapsOf(segments: readonly RowSegment[], parts: readonly MovedPart[], width: number): Gap[] {
  return segments.flatMap(({ top, height, before, after }): Gap[] => {
    if (before !== null && after !== null) return [];
    const [side, other]: [Side, Side] = before === null ? ['before', 'after'] : ['after', 'before'];
    const fills = ({ isAlone, [other]: box }: MovedPart) =>
      isAlone && Math.min(top + height, box.top + box.height) - Math.max(top, box.top) >= height * movedGap;
    const words = gapWords(side, height, parts.some(fills));
    return [{ side, box: { left: 0, top, width, height }, words }];
  });
}

/** @param isMoved whether what is missing is elsewhere in the image */
function gapWords(side: Side, height: number, isMoved: boolean): string {
  const how = isMoved
    ? { before: 'moved here', after: 'moved from here' }
    : { before: 'added here', after: 'removed here' };
  return `${height.toLocaleString('en-US')} px ${how[side]}`;
}

/** The smallest part at a point of the canvas that moved on its own. */
export function partAt({ parts }: AlignedLayout, side: Side, { x, y }: Point): number | null {
  let found: number | null = null;
  parts.forEach(({ isAlone, [side]: box }, index) => {
    const isIn = x >= box.left && y >= box.top && x < box.left + box.width && y < box.top + box.height;
    if (!isAlone || !isIn) return;
    if (found === null || areaOf(box) < areaOf(parts[found]![side])) found = index;
  });
  return found;
}
