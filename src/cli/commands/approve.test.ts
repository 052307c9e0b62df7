import { expect, it } from 'vitest';
import type { ChangeGroup } from '../../domain/changes/change-groups.ts';
import { changeApprovalLines } from './approve.ts';

const group = (id: string): ChangeGroup => ({
  id,
  fingerprint: `fp1:${id}`,
  kind: 'added',
  words: 'Added, 9 × 4',
  tests: ['home'],
  wholeOnly: [],
});

it('says what was replaced, what still waits for which changes, and what only a name approves', () => {
  const lines = changeApprovalLines(
    {
      changes: [group('3f9c2a')],
      approvals: [{ name: 'home', reference: 'tests/home.png', outcome: 'approved' }],
      waiting: [
        { name: 'cart', changes: [group('81d07b'), group('c4e1f0')] },
        { name: 'long', changes: Array.from({ length: 9 }, () => group('aaaaaa')) },
      ],
      wholeOnly: ['check out', '-x'],
    },
    'tests',
  );
  expect(lines).toEqual([
    'Approved the change 3f9c2a, Added, 9 × 4',
    'home: Approved tests/home.png',
    'cart: waits for 81d07b (Added, 9 × 4); c4e1f0 (Added, 9 × 4)',
    `long: waits for ${'aaaaaa (Added, 9 × 4); '.repeat(5)}4 more`,
    "check out: not all of its changes are known, so it can only be approved as a whole: dpxdt approve tests 'check out'",
    '-x: not all of its changes are known, so it can only be approved as a whole: dpxdt approve -- tests -x',
    '1 baseline(s) approved.',
  ]);
});
