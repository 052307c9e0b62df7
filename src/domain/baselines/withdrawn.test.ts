import { describe, expect, it } from 'vitest';
import type { BaselineChoice } from './choose-baseline.ts';
import { withdrawnBaseline, withdrawnSentence } from './withdrawn.ts';

const release = { status: 'good', decisionNote: null, decidedBy: 'user:1/Ann', statusAt: 5 } as const;
const baseline = { verdict: 'none', verdictBy: 'user:2/Ben', verdictAt: 7 } as const;
const chosen = { baselineChoice: null };

describe('a baseline that a reviewer said no to later', () => {
  it('is of a release that was marked bad, or was rejected itself', () => {
    expect(withdrawnBaseline(chosen, baseline, release)).toBeNull();
    expect(withdrawnBaseline(chosen, baseline, { ...release, status: 'bad' })).toEqual({
      kind: 'release_bad',
      by: 'user:1/Ann',
      at: 5,
    });
    expect(withdrawnBaseline(chosen, { ...baseline, verdict: 'rejected' }, release)).toEqual({
      kind: 'rejected',
      by: 'user:2/Ben',
      at: 7,
    });
  });

  it('not one whose release was superseded, nor one that a reviewer chose', () => {
    const superseded = { ...release, status: 'bad', decisionNote: 'superseded by #2' } as const;
    expect(withdrawnBaseline(chosen, baseline, superseded)).toBeNull();
    const picked = { baselineChoice: { rule: 'picked' } as BaselineChoice };
    expect(withdrawnBaseline(picked, baseline, { ...release, status: 'bad' })).toBeNull();
  });

  it('says so, with a name only where people are named', () => {
    expect(withdrawnSentence({ kind: 'release_bad' }, 'Ann')).toBe(
      'Its baseline was later marked bad by Ann.',
    );
    expect(withdrawnSentence({ kind: 'rejected' }, null)).toBe(
      'Its baseline was later rejected by a reviewer.',
    );
  });
});
