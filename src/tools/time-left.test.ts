import { expect, it } from 'vitest';
import { formatDuration, guessTimeLeft } from './time-left.ts';

it('guesses from the pace so far, and not from nothing', () => {
  expect(guessTimeLeft(10, 30, 5_000)).toBe(15_000);
  expect(guessTimeLeft(2, 30, 5_000)).toBeNull();
  expect(guessTimeLeft(0, 0, 0)).toBe(0);
});

it.each([
  [0, '0 s'],
  [3_200, '4 s'],
  [59_000, '59 s'],
  [60_000, '1 min'],
  [130_000, '2 min 10 s'],
  [3_600_000, '1 h'],
  [3_900_000, '1 h 5 min'],
])('%i ms are %s', (ms, words) => expect(formatDuration(ms)).toBe(words));
