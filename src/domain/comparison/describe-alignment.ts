/** What moved and what changed, in words: the same on the terminal, in reports and in the review UI. */
import { changeKinds } from './alignment.ts';
import type { Alignment } from './alignment.ts';
import { beyondMaxMoveWords, type BeyondMaxMove } from './comparison.ts';
import { displacementOf, type Displacement } from './moved-parts.ts';

type Described = Pick<Alignment, 'summary' | 'skipped' | 'truncated' | 'blocks' | 'changes' | 'changeCount'>;

/** More distances than this become a range. */
const maxDistances = 2;

const wordOf: Record<(typeof changeKinds)[number], string> = {
  changed: 'changed',
  added: 'added',
  removed: 'removed',
  resized: 'resized',
  reordered: 'reordered',
  space: 'changed in spacing only',
};

/**
 * For example `moved down 64 px, 1 added, 0 changed`; null if nothing moved or the images could not be aligned, so that the
 * plain numbers say it all.
 *
 * @param beyond said too, if something moved further than the settings tolerate
 */
export function describeAlignment(alignment: Described, beyond: BeyondMaxMove | null = null): string | null {
  if (alignment.skipped !== undefined) return null;
  const moves = describeMoves(alignment);
  const counts = changeKinds
    .map((kind) => [kind, alignment.changes.filter((change) => change.kind === kind).length] as const)
    .filter(([kind, count]) => count > 0 || kind === 'changed')
    .map(([kind, count]) => `${count} ${wordOf[kind]}`)
    .sort((a, b) => Number(a.endsWith(' changed')) - Number(b.endsWith(' changed')));
  const isMoved = moves !== null || alignment.changes.some(({ kind }) => kind === 'reordered');
  if (!isMoved) return null;
  const more = alignment.changeCount - alignment.changes.length;
  return [
    ...(moves === null ? [] : [moves]),
    ...counts,
    ...(more > 0 ? [`${more} more`] : []),
    ...(alignment.truncated ? ['not all found'] : []),
    ...(beyond === null ? [] : [beyondMaxMoveWords(beyond)]),
  ].join(', ');
}

function describeMoves({ summary, blocks }: Described): string | null {
  if (summary === 'reflow') return 'reflowed';
  const byDirection = new Map<string, number[]>();
  for (const block of blocks) {
    if (block.kind !== 'moved') continue;
    for (const [direction, distance] of distancesOf(displacementOf(block))) {
      const known = byDirection.get(direction) ?? [];
      byDirection.set(direction, known);
      if (!known.includes(distance)) known.push(distance);
    }
  }
  if (byDirection.size === 0) return null;
  return `moved ${[...byDirection].map(([direction, distances]) => `${direction} ${inWords(distances)}`).join(' and ')}`;
}

function distancesOf({ x, y }: Displacement): [string, number][] {
  const distances: [string, number][] = [];
  if (y !== 0) distances.push([y > 0 ? 'down' : 'up', Math.abs(y)]);
  if (x !== 0) distances.push([x > 0 ? 'right' : 'left', Math.abs(x)]);
  return distances;
}

function inWords(distances: number[]): string {
  const sorted = distances.toSorted((a, b) => a - b);
  if (sorted.length <= maxDistances) return `${sorted.join(' and ')} px`;
  return `${sorted[0]} to ${sorted.at(-1)} px`;
}
