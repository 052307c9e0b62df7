/** Verdicts and release decisions: conflicts and results. Pure. */

import { isDecidable } from './run-status.ts';
import type { Approval, Release, Run, Verdict, VerdictSource } from '../model.ts';

export type VerdictOutcome =
  | 'changed'
  /** The run already has this verdict. */
  | 'unchanged'
  /** The run changed after the version seen by the decider. */
  | 'conflict'
  /** The run is the same or not finished, or it failed: then it can only be accepted. */
  | 'not_reviewable';

/** @param versionSeen the run's version on the decider's screen; undefined: not checked */
export function judgeVerdict(
  run: Pick<Run, 'status' | 'factsVersion' | 'verdict' | 'version'>,
  verdict: Verdict,
  versionSeen: number | undefined,
): VerdictOutcome {
  if (!isDecidable(run.status)) return 'not_reviewable';
  if (run.status === 'failed' && verdict === 'rejected') return 'not_reviewable';
  const factsChanged = versionSeen !== undefined && run.factsVersion > versionSeen;
  if (factsChanged) return 'conflict';
  if (run.verdict === verdict) return 'unchanged';
  if (versionSeen !== undefined && run.version > versionSeen) return 'conflict';
  return 'changed';
}

type Judged = Pick<
  Run,
  | 'status'
  | 'verdict'
  | 'verdictBy'
  | 'verdictAt'
  | 'verdictSource'
  | 'verdictNote'
  | 'approvals'
  | 'openChanges'
  | 'version'
  | 'updatedAt'
> & { originRunId: number | null; changeCount: number };

/** What a run's verdict is, and where it is from. */
export interface VerdictFields {
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  verdictSource: VerdictSource | null;
  verdictNote: string | null;
  approvals: readonly Approval[];
  /** Where a carried verdict was taken over from. */
  originRunId: number | null;
  openChanges: number;
}

/** A decidable run after a person's verdict on it as a whole. */
export function withVerdict<R extends Judged>(
  run: R,
  verdict: Verdict,
  decision: { actor: string; at: number; version: number; note?: string | null },
): R {
  const isOpen = verdict === 'none';
  const fields: VerdictFields = {
    verdict,
    verdictBy: isOpen ? null : decision.actor,
    verdictAt: isOpen ? null : decision.at,
    verdictSource: isOpen ? null : 'person',
    verdictNote: isOpen ? null : (decision.note ?? null),
    approvals: [],
    originRunId: null,
    openChanges: isOpen ? run.changeCount : 0,
  };
  return withVerdictFields(run, fields, decision);
}

/** A decidable run with another verdict. Its images do not change, so its status follows from the verdict alone. */
export function withVerdictFields<R extends Judged>(
  run: R,
  fields: VerdictFields,
  { at, version }: { at: number; version: number },
): R {
  const differs = fields.verdict === 'approved' ? 'diff_approved' : 'diff_found';
  const keepsStatus = run.status === 'no_diff_needed' || run.status === 'failed';
  const status = keepsStatus ? run.status : differs;
  return { ...run, ...fields, status, version, updatedAt: at };
}

/** Whether the release was decided after the version seen by the decider. */
export function isStaleDecision(release: Release, versionSeen: number | undefined): boolean {
  return versionSeen !== undefined && release.statusVersion > versionSeen;
}
