/** Joins changes that a cut between columns took apart: a box may be cut between its border and what it holds. */
import { boundingBox } from '../../domain/comparison/moved-parts.ts';
import type { Box } from '../../domain/comparison/alignment.ts';
import type { PairPixels, Side } from '../kernel/pair-pixels.ts';
import type { Unsigned } from './fingerprint.ts';

/** More changes are not looked at: that many are a page that was drawn anew. */
const maxLooked = 400;
/** Rows above and below a seam that say whether the box is drawn across it. */
const seamMargin = 2;

/** Changes of one kind that stand side by side, with no column between them and something drawn across the seam, are one. */
export function joinChanges(pixels: PairPixels, changes: readonly Unsigned[]): Unsigned[] {
  if (changes.length < 2 || changes.length > maxLooked) return [...changes];
  const joined: Unsigned[] = [];
  for (const change of changes) {
    let whole = change;
    for (let index = 0; index < joined.length; index++) {
      const both = joinTwo(pixels, joined[index]!, whole);
      if (both === null) continue;
      joined.splice(index, 1);
      whole = both;
      index = -1;
    }
    joined.push(whole);
  }
  return joined;
}

function joinTwo(pixels: PairPixels, one: Unsigned, other: Unsigned): Unsigned | null {
  const kind = one.kind === 'changed' ? other.kind : one.kind;
  if (kind !== 'added' && kind !== 'removed' && kind !== 'resized') return null;
  const [a, b] = [asKind(pixels, one, kind), asKind(pixels, other, kind)];
  if (a === null || b === null) return null;
  const before = joinBoxes(pixels, 0, a.before, b.before);
  const after = joinBoxes(pixels, 1, a.after, b.after);
  if ((before === null && a.before !== null) || (after === null && a.after !== null)) return null;
  return { kind, before, after, changedPixels: a.changedPixels + b.changedPixels };
}

/** A strip of something that came or went, compared with the blank place beside it, is a part of it; null for another kind. */
function asKind(pixels: PairPixels, change: Unsigned, kind: Unsigned['kind']): Unsigned | null {
  if (change.kind === kind) return change;
  if (change.kind !== 'changed') return null;
  const { before, after } = change;
  if (kind === 'added' && isBlank(pixels, 0, before!)) return { ...change, kind, before: null };
  if (kind === 'removed' && isBlank(pixels, 1, after!)) return { ...change, kind, after: null };
  return null;
}

function isBlank(pixels: PairPixels, side: Side, box: Box): boolean {
  pixels.settle(box.top, box.top + box.height);
  return pixels.findContent(side, box, { x: box.left, y: box.top }).pixels === 0;
}

/** Null if they do not stand side by side as parts of one box. */
function joinBoxes(pixels: PairPixels, side: Side, one: Box | null, other: Box | null): Box | null {
  if (one === null || other === null) return null;
  const [left, right] = one.left < other.left ? [one, other] : [other, one];
  if (left.left + left.width !== right.left) return null;
  const top = Math.max(left.top, right.top);
  const bottom = Math.min(left.top + left.height, right.top + right.height);
  if (2 * (bottom - top) < Math.min(left.height, right.height)) return null;
  return isDrawnAcross(pixels, side, right.left, top, bottom) ? boundingBox(one, other) : null;
}

/** Whether the column steps there: between two boxes it is blank. */
function isDrawnAcross(pixels: PairPixels, side: Side, x: number, top: number, bottom: number): boolean {
  const first = Math.max(top - seamMargin, 0);
  const end = Math.min(bottom + seamMargin, pixels.heightOf(side));
  if (x >= pixels.width || end <= first) return false;
  pixels.settle(first, end);
  const column = { left: x, top: first, width: 1, height: end - first };
  return pixels.hashColumns(side, column).ink[0]! > 0;
}
