import { expect, it } from 'vitest';
import type { Alignment, Box, Change, MovedBlock } from './alignment.ts';
import { describeAlignment } from './describe-alignment.ts';

const box = (left: number, top: number): Box => ({ left, top, width: 100, height: 50 });

function move(x: number, y: number, kind: MovedBlock['kind'] = 'moved'): MovedBlock {
  return { before: box(500, 500), after: box(500 + x, 500 + y), kind };
}

function change(kind: Change['kind']): Change {
  return { kind, before: null, after: box(0, 0), changedPixels: 1, fingerprint: 'fp1:0' };
}

function words(blocks: MovedBlock[], kinds: Change['kind'][], part: Partial<Alignment> = {}): string | null {
  const changes = kinds.map(change);
  const summary = 'moved_and_changed';
  return describeAlignment({
    summary,
    truncated: false,
    blocks,
    changes,
    changeCount: changes.length,
    ...part,
  });
}

it.each<[MovedBlock[], Change['kind'][], string | null]>([
  [[move(0, 64)], ['added'], 'moved down 64 px, 1 added, 0 changed'],
  [[move(0, -40), move(0, -40)], ['removed', 'changed'], 'moved up 40 px, 1 removed, 1 changed'],
  [[move(12, 0), move(0, 3)], ['resized'], 'moved right 12 px and down 3 px, 1 resized, 0 changed'],
  [[move(0, 79), move(0, 80)], ['space'], 'moved down 79 and 80 px, 1 changed in spacing only, 0 changed'],
  [[move(0, 7), move(0, 9), move(0, 64)], [], 'moved down 7 to 64 px, 0 changed'],
  [[move(0, 90, 'reordered')], ['reordered'], '1 reordered, 0 changed'],
  [[], ['changed', 'changed'], null],
])('says what moved and what changed', (blocks, kinds, expected) => {
  expect(words(blocks, kinds)).toBe(expected);
});

it('does not list the distances of a reflow', () => {
  expect(words([move(0, 1), move(0, 2)], ['resized'], { summary: 'reflow' })).toBe(
    'reflowed, 1 resized, 0 changed',
  );
});

it('says what is missing', () => {
  expect(words([move(0, 1)], ['changed'], { truncated: true, changeCount: 5 })).toBe(
    'moved down 1 px, 1 changed, 4 more, not all found',
  );
  expect(words([move(0, 1)], [], { skipped: 'Too large.' })).toBe(null);
});
