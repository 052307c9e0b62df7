/** Verdicts and release decisions: conflicts and results. Pure. */

import { isPlain, isSamePerson, mayApprove } from './approvals.ts';
import type { ApprovalRule } from './approvals.ts';
import { isDecidable } from './run-status.ts';
import type { Release } from '../releases/release.ts';
import type { Run } from './run.ts';
import type { Verdict } from './verdict.ts';

export type VerdictOutcome =
  | 'changed'
  /** The run already has this verdict. */
  | 'unchanged'
  /** The run changed after the version seen by the decider. */
  | 'conflict'
  /** The run is the same or not finished, or it failed: then it can only be accepted. */
  | 'not_reviewable'
  /** It failed, and why that is accepted was not said. */
  | 'reason_missing'
  /** The build asks several people, and the approval of a key, or of the author, does not count. */
  | 'not_counted'
  /** Another person rejected it, and that stands until it is undone. */
  | 'held';

/** Whose word it is, where several people are asked. */
export interface Voter {
  actor: string;
  rule: ApprovalRule;
}

/** @param versionSeen the run's version on the decider's screen; undefined: not checked */
export function judgeVerdict(
  run: Pick<Run, 'status' | 'factsVersion' | 'verdict' | 'verdictBy' | 'approvals' | 'version'>,
  verdict: Verdict,
  versionSeen: number | undefined,
  voter: Voter,
): VerdictOutcome {
  if (!isDecidable(run.status)) return 'not_reviewable';
  if (run.status === 'failed' && verdict === 'rejected') return 'not_reviewable';
  const factsChanged = versionSeen !== undefined && run.factsVersion > versionSeen;
  if (factsChanged) return 'conflict';
  if (!isPlain(voter.rule)) return judgeVote(run, verdict, versionSeen, voter);
  if (run.verdict === verdict) return 'unchanged';
  if (versionSeen !== undefined && run.version > versionSeen) return 'conflict';
  return 'changed';
}

/** Another person's approval is no conflict with one's own. */
function judgeVote(
  run: Pick<Run, 'verdict' | 'verdictBy' | 'approvals' | 'version'>,
  verdict: Verdict,
  versionSeen: number | undefined,
  { actor, rule }: Voter,
): VerdictOutcome {
  const isStale = versionSeen !== undefined && run.version > versionSeen;
  const hasApproved = run.approvals.some(({ by }) => isSamePerson(by, actor));
  if (verdict === 'approved') {
    if (run.verdict === 'approved' || (run.verdict === 'none' && hasApproved)) return 'unchanged';
    if (!mayApprove(actor, rule)) return 'not_counted';
    if (run.verdict === 'none') return 'changed';
    if (isStale) return 'conflict';
    return run.verdictBy !== null && isSamePerson(run.verdictBy, actor) ? 'changed' : 'held';
  }
  if (run.verdict === verdict && (verdict === 'rejected' || run.approvals.length === 0)) return 'unchanged';
  return isStale && !(verdict === 'none' && hasApproved) ? 'conflict' : 'changed';
}

/** What a run's verdict is, and where it is from. */
export interface VerdictFields extends Pick<
  Run,
  'verdict' | 'verdictBy' | 'verdictAt' | 'verdictSource' | 'verdictNote' | 'approvals' | 'openChanges'
> {
  /** Where a carried verdict was taken over from. */
  originRunId: number | null;
}

/** The fields of a run that a verdict reads and changes. */
export interface Judged extends VerdictFields, Pick<Run, 'status' | 'version' | 'updatedAt'> {
  /** Distinct changes. */
  changeCount: number;
}

/** A person's verdict on a run as a whole; `none` leaves nothing of one. */
export function verdictOfPerson(
  { changeCount }: Pick<Judged, 'changeCount'>,
  verdict: Verdict,
  { actor, at, note }: { actor: string | null; at: number | null; note: string | null },
): VerdictFields {
  const isOpen = verdict === 'none';
  return {
    verdict,
    verdictBy: isOpen ? null : actor,
    verdictAt: isOpen ? null : at,
    verdictSource: isOpen ? null : 'person',
    verdictNote: isOpen ? null : note,
    approvals: [],
    originRunId: null,
    openChanges: isOpen ? changeCount : 0,
  };
}

/** A decidable run after a person's verdict on it as a whole. */
export function withVerdict<R extends Judged>(
  run: R,
  verdict: Verdict,
  decision: { actor: string; at: number; version: number; note?: string | null },
): R {
  const fields = verdictOfPerson(run, verdict, { note: null, ...decision });
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
