import { describe, expect, it } from 'vitest';
import { plainRules } from '../../test/support/sample-outcome.ts';
import type { Answer } from '../client/index.ts';
import { hasNothingToDecide, reviewRulesOf } from './review-rules.ts';

type Told = Parameters<typeof reviewRulesOf>[0];

const rulesOf = (build: object, release: object) => reviewRulesOf({ build, release } as Told);

describe('what a person must decide', () => {
  it('is by the place in git and the settings of the build', () => {
    expect(rulesOf({}, { followsGit: true, isOnMain: false })).toEqual({
      followsGit: true,
      reviewsNew: true,
      reviewsMissing: true,
    });
    expect(rulesOf({}, { followsGit: true, isOnMain: true }).reviewsNew).toBe(false);
    expect(rulesOf({ firstRun: 'review' }, { followsGit: true, isOnMain: true }).reviewsNew).toBe(true);
    expect(rulesOf({ newImages: 'pass' }, { followsGit: true, isOnMain: false }).reviewsNew).toBe(false);
    expect(rulesOf({ removedImages: 'pass' }, {}).reviewsMissing).toBe(false);
  });

  it('is what it always was where there is no history, and on an older server', () => {
    expect(rulesOf({}, { followsGit: false, isOnMain: false })).toEqual(plainRules);
    expect(rulesOf({ id: 1, name: 'Shop' }, { status: 'reviewing' })).toEqual(plainRules);
  });
});

describe('nothing to decide', () => {
  const counts = (some: Partial<Answer<'listRuns'>['counts']>) => ({
    ...{
      total: 2,
      waiting: 0,
      undecided: 0,
      approved: 0,
      rejected: 0,
      same: 0,
      forgiven: 0,
      accepted: 0,
      carried: 0,
      partlyApproved: 0,
      new: 0,
      failed: 0,
      missing: 0,
      renamed: 0,
    },
    ...some,
  });
  const git = { followsGit: true, reviewsNew: true, reviewsMissing: true };
  it.each([
    [true, 'all the same', { same: 2 }, plainRules],
    [false, 'one missing', { same: 2, missing: 1 }, plainRules],
    [true, 'one missing, which passes', { same: 2, missing: 1 }, { ...plainRules, reviewsMissing: false }],
    [false, 'approved, and to be marked', { same: 1, approved: 1 }, plainRules],
    [true, 'approved, along git', { same: 1, approved: 1 }, git],
    [false, 'new, along git', { same: 1, new: 1 }, git],
    [true, 'new, along git, which passes', { same: 1, new: 1 }, { ...git, reviewsNew: false }],
    [false, 'failed', { same: 1, failed: 1 }, git],
    [false, 'rejected', { same: 1, rejected: 1 }, git],
    [false, 'no run at all', { total: 0 }, git],
  ])('%s: %s', (expected, _, some, rules) => {
    expect(hasNothingToDecide(counts(some), rules)).toBe(expected);
  });
});
