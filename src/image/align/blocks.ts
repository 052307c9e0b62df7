/** The moved blocks that people read: pieces of one displacement that fit together are one. */
import type { MovedBlock } from '../../domain/comparison/alignment.ts';
import type { Rect } from '../kernel/pair-pixels.ts';
import { displacementOf, isEmpty, isInPlace } from './part.ts';
import type { Part } from './part.ts';

interface Piece extends Rect {
  hasInk: boolean;
}

/** Every pixel of a block lies within two levels of where it was. Blank ones are left out: no one sees them move. */
export function mergeBlocks(parts: readonly Part[]): MovedBlock[] {
  const groups = new Map<string, { x: number; y: number; pieces: Piece[] }>();
  for (const part of parts) {
    if (!part.isEqual || isEmpty(part.after) || isInPlace(part)) continue;
    const { x, y } = displacementOf(part);
    const group = groups.get(`${x} ${y}`) ?? { x, y, pieces: [] };
    groups.set(`${x} ${y}`, group);
    group.pieces.push({ ...part.after, hasInk: part.hasInk });
  }
  return [...groups.values()].flatMap(({ x, y, pieces }) =>
    merge(pieces)
      .filter(({ hasInk }) => hasInk)
      .map(({ left, top, width, height }): MovedBlock => ({
        before: { left: left - x, top: top - y, width, height },
        after: { left, top, width, height },
        kind: 'moved',
      })),
  );
}

function merge(pieces: readonly Piece[]): Piece[] {
  let merged = [...pieces];
  for (let count = -1; count !== merged.length;) {
    count = merged.length;
    merged = mergeAlong(
      mergeAlong(merged, 'left', 'top', 'width', 'height'),
      'top',
      'left',
      'height',
      'width',
    );
  }
  return merged;
}

/** Joins pieces that begin at the same `same` and have the same `size`, and touch. */
function mergeAlong(
  pieces: readonly Piece[],
  same: 'left' | 'top',
  along: 'left' | 'top',
  size: 'width' | 'height',
  length: 'width' | 'height',
): Piece[] {
  const sorted = pieces.toSorted((a, b) => a[same] - b[same] || a[size] - b[size] || a[along] - b[along]);
  const merged: Piece[] = [];
  for (const piece of sorted) {
    const last = merged.at(-1);
    if (
      last !== undefined &&
      last[same] === piece[same] &&
      last[size] === piece[size] &&
      last[along] + last[length] === piece[along]
    ) {
      last[length] += piece[length];
      last.hasInk ||= piece.hasInk;
    } else merged.push({ ...piece });
  }
  return merged;
}
