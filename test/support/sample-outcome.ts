/** Sample outcomes of releases. */

import type { StatusCounts } from '../../src/domain/releases/status-counts.ts';
import type { ReviewRules } from '../../src/tools/review-rules.ts';
import type { ReleaseOutcome, ReleaseResult, RunResult } from '../../src/tools/release-outcome.ts';

/** Of a release without history. */
export const plainRules: ReviewRules = { followsGit: false, reviewsNew: false, reviewsMissing: true };

export function sampleRun(run: Partial<RunResult> & { name: string }): RunResult {
  return {
    status: 'diff_not_found',
    verdict: 'none',
    distortion: 0,
    changedPixels: 0,
    diffRatio: 0,
    regionCount: 0,
    failureReason: null,
    failureMessage: null,
    moves: null,
    changes: [],
    incomplete: [],
    refIncomplete: [],
    incompleteCount: 0,
    warnings: [],
    refWarnings: [],
    warningCount: 0,
    environmentChange: null,
    baseline: null,
    verdictOrigin: null,
    resultsUrl: `http://dpxdt.test/run?test=${encodeURIComponent(run.name)}`,
    ...run,
  };
}

export const differing = {
  status: 'diff_found',
  distortion: 0.25,
  changedPixels: 1200,
  diffRatio: 0.015,
  regionCount: 2,
} as const satisfies Partial<RunResult>;

export function sampleResult(
  counts: Partial<StatusCounts>,
  rest: Partial<ReleaseResult> = {},
): ReleaseResult {
  const { forgiven = 0, missing = 0, renamed = 0, ...given } = counts;
  const none = {
    waiting: 0,
    undecided: 0,
    approved: 0,
    rejected: 0,
    same: 0,
    new: 0,
    failed: 0,
    accepted: 0,
  };
  const all = { ...none, carried: 0, partlyApproved: 0, ...given };
  const total = Object.values(all).reduce((sum, count) => sum + count, 0);
  return {
    status: 'reviewing',
    decidedBy: null,
    decisionNote: null,
    counts: { total, ...all, forgiven, missing, renamed },
    rules: plainRules,
    missing: [],
    runs: [],
    changes: [],
    ...rest,
  };
}

export function sampleOutcome(rest: Partial<ReleaseOutcome> = {}): ReleaseOutcome {
  return {
    release: { buildId: 1, releaseName: 'main 0123', releaseNumber: 2 },
    resultsUrl: 'http://dpxdt.test/release?id=1&name=main+0123&number=2',
    sent: 3,
    refusals: [],
    result: null,
    timedOut: false,
    durationMs: 1_500,
    ...rest,
  };
}
