import { describe, expect, it } from 'vitest';
import type { Verdict } from '../runs/verdict.ts';
import { judgeSet, LiveDecisions, unexplained } from './decided-changes.ts';
import type { ChangeDecision, ChangeSet } from './decided-changes.ts';
import { ownDecisions } from './own-decisions.ts';

const a = 'fp1:a';
const b = 'fp1:b';

/** Decisions in the order in which they are made: a word, what of, and for which run; `+` continues the same act. */
function made(...of: [ChangeDecision['verdict'], string, number?, '+'?][]): LiveDecisions {
  let act = 0;
  return new LiveDecisions(
    of.map(([verdict, fingerprint, runId, isSameAct], index): ChangeDecision => {
      if (isSameAct === undefined) act++;
      return decision(index + 1, { verdict, fingerprint, runId: runId ?? null, operationId: `act ${act}` });
    }),
  );
}

function decision(id: number, of: Partial<ChangeDecision>): ChangeDecision {
  return {
    id,
    fingerprint: a,
    runId: null,
    verdict: 'approved',
    actor: 'user:1/Ann',
    at: id,
    operationId: 'act',
    originDecisionId: null,
    originRunId: null,
    ...of,
  };
}

const run = (fingerprints: readonly string[], isComplete = true): ChangeSet => ({
  runId: 1,
  fingerprints,
  isComplete,
});

describe('a run and the decisions on its changes', () => {
  it.each<[string, ChangeSet, LiveDecisions, Verdict, number]>([
    ['nothing was decided', run([a, b]), made(), 'none', 2],
    ['one of two is approved', run([a, b]), made(['approved', a]), 'none', 1],
    ['both are approved', run([a, b]), made(['approved', a], ['approved', b]), 'approved', 0],
    ['one of two is rejected', run([a, b]), made(['rejected', a]), 'rejected', 0],
    [
      'a rejected one beats an approved one',
      run([a, b]),
      made(['rejected', a], ['approved', b]),
      'rejected',
      0,
    ],
    ['the latest on a change counts', run([a]), made(['rejected', a], ['approved', a]), 'approved', 0],
    ['the run is an exception', run([a]), made(['approved', a], ['excepted', a, 1, '+']), 'none', 1],
    ['another run is an exception', run([a]), made(['approved', a], ['excepted', a, 2, '+']), 'approved', 0],
    [
      'an exception does not count for later decisions',
      run([a]),
      made(['approved', a], ['excepted', a, 1, '+'], ['rejected', a]),
      'rejected',
      0,
    ],
    [
      'an exception leaves an earlier decision as it is',
      run([a]),
      made(['approved', a], ['rejected', a], ['excepted', a, 1, '+']),
      'approved',
      0,
    ],
    ['its own verdict was taken back', run([a]), made(['approved', a], ['none', a, 1]), 'none', 1],
    ['it was approved as a whole', run([a]), made(['approved', a, 1]), 'approved', 0],
    ['another one was approved as a whole', run([a]), made(['approved', a, 2]), 'none', 1],
    ['its changes are not all', run([a], false), made(['approved', a]), 'none', 1],
    ['its changes are not all, and one is rejected', run([a], false), made(['rejected', a]), 'none', 1],
    [
      'its changes are not all, but it was approved as a whole',
      run([a], false),
      made(['approved', a, 1], ['approved', unexplained, 1, '+']),
      'approved',
      0,
    ],
    ['it has no changes', run([]), made(['approved', a]), 'none', 0],
  ])('%s', (_when, set, decisions, verdict, openChanges) => {
    expect(judgeSet(set, decisions)).toMatchObject({ verdict, openChanges });
  });

  it('says who decided last, and how the verdict came about', () => {
    const both = judgeSet(run([a, b]), made(['approved', a], ['approved', b, 1]));
    expect(both).toMatchObject({ source: 'changes', decision: { id: 2 } });
    expect(judgeSet(run([a]), made(['approved', a, 1])).source).toBe('person');
    const earlier = decision(1, { runId: 1, originDecisionId: 7, originRunId: 9 });
    expect(judgeSet(run([a]), new LiveDecisions([earlier])).source).toBe('carried');
  });
});

