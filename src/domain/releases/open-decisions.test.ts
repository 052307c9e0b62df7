import { expect, it } from 'vitest';
import { openDecisions } from './open-decisions.ts';
import type { DecisionRules } from './open-decisions.ts';

const counts = {
  total: 9,
  waiting: 0,
  undecided: 0,
  approved: 5,
  rejected: 0,
  same: 1,
  new: 2,
  failed: 1,
  accepted: 1,
  missing: 2,
  renamed: 1,
};
const rules = (changed: Partial<DecisionRules> = {}): DecisionRules => ({
  followsGit: true,
  isOnMain: false,
  settings: { firstRun: 'accept', newImages: 'review', removedImages: 'review' },
  ...changed,
});

it('counts each open run and page once, and accepted failures not at all', () => {
  expect(openDecisions(counts, rules())).toMatchObject({ failed: 0, new: 1, missing: 1, renamed: 1 });
  expect(openDecisions({ ...counts, accepted: 0 }, rules())).toMatchObject({ failed: 1 });
});

it('asks about new and missing pages only where the settings do', () => {
  const onMain = openDecisions(counts, rules({ isOnMain: true }));
  expect(onMain).toMatchObject({ new: 0, missing: 1, renamed: 1 });
  const withoutGit = openDecisions(counts, rules({ followsGit: false }));
  expect(withoutGit).toMatchObject({ new: 0, missing: 0, renamed: 0 });
  expect(Object.values(withoutGit).every((count) => count === 0)).toBe(true);
});
