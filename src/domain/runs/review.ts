/** Verdicts and release decisions: conflicts and results. Pure. */

import { isReviewable } from './run-status.ts';
import type { Release, Run, Verdict, VerdictSource } from '../model.ts';

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

type Judged = Pick<
  Run,
  'status' | 'verdict' | 'verdictBy' | 'verdictAt' | 'verdictSource' | 'openChanges' | 'version' | 'updatedAt'
> & { originRunId: number | null; changeCount: number };

/** What a run's verdict is, and where it is from. */
export interface VerdictFields {
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  verdictSource: VerdictSource | null;
  /** Where a carried verdict was taken over from. */
  originRunId: number | null;
  openChanges: number;
}

/** A reviewable run after a person's verdict on it as a whole. */
export function withVerdict<R extends Judged>(
  run: R,
  verdict: Verdict,
  decision: { actor: string; at: number; version: number },
): R {
  const isOpen = verdict === 'none';
  const fields: VerdictFields = {
    verdict,
    verdictBy: isOpen ? null : decision.actor,
    verdictAt: isOpen ? null : decision.at,
    verdictSource: isOpen ? null : 'person',
    originRunId: null,
    openChanges: isOpen ? run.changeCount : 0,
  };
  return withVerdictFields(run, fields, decision);
}

/** A reviewable run with another verdict. Its images do not change, so its status follows from the verdict alone. */
export function withVerdictFields<R extends Judged>(
  run: R,
  fields: VerdictFields,
  { at, version }: { at: number; version: number },
): R {
  const differs = fields.verdict === 'approved' ? 'diff_approved' : 'diff_found';
  const status = run.status === 'no_diff_needed' ? run.status : differs;
  return { ...run, ...fields, status, version, updatedAt: at };
}

/** Whether the release was decided after the version seen by the decider. */
export function isStaleDecision(release: Release, versionSeen: number | undefined): boolean {
  return versionSeen !== undefined && release.statusVersion > versionSeen;
}
