import { describe, expect, it } from 'vitest';
import { matchLines, numberLines } from './match-lines.ts';
import type { Lines } from '../kernel/pair-pixels.ts';

/** A line per letter; spaces are blank. */
function lines(text: string): Lines {
  const codes = Uint32Array.from(text, (letter) => letter.charCodeAt(0));
  return {
    first: codes,
    second: codes.map((code) => code * 7),
    ink: codes.map((code) => (code === 32 ? 0 : 5)),
  };
}

function match(before: string, after: string): [string, number][] {
  return matchLines(numberLines(lines(before), lines(after))).map((run) => [
    before.slice(run.before, run.before + run.length),
    run.after - run.before,
  ]);
}

describe('matchLines', () => {
  it.each<[string, string, [string, number][]]>([
    [
      'abcdef',
      'abXYcdef',
      [
        ['ab', 0],
        ['cdef', 2],
      ],
    ],
    [
      'abXYcdef',
      'abcdef',
      [
        ['ab', 0],
        ['cdef', -2],
      ],
    ],
    [
      'abcdef',
      'abQdef',
      [
        ['ab', 0],
        ['def', 0],
      ],
    ],
    [
      'a  b  c',
      'a  X  b  c',
      [
        ['a  ', 0],
        ['b  c', 3],
      ],
    ],
    ['', 'abc', []],
    ['abc', 'xyz', []],
  ])('%s → %s', (before, after, expected) => {
    expect(match(before, after)).toEqual(expected);
  });

  it('keeps the order: of two parts that changed places only one can match', () => {
    const runs = matchLines(numberLines(lines('abcdefgh'), lines('efghabcd')));
    expect(runs.reduce((sum, { length }) => sum + length, 0)).toBe(4);
  });

  it('takes lines that occur equally often as anchors, in order', () => {
    expect(match('1aXaXa2', 'QQaXaXaR')).toEqual([['aXaXa', 1]]);
  });

  it('never takes a blank line, or one that occurs often, as an anchor', () => {
    expect(match('1 2', '34 5')).toEqual([]);
    const often = 'x'.repeat(9);
    expect(match(`1${often}2`, `34${often}5`)).toEqual([]);
  });
});
