import { describe, expect, it } from 'vitest';
import { alignmentOf, changeOf, moved } from '../../../test/support/sample-moves.ts';
import type { Alignment, Box } from './alignment.ts';
import {
  alignmentHeading,
  changeSize,
  changeTitle,
  displacementArrow,
  displacementWords,
} from './alignment-heading.ts';

const box = (left: number, top: number, width: number, height: number): Box => ({ left, top, width, height });
const rows = (top: number, height: number) => box(0, top, 1280, height);

const alignmentSentence = (alignment: Alignment) =>
  alignmentHeading(alignment)
    .map(({ text }) => text)
    .join('');

describe('the sentence about an alignment', () => {
  it('says where from and how far, then what changed, a single thing with its size', () => {
    const blocks = [moved(rows(820, 3000), { y: 64 })];
    const changes = [changeOf({ kind: 'added', before: null, after: box(181, 820, 917, 48) })];
    expect(alignmentHeading(alignmentOf(blocks, changes))).toEqual([
      { text: 'Moved down 64 px', isStrong: true },
      { text: ' from y 820', isStrong: false },
      { text: '; ', isStrong: false },
      { text: '1 added', isStrong: true },
      { text: ' (917 × 48)', isStrong: false },
    ]);
  });

  it('says so if nothing changed, and leaves out blank pieces', () => {
    const blank = changeOf({ kind: 'added', before: null, after: box(0, 0, 17, 300), changedPixels: 0 });
    expect(alignmentSentence(alignmentOf([moved(rows(1200, 100), { y: -40 })], [blank]))).toBe(
      'Moved up 40 px from y 1,200; nothing else changed',
    );
  });

  it('tells pieces of one displacement once, the biggest displacements first, the others as a number', () => {
    const blocks = [
      moved(box(0, 100, 200, 50), { y: 8 }),
      moved(box(0, 1000, 600, 900), { y: 64 }),
      moved(box(620, 1000, 660, 900), { y: 64 }),
      moved(box(300, 100, 200, 60), { x: -12 }),
      moved(box(700, 100, 20, 60), { x: 3, y: 4 }),
    ];
    const changes = [1, 2].map((top) => {
      const at = box(10, top * 40, 30, 20);
      return changeOf({ kind: 'changed', before: at, after: at });
    });
    expect(alignmentSentence(alignmentOf(blocks, changes))).toBe(
      'Moved down 64 px from y 1,000; left 12 px at 300, 100; 2 other displacements; 2 changed',
    );
  });

  it('counts what was reordered once', () => {
    const block = moved(box(181, 650, 917, 112), { y: -264 }, 'reordered');
    const { before, after } = block;
    const change = changeOf({ kind: 'reordered', before, after });
    expect(alignmentSentence(alignmentOf([block], [change]))).toBe('1 reordered (917 × 112)');
    expect(alignmentSentence(alignmentOf([block], []))).toBe('1 reordered (917 × 112); nothing else changed');
  });

  it('does not list the displacements of a reflow, and says what is missing', () => {
    const blocks = [1, 2, 3].map((number) => moved(rows(number * 100, 40), { y: number }));
    const more = { summary: 'reflow', blockCount: 137, truncated: true, changeCount: 312 } as const;
    expect(alignmentSentence(alignmentOf(blocks, [], more))).toBe(
      'Reflowed: 137 parts moved by different distances; not all of it could be aligned; 312 more',
    );
    expect(alignmentSentence(alignmentOf([], [], { skipped: 'The images are too large to align.' }))).toBe(
      'The images are too large to align.',
    );
  });

  it('says that something moved further than tolerated, after the moves', () => {
    const blocks = [moved(rows(820, 3000), { y: 1064 })];
    expect(
      alignmentHeading(alignmentOf(blocks, []), { farthestMove: 1064, maxMove: 50 }).map(({ text }) => text),
    ).toEqual([
      'Moved down 1,064 px',
      ' from y 820',
      '; ',
      '1,064 px is further than maxMove allows',
      ' (50 px)',
      '; ',
      'nothing else changed',
    ]);
  });

  it('has a word for blank space', () => {
    const space = changeOf({ kind: 'space', before: null, after: rows(500, 24), changedPixels: 0 });
    expect(alignmentSentence(alignmentOf([moved(rows(500, 900), { y: 24 })], [space]))).toBe(
      'Moved down 24 px from y 500; 1 blank area (1,280 × 24)',
    );
    expect(changeTitle(space)).toBe('Blank space added');
  });
});

describe('words about one change', () => {
  it('has arrows and words for every direction', () => {
    expect(displacementArrow({ x: 0, y: 64 })).toBe('↓ 64');
    expect(displacementArrow({ x: -1200, y: -8 })).toBe('↑ 8 ← 1,200');
    expect(displacementWords({ x: 12, y: 64 })).toBe('down 64 px and right 12 px');
    expect(displacementWords({ x: -1, y: 0 })).toBe('left 1 px');
  });

  it('tells both sizes if they differ', () => {
    expect(changeSize({ before: box(0, 0, 300, 200), after: box(0, 0, 300, 240) })).toBe(
      '300 × 200 → 300 × 240',
    );
    expect(changeSize({ before: box(9, 9, 300, 200), after: box(0, 0, 300, 200) })).toBe('300 × 200');
  });
});
