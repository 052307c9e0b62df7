/** An alignment as one sentence above the images: "Moved down 64 px from y 820; 1 added (917 × 64)". */

import { formatCount, type BeyondMaxMove } from './comparison.ts';
import type { Alignment, Box, Change, MovedBlock } from './alignment.ts';
import { areaOf, displacementOf, joinedBlocks, toldChanges, type Displacement } from './moved-parts.ts';

export interface HeadingPiece {
  text: string;
  isStrong: boolean;
}

/** Displacements that have words; the others are a number. */
const maxTold = 2;

/**
 * Pieces of the sentence, to be written without anything in between; without a period at the end.
 *
 * @param beyond said too, if something moved further than the settings tolerate
 */
export function alignmentHeading(alignment: Alignment, beyond: BeyondMaxMove | null = null): HeadingPiece[] {
  if (alignment.skipped !== undefined) return [{ text: alignment.skipped, isStrong: false }];
  const changes = changeClauses(alignment);
  const moves = moveClauses(alignment);
  const clauses = [...moves, ...(beyond === null ? [] : [beyondClause(beyond)]), ...changes];
  if (moves.length > 0 && changes.length === 0 && !alignment.truncated)
    clauses.push([{ text: 'nothing else changed', isStrong: false }]);
  if (alignment.truncated) clauses.push([{ text: 'not all of it could be aligned', isStrong: false }]);
  const unlisted = alignment.changeCount - alignment.changes.length;
  if (unlisted > 0) clauses.push([{ text: `${formatCount(unlisted)} more`, isStrong: false }]);
  return clauses.flatMap((clause, index) =>
    index === 0 ? clause : [{ text: '; ', isStrong: false }, ...clause],
  );
}

/** `56 px is further than maxMove allows (50 px)` */
function beyondClause({ farthestMove, maxMove }: BeyondMaxMove): HeadingPiece[] {
  return [
    { text: `${pixels(farthestMove)} is further than maxMove allows`, isStrong: true },
    { text: ` (${pixels(maxMove)})`, isStrong: false },
  ];
}

/** `down 64 px`, `left 12 px`, `down 64 px and right 12 px`. */
export function displacementWords({ x, y }: Displacement): string {
  const down = y === 0 ? [] : [`${y > 0 ? 'down' : 'up'} ${pixels(y)}`];
  const right = x === 0 ? [] : [`${x > 0 ? 'right' : 'left'} ${pixels(x)}`];
  return [...down, ...right].join(' and ');
}

/** `↓ 64`, `← 12`, `↓ 64 → 12`. */
export function displacementArrow({ x, y }: Displacement): string {
  const down = y === 0 ? [] : [`${y > 0 ? '↓' : '↑'} ${formatCount(Math.abs(y))}`];
  const right = x === 0 ? [] : [`${x > 0 ? '→' : '←'} ${formatCount(Math.abs(x))}`];
  return [...down, ...right].join(' ');
}

const kindWords: Record<Change['kind'], string> = {
  changed: 'changed',
  added: 'added',
  removed: 'removed',
  resized: 'resized',
  reordered: 'reordered',
  space: 'blank',
};

/** `Added`, `Blank space removed`. */
export function changeTitle({ kind, before, after }: Pick<Change, 'kind' | 'before' | 'after'>): string {
  if (kind === 'space')
    return before === null
      ? 'Blank space added'
      : after === null
        ? 'Blank space removed'
        : 'Blank space resized';
  return kindWords[kind][0]!.toUpperCase() + kindWords[kind].slice(1);
}

/** Where a change is: in the after image, or in the before image if it is only there. */
export function changeBox({ before, after }: Pick<Change, 'before' | 'after'>): Box {
  return (after ?? before)!;
}

