import type { ReleaseOutcome, ReleaseResult, RunResult } from './release-outcome.ts';

/** Reason of a run that the server refused even as a failed one. */
const refusedReason = 'refused';

/** Number of runs that the server refused: the release does not contain them. */
export function countRefusedRuns(outcome: ReleaseOutcome): number {
  return outcome.result === null ? 0 : refusedRuns(outcome, outcome.result).length;
}

/** The result with the refused runs added: each counts as a failure of the release. */
export function resultWithRefused(outcome: ReleaseOutcome): ReleaseResult | null {
  const { result } = outcome;
  if (result === null) return null;
  const refused = refusedRuns(outcome, result);
  if (refused.length === 0) return result;
  const { counts } = result;
  return {
    ...result,
    counts: {
      ...counts,
      total: counts.total + refused.length,
      failed: counts.failed + refused.length,
    },
    runs: [...result.runs, ...refused],
  };
}

/** Whether a run of the result above was refused. */
export function isRefused(run: Pick<RunResult, 'failureReason'>): boolean {
  return run.failureReason === refusedReason;
}

function refusedRuns({ refusals, resultsUrl }: ReleaseOutcome, { runs }: ReleaseResult): RunResult[] {
  const names = new Set(runs.map(({ name }) => name));
  return refusals
    .filter(({ name }) => !names.has(name))
    .map(({ name, message }) => ({
      name,
      status: 'failed',
      verdict: 'none',
      distortion: null,
      changedPixels: null,
      diffRatio: null,
      regionCount: null,
      moves: null,
      changes: [],
      incomplete: [],
      refIncomplete: [],
      incompleteCount: 0,
      warnings: [],
      refWarnings: [],
      warningCount: 0,
      environmentChange: null,
      failureReason: refusedReason,
      failureMessage: message,
      baseline: null,
      verdictOrigin: null,
      resultsUrl: resultsUrl ?? '',
    }));
}
