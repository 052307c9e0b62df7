import { expect, it } from 'vitest';
import type { ChangeGroup } from '../../domain/changes/change-groups.ts';
import { changeLines } from './change-lines.ts';

const group = (id: string, words: string, tests: number, wholeOnly = 0): ChangeGroup => {
  const names = Array.from({ length: tests }, (_, index) => `t${index}`);
  return {
    id,
    fingerprint: `fp1:${id}`,
    kind: 'changed',
    words,
    tests: names,
    wholeOnly: names.slice(0, wholeOnly),
  };
};

it('lists changes with their tests, and how to approve the first that can be', () => {
  const lines = changeLines(
    [group('3f9c2a', 'header > a: text "Sale" → "Clearance"', 54, 54), group('aa0123b', 'Added, 9 × 4', 1)],
    'my tests',
  );
  expect(lines).toEqual([
    '2 changes:',
    '  3f9c2a   header > a: text "Sale" → "Clearance"   54 tests',
    '  aa0123b  Added, 9 × 4                            1 test',
    "Approve a change wherever it appears: dpxdt approve 'my tests' --change aa0123b",
  ]);
});

it('lists 20 at most, and nothing where nothing changed', () => {
  expect(changeLines([], 'tests')).toEqual([]);
  const many = Array.from({ length: 32 }, (_, index) => group(`00000${index}`, 'x', 2, 2));
  expect(changeLines(many, 'tests')).toHaveLength(22);
  expect(changeLines(many, 'tests').at(-1)).toBe('  and 12 more');
});
