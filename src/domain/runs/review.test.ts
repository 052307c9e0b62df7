import { expect, it } from 'vitest';
import { factsOf, isReviewable, runStatus } from './run-status.ts';
import { withVerdict } from './review.ts';
import { newRun } from './run-request.ts';
import { verdicts } from './verdict.ts';
import type { Run } from './run.ts';

const empty = newRun({ buildId: 1, releaseId: 1, name: '/', now: 1 });
const differing: Run & { originRunId: number | null; changeCount: number } = {
  ...empty,
  current: { ...empty.current, state: 'done', image: 'a' },
  ref: { ...empty.ref, state: 'done', image: 'b' },
  diff: { ...empty.diff, image: 'c', distortion: 0.1 },
  status: 'diff_found',
  originRunId: null,
  changeCount: 0,
};

it.each(verdicts.flatMap((from) => verdicts.map((to) => [from, to] as const)))(
  'a verdict of a run that differs, from %s to %s, gives the status that its facts say',
  (from, to) => {
    const decision = { actor: 'mia', at: 5, version: 7 };
    const before = withVerdict(differing, from, decision);
    const after = withVerdict(before, to, decision);
    expect(after.status).toBe(runStatus(factsOf(after)));
    expect(isReviewable(after.status)).toBe(true);
    expect(after).toMatchObject({
      verdict: to,
      verdictBy: to === 'none' ? null : 'mia',
      verdictAt: to === 'none' ? null : 5,
      version: 7,
    });
  },
);