describe('over random sets and decisions', () => {
  const fingerprints = ['a', 'b', 'c', 'd', 'e'].map((letter) => `fp1:${letter}`);
  const cases = Array.from({ length: 2_000 }, (_, seed) => randomCase(seed));

  it('a run is approved only if each of its changes is, and none is rejected', () => {
    for (const { set, decisions } of cases) {
      const { verdict } = judgeSet(set, new LiveDecisions(decisions));
      const live = new LiveDecisions(decisions);
      const words = set.fingerprints.map((fingerprint) => live.on(fingerprint, set.runId)?.verdict);
      if (words.includes('rejected')) expect(verdict).toBe('rejected');
      else if (words.every((word) => word === 'approved')) expect(verdict).toBe('approved');
      else expect(verdict).toBe('none');
    }
  });

  it('a run that also has another change is never approved by decisions on the others', () => {
    for (const { set, decisions } of cases) {
      const withOwn = { ...set, fingerprints: [...set.fingerprints, 'fp1:own'] };
      expect(judgeSet(withOwn, new LiveDecisions(decisions)).verdict).not.toBe('approved');
    }
  });

  it('the order in which decisions are read makes no difference', () => {
    for (const { set, decisions } of cases) {
      const turned = judgeSet(set, new LiveDecisions([...decisions].reverse()));
      expect(turned).toEqual(judgeSet(set, new LiveDecisions(decisions)));
    }
  });

  it('undoing the latest act gives what was there before it', () => {
    for (const { set, decisions } of cases) {
      const before = judgeSet(set, new LiveDecisions(decisions));
      const act = {
        ...decision(100, { fingerprint: fingerprints[0]!, verdict: 'rejected' }),
        operationId: 'last',
      };
      const after = new LiveDecisions([...decisions, act]);
      if (set.fingerprints.includes(act.fingerprint)) expect(judgeSet(set, after).verdict).toBe('rejected');
      expect(judgeSet(set, new LiveDecisions([...decisions, act].filter((one) => one !== act)))).toEqual(
        before,
      );
    }
  });

  function randomCase(seed: number): { set: ChangeSet; decisions: ChangeDecision[] } {
    let state = seed * 2_654_435_761 + 1;
    const below = (limit: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const own = fingerprints.filter(() => below(2) === 0);
    const set = {
      runId: 1 + below(3),
      fingerprints: own.length === 0 ? [fingerprints[0]!] : own,
      isComplete: true,
    };
    const words = ['approved', 'approved', 'approved', 'rejected', 'none', 'excepted'] as const;
    const decisions = Array.from({ length: below(8) }, (_, index) => {
      const verdict = words[below(words.length)]!;
      const isOwn = verdict === 'none' || verdict === 'excepted' || below(3) === 0;
      return decision(index + 1, {
        verdict,
        fingerprint: fingerprints[below(fingerprints.length)]!,
        runId: isOwn ? 1 + below(3) : null,
        operationId: `act ${below(4)}`,
      });
    });
    return { set, decisions };
  }
});

describe('a verdict on a run as a whole', () => {
  const act = { actor: 'user:1/Ann', at: 5, operationId: 'o' };

  it('is one on each of its changes, for this run only', () => {
    expect(ownDecisions(run([a, b]), 'approved', act)).toMatchObject([
      { runId: 1, fingerprint: a, verdict: 'approved' },
      { runId: 1, fingerprint: b, verdict: 'approved' },
    ]);
  });

  it('is also one on what they do not explain', () => {
    const decided = ownDecisions(run([a], false), 'rejected', act).map(({ fingerprint }) => fingerprint);
    expect(decided).toEqual([a, unexplained]);
    expect(ownDecisions(run([], false), 'approved', act)).toEqual([]);
  });
});
