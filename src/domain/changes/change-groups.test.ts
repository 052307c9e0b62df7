import { describe, expect, it } from 'vitest';
import type { Change } from '../comparison/alignment.ts';
import {
  groupChanges,
  groupsWithId,
  isDecidedByChanges,
  openChanges,
  type ChangedTest,
} from './change-groups.ts';

const box = { left: 0, top: 10, width: 120, height: 24 };
const print = (digits: string): string => `fp1:${digits.padEnd(32, '0')}`;
const change = (digits: string, given: Partial<Change> = {}): Change => ({
  kind: 'changed',
  before: box,
  after: box,
  changedPixels: 9,
  fingerprint: print(digits),
  ...given,
});
const named = (digits: string, selector: string): Change =>
  change(digits, {
    name: { selector, kind: 'changed', facts: [{ what: 'text', before: 'Sale', after: 'Clearance' }] },
  });
const changed = (name: string, changes: Change[], complete = true): ChangedTest => ({
  name,
  alignment: { changes, changeCount: changes.length, complete },
});

describe('groups of changes', () => {
  it('holds a change of several tests once, the biggest group first', () => {
    const groups = groupChanges([
      changed('a', [change('aa'), named('3f9c2a', 'header > a')]),
      changed('b', [named('3f9c2a', 'header > a'), named('3f9c2a', 'header > a')], false),
      { name: 'c', alignment: null },
    ]);
    expect(groups).toEqual([
      {
        id: '3f9c2a',
        fingerprint: print('3f9c2a'),
        kind: 'changed',
        words: 'header > a: text "Sale" → "Clearance"',
        tests: ['a', 'b'],
        wholeOnly: ['b'],
      },
      {
        id: 'aa0000',
        fingerprint: print('aa'),
        kind: 'changed',
        words: 'Changed, 120 × 24',
        tests: ['a'],
        wholeOnly: [],
      },
    ]);
  });

  it('has IDs as long as needed to tell them apart', () => {
    const groups = groupChanges([changed('a', [change('12345678a'), change('12345678b'), change('1234')])]);
    expect(groups.map(({ id }) => id)).toEqual(['12345678a', '12345678b', '123400']);
    expect(groupsWithId(groups, '12345678')).toHaveLength(2);
    expect(groupsWithId(groups, ' FP1:12345678A').map(({ id }) => id)).toEqual(['12345678a']);
    expect([groupsWithId(groups, ''), groupsWithId(groups, 'fp1:'), groupsWithId(groups, '.*')]).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('says how many other elements have the same pixels', () => {
    const [group] = groupChanges([
      changed('a', [named('1', 'nav > a')]),
      changed('b', [named('1', 'header > a')]),
      changed('c', [named('1', 'header > a')]),
    ]);
    expect(group!.words).toBe('header > a: text "Sale" → "Clearance" (and 1 other element)');
  });

  it('decides a test only by a complete set with something in it', () => {
    expect(isDecidedByChanges(changed('a', [change('1')]))).toBe(true);
    expect(isDecidedByChanges(changed('a', []))).toBe(false);
    expect(isDecidedByChanges(changed('a', [change('1')], false))).toBe(false);
    expect(
      isDecidedByChanges({
        name: 'a',
        alignment: { changes: [change('1')], changeCount: 2, complete: true },
      }),
    ).toBe(false);
    expect(isDecidedByChanges({ name: 'a', alignment: null })).toBe(false);
    expect(openChanges(changed('a', [change('1'), change('2'), change('2')]), new Set([print('1')]))).toEqual(
      [print('2')],
    );
  });
});
