import { needsPeople } from '../../domain/runs/approvals.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Verdict } from '../../domain/runs/verdict.ts';
import type { Deps } from '../deps.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import { reviewRuns } from './review-runs.ts';
import type { RunVerdictResult } from './review-runs.ts';

export interface ReviewRunInput extends ReleaseName {
  runId: number;
  verdict: Verdict;
  version?: number | undefined;
  operationId: string;
  note?: string | undefined;
}

/** One verdict; conflicts are errors. @throws AppError `conflict` | `not_found` | `invalid_transition` */
export async function reviewRun(
  deps: Deps,
  principal: Principal,
  input: ReviewRunInput,
): Promise<{ release: Release; result: RunVerdictResult }> {
  const { runId, verdict, version, ...operation } = input;
  const { release, results } = await reviewRuns(deps, principal, {
    ...operation,
    runs: [{ runId, verdict, version }],
  });
  const result = results[0]!;
  const details = { ...result };
  if (result.outcome === 'not_found') {
    throw new AppError(
      'not_found',
      `Release "${release.name}" number ${release.number} has no run ${runId}.`,
      {
        details: { parameter: 'run_id' },
      },
    );
  }
  if (result.outcome === 'not_reviewable') {
    throw new AppError(
      'conflict',
      `Run ${runId} has nothing to ${verdict === 'rejected' ? 'reject' : 'approve'}: it is the same, not finished, or failed.`,
      { details },
    );
  }
  if (result.outcome === 'reason_missing') {
    throw new AppError(
      'invalid_argument',
      `Run ${runId} failed. To accept that, say why: send a reason as note.`,
      { details: { ...details, parameter: 'note' } },
    );
  }
  if (result.outcome === 'not_counted') {
    throw new AppError('conflict', `Run ${runId} ${needsPeople}`, { details });
  }
  if (result.outcome === 'held') {
    throw new AppError(
      'conflict',
      `Run ${runId} was rejected by ${result.verdictBy}. That stands until it is undone (verdict none).`,
      { details },
    );
  }
  if (result.outcome === 'conflict') {
    const by = result.verdictBy === null ? '' : ` ${result.verdictBy} decided "${result.verdict}".`;
    throw new AppError('conflict', `Run ${runId} changed after you viewed it.${by} Review it again.`, {
      details,
    });
  }
  return { release, result };
}
