import type { Activity } from '../../domain/people/activity.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Verdict } from '../../domain/runs/verdict.ts';
import type { JudgedRun } from '../../ports/store/runs.ts';

export const verdictKinds = {
  approved: 'run_approved',
  rejected: 'run_rejected',
  none: 'run_verdict_taken_back',
} as const;

/** What the activity of a run is kept under. */
export const runSubject = (runId: number) => `run:${runId}`;

/**
 * The activity of a verdict.
 *
 * @param run with its new verdict
 * @param from its verdict before
 * @param undo the operation whose undo brought the verdict back
 */
export function runVerdictEntry(
  { id: releaseId, buildId }: Pick<Release, 'id' | 'buildId'>,
  { id: runId, verdict }: Pick<JudgedRun, 'id' | 'verdict'>,
  from: Verdict,
  { at, actor }: { at: number; actor: string },
  {
    note,
    operationId = null,
    undo,
    approvals,
    needed,
  }: {
    note?: string | undefined;
    operationId?: string | null;
    undo?: string;
    approvals?: number;
    needed?: number;
  } = {},
): Omit<Activity, 'id'> {
  return {
    at,
    buildId,
    releaseId,
    runId,
    actor,
    kind: verdictKinds[verdict],
    detail: {
      from,
      to: verdict,
      ...(note === undefined ? {} : { note }),
      ...(undo === undefined ? {} : { undo }),
      ...(needed === undefined ? {} : { approvals, needed }),
    },
    subject: runSubject(runId),
    operationId,
  };
}
