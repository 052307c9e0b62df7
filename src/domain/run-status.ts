/** A run's status, computed from facts and never set by hand. */

import type { CaptureSlot, CaptureState, DiffSlot, Run, RunStatus, Verdict } from './model.ts';

export interface RunFacts {
  captureState: CaptureState;
  refState: CaptureState;
  image: string | null;
  refImage: string | null;
  diffFailed: boolean;
  diffImage: string | null;
  /** Pixels that differ and do not count; 0 where nobody said. */
  forgivenPixels: number;
  /** Whether they count after all. */
  failOnForgiven: boolean;
  diffLog: string | null;
  distortion: number | null;
  verdict: Verdict;
  /** What it is compared with is not known yet. */
  awaitsBaseline: boolean;
}

/** The status of a run. The order of the questions is the rule: the first that says yes decides. */
export function runStatus(facts: RunFacts): RunStatus {
  if (facts.captureState === 'failed' || facts.refState === 'failed') return 'failed';
  const awaitsImage = facts.captureState === 'requested' || facts.image === null;
  if (awaitsImage || facts.refState === 'requested' || facts.awaitsBaseline) return 'data_pending';
  if (facts.diffFailed) return 'failed';
  const differs = facts.verdict === 'approved' ? 'diff_approved' : 'diff_found';
  if (facts.diffImage !== null) return differs;
  if (facts.refImage === null) return 'no_diff_needed';
  if (facts.image === facts.refImage) return 'diff_not_found';
  if (facts.failOnForgiven && facts.forgivenPixels > 0) return differs;
  if (facts.diffLog !== null || facts.distortion === 0) return 'diff_not_found';
  return 'needs_diff';
}

export function factsOf(run: Pick<Run, 'current' | 'ref' | 'diff' | 'verdict' | 'baselineChoice'>): RunFacts {
  return {
    captureState: run.current.state,
    refState: run.ref.state,
    image: run.current.image,
    refImage: run.ref.image,
    diffFailed: run.diff.failed,
    diffImage: run.diff.image,
    forgivenPixels: run.diff.facts?.forgivenPixels ?? 0,
    failOnForgiven: run.diff.failOnForgiven,
    diffLog: run.diff.log,
    distortion: run.diff.distortion,
    verdict: run.verdict,
    awaitsBaseline: run.baselineChoice?.rule === 'waiting',
  };
}

/** Statuses in which a run still waits for a capture or a comparison; every other one is terminal. */
export const pendingRunStatuses = ['data_pending', 'needs_diff'] as const satisfies RunStatus[];

export function isPending(status: RunStatus): boolean {
  return (pendingRunStatuses as readonly RunStatus[]).includes(status);
}

/** Whether a person may approve or reject the run: only what differs, or is new, can be judged. */
export function isReviewable(status: RunStatus): boolean {
  return status === 'diff_found' || status === 'diff_approved' || status === 'no_diff_needed';
}

export function emptyCaptureSlot(): CaptureSlot {
  return {
    state: 'none',
    url: null,
    image: null,
    log: null,
    config: null,
    failure: null,
    requests: 0,
    facts: null,
  };
}

/** A comparison that has not been made; `requests` goes on counting so that task ids never repeat. */
export function emptyDiffSlot(requests = 0): DiffSlot {
  return {
    failed: false,
    image: null,
    forgivenMask: null,
    failOnForgiven: false,
    log: null,
    distortion: null,
    failure: null,
    requests,
    facts: null,
  };
}

export function isDiffFilled(diff: DiffSlot): boolean {
  return diff.image !== null || diff.log !== null || diff.distortion !== null;
}

/** The facts after what the server can know by itself: equal digests are equal pictures, distortion 0. */
export function withKnownDiff(run: Run): Run {
  const { current, ref, diff } = run;
  const equal =
    current.state === 'done' && ref.state === 'done' && current.image !== null && current.image === ref.image;
  if (!equal || isDiffFilled(diff) || diff.failed) return run;
  return { ...run, diff: { ...diff, distortion: 0 } };
}
