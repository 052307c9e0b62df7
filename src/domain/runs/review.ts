/** Verdicts and release decisions: conflicts and results. Pure. */

import { isReviewable } from './run-status.ts';
import type { Release, Run, Verdict } from '../model.ts';

export type VerdictOutcome =
  | 'changed'
  /** The run already has this verdict. */
  | 'unchanged'
  /** The run changed after the version seen by the decider. */
  | 'conflict'
  /** The run neither differs nor is new, or it is new in a release without history. */
  | 'not_reviewable';

/**
 * @param versionSeen the run's version on the decider's screen; undefined: not checked
 * @param mayBeNew whether new runs can be judged too, as those of releases that sent a history can
 */
export function judgeVerdict(
  run: Pick<Run, 'status' | 'factsVersion' | 'verdict' | 'version'>,
  verdict: Verdict,
  versionSeen: number | undefined,
  mayBeNew: boolean,
): VerdictOutcome {
  if (!isReviewable(run.status)) return 'not_reviewable';
  if (run.status === 'no_diff_needed' && !mayBeNew) return 'not_reviewable';
  const factsChanged = versionSeen !== undefined && run.factsVersion > versionSeen;
  if (factsChanged) return 'conflict';
  if (run.verdict === verdict) return 'unchanged';
  if (versionSeen !== undefined && run.version > versionSeen) return 'conflict';
  return 'changed';
}

type Judged = Pick<Run, 'status' | 'verdict' | 'verdictBy' | 'verdictAt' | 'version' | 'updatedAt'>;

/** A reviewable run after a verdict. Its facts do not change, so its status follows from the verdict alone. */
export function withVerdict<R extends Judged>(
  run: R,
  verdict: Verdict,
  decision: { actor: string; at: number; version: number },
): R {
  return {
    ...run,
    status:
      run.status === 'no_diff_needed' ? run.status : verdict === 'approved' ? 'diff_approved' : 'diff_found',
    verdict,
    verdictBy: verdict === 'none' ? null : decision.actor,
    verdictAt: verdict === 'none' ? null : decision.at,
    version: decision.version,
    updatedAt: decision.at,
  };
}

/** Whether the release was decided after the version seen by the decider. */
export function isStaleDecision(release: Release, versionSeen: number | undefined): boolean {
  return versionSeen !== undefined && release.statusVersion > versionSeen;
}
