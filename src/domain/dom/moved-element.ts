/** Which element a part of the image is that changed its place among others. */

import type { Box } from '../comparison/alignment.ts';
import { areaOf } from '../comparison/moved-parts.ts';
import { commonArea } from './boxes.ts';
import type { DomElement } from './dom-snapshot.ts';
import { wholeText } from './name-details.ts';

/** How far an element may have moved otherwise than its content, in pixels: boxes are rounded. */
const tolerance = 1;

export interface MovedCandidates {
  before: readonly DomElement[];
  after: readonly DomElement[];
  /** Of each element after, its partner; -1: none. */
  beforeOf: Int32Array;
  /** The topmost elements without a partner: what left its place in the order has none. */
  added: readonly number[];
  removed: readonly number[];
}

/** Index of the element after that shares most with the box and moved as far; -1: none. */
export function movedElement(candidates: MovedCandidates, old: Box, now: Box): number {
  const { before, after, beforeOf } = candidates;
  const isOld = (partner: number) => commonArea(before[partner]!.box, old) > 0;
  const isNow = (index: number) => commonArea(after[index]!.box, now) > 0;
  const removed = candidates.removed.filter(isOld);
  const added = candidates.added.filter(isNow);
  let best = { index: -1, common: 0, area: Infinity };
  const consider = (index: number, partner: number) => {
    const [from, to] = [before[partner]!.box, after[index]!.box];
    const differs = (side: 'left' | 'top') =>
      Math.abs(to[side] - from[side] - (now[side] - old[side])) > tolerance;
    if (differs('left') || differs('top')) return;
    const [common, area] = [commonArea(to, now), areaOf(to)];
    if (common > best.common || (common === best.common && area < best.area)) best = { index, common, area };
  };
  for (const [index, partner] of beforeOf.entries())
    if (partner !== -1 && isNow(index) && isOld(partner)) consider(index, partner);
  for (const index of added)
    for (const partner of removed) if (isSameElement(before, partner, after, index)) consider(index, partner);
  return best.index;
}

function isSameElement(
  before: readonly DomElement[],
  partner: number,
  after: readonly DomElement[],
  index: number,
): boolean {
  const [old, now] = [before[partner]!, after[index]!];
  return (
    old.tag === now.tag &&
    old.className === now.className &&
    wholeText(before, partner) === wholeText(after, index)
  );
}
