/** Decisions of people: what a verdict or a release decision meets, and what becomes of it. Pure. */

import { runStatus, factsOf, isReviewable } from './run-status.ts';
import type { Release, Run, Verdict } from './model.ts';

export type VerdictOutcome =
  | 'changed'
  /** The run already has that verdict. */
  | 'unchanged'
  /** The run changed after the version that the decider saw. */
  | 'conflict'
  /** Nothing differs, so there is nothing to judge. */
  | 'not_reviewable';

/**
 * @param versionSeen the run's version on the decider's screen; undefined: whatever it is
 */
export function judgeVerdict(run: Run, verdict: Verdict, versionSeen: number | undefined): VerdictOutcome {
  if (!isReviewable(run.status)) return 'not_reviewable';
  const factsChanged = versionSeen !== undefined && run.factsVersion > versionSeen;
  if (factsChanged) return 'conflict';
  if (run.verdict === verdict) return 'unchanged';
  if (versionSeen !== undefined && run.version > versionSeen) return 'conflict';
  return 'changed';
}

export function withVerdict(
  run: Run,
  verdict: Verdict,
  decision: { actor: string; at: number; version: number },
): Run {
  const judged: Run = {
    ...run,
    verdict,
    verdictBy: verdict === 'none' ? null : decision.actor,
    verdictAt: verdict === 'none' ? null : decision.at,
    version: decision.version,
    updatedAt: decision.at,
  };
  return { ...judged, status: runStatus(factsOf(judged)) };
}

/** Whether somebody decided about the release after the version that the decider saw. */
export function isStaleDecision(release: Release, versionSeen: number | undefined): boolean {
  return versionSeen !== undefined && release.statusVersion > versionSeen;
}
