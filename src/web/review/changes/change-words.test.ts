import { expect, test } from 'vitest';
import { decidedWords, leftWords, type ListedChange } from './change-words.ts';

const left = (decisionsLeft: number, runsLeft: number, openRuns: readonly number[]) =>
  leftWords({
    ...{ decisionsLeft, runsLeft, total: openRuns.length },
    changes: openRuns.map((open) => ({ openRuns: open }) as ListedChange),
  });

test('says how many decisions are left, and of how many runs changes cannot decide', () => {
  expect(left(2, 4, [3, 1, 0])).toBe('2 decisions left, 4 runs');
  expect(left(3, 5, [3, 1, 0])).toBe('3 decisions left, 5 runs · 1 run needs its own: Shift+G');
  expect(left(4, 6, [3, 1])).toBe('4 decisions left, 6 runs · 2 runs need their own: Shift+G');
  expect(left(0, 0, [0])).toBe('Everything is decided.');
});

test('says what a decision did, also where it settled no run yet', () => {
  expect(decidedWords('approved', { settled: 2, open: 1 })).toBe(
    'Approved 2 runs. 1 run with other changes still waits.',
  );
  expect(decidedWords('approved', { settled: 0, open: 2 })).toBe(
    'Approved the change. 2 runs with other changes still wait.',
  );
});