/** `917 × 64`, and for another size on the other side `300 × 200 → 300 × 240`. */
export function changeSize({ before, after }: Pick<Change, 'before' | 'after'>): string {
  const size = ({ width, height }: Box) => `${formatCount(width)} × ${formatCount(height)}`;
  if (before === null || after === null) return size(changeBox({ before, after }));
  const isEqual = before.width === after.width && before.height === after.height;
  return isEqual ? size(after) : `${size(before)} → ${size(after)}`;
}

function reflowWords(blockCount: number): string {
  return blockCount === 1
    ? ': 1 part moved'
    : `: ${formatCount(blockCount)} parts moved by different distances`;
}

function moveClauses({ summary, blocks, blockCount, changes }: Alignment): HeadingPiece[][] {
  const told = joinedBlocks(blocks);
  if (summary === 'reflow')
    return [
      [
        { text: 'Reflowed', isStrong: true },
        { text: reflowWords(blockCount), isStrong: false },
      ],
    ];
  const ways = byDisplacement(told.filter(({ kind }) => kind === 'moved'));
  const clauses = ways.slice(0, maxTold).map((way, index) => {
    const words = displacementWords(displacementOf(way[0]!));
    return [
      { text: index === 0 ? `Moved ${words}` : words, isStrong: true },
      { text: ` ${placeOf(way)}`, isStrong: false },
    ];
  });
  const more = ways.length - maxTold;
  if (more > 0)
    clauses.push([
      {
        text: `${formatCount(more)} other ${more === 1 ? 'displacement' : 'displacements'}`,
        isStrong: false,
      },
    ]);
  const reordered = told.filter(({ kind }) => kind === 'reordered');
  const isTold = changes.some(({ kind }) => kind === 'reordered');
  if (reordered.length > 0 && !isTold)
    clauses.push(
      counted(
        'reordered',
        reordered.map((block) => ({ before: block.before, after: block.after })),
      ),
    );
  return clauses;
}

/** The biggest first. */
function byDisplacement(blocks: readonly MovedBlock[]): MovedBlock[][] {
  const ways = new Map<string, MovedBlock[]>();
  for (const block of blocks) {
    const { x, y } = displacementOf(block);
    const known = ways.get(`${x} ${y}`);
    if (known === undefined) ways.set(`${x} ${y}`, [block]);
    else known.push(block);
  }
  const area = (way: readonly MovedBlock[]) => way.reduce((sum, { after }) => sum + areaOf(after), 0);
  return [...ways.values()].sort((a, b) => area(b) - area(a));
}

/** Where it began: a row of the page, or a corner if only a part of the page's width moved. */
function placeOf(way: readonly MovedBlock[]): string {
  const { left, top } = way.map(({ before }) => before).reduce((a, b) => (b.top < a.top ? b : a));
  return left === 0 ? `from y ${formatCount(top)}` : `at ${formatCount(left)}, ${formatCount(top)}`;
}

const toldKinds = ['added', 'removed', 'changed', 'resized', 'reordered'] as const;

function changeClauses({ summary, changes }: Alignment): HeadingPiece[][] {
  const told = toldChanges(changes);
  const clauses = toldKinds.flatMap((kind) => {
    const found = told.filter((change) => change.kind === kind);
    return found.length === 0 ? [] : [counted(kindWords[kind], found)];
  });
  const space = told.filter(({ kind }) => kind === 'space');
  if (space.length === 0 || summary === 'reflow') return clauses;
  const word = space.length === 1 ? 'blank area' : 'blank areas';
  return [...clauses, counted(word, space)];
}

/** `2 changed`; a single one with its size. */
function counted(word: string, found: readonly Pick<Change, 'before' | 'after'>[]): HeadingPiece[] {
  const count = { text: `${formatCount(found.length)} ${word}`, isStrong: true };
  return found.length === 1 ? [count, { text: ` (${changeSize(found[0]!)})`, isStrong: false }] : [count];
}

function pixels(distance: number): string {
  return `${formatCount(Math.abs(distance))} px`;
}
