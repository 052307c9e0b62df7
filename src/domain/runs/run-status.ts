/** A run's status, computed from facts and never set by hand. */

import type { CaptureSlot, CaptureState, DiffSlot, Run, RunFailure, RunStatus } from './run.ts';
import type { Verdict } from './verdict.ts';

export interface RunFacts {
  captureState: CaptureState;
  refState: CaptureState;
  image: string | null;
  refImage: string | null;
  diffFailed: boolean;
  diffImage: string | null;
  /** Pixels that differ but do not count; 0 if not reported. */
  forgivenPixels: number;
  /** Whether forgiven pixels count as a difference. */
  failOnForgiven: boolean;
  diffLog: string | null;
  distortion: number | null;
  verdict: Verdict;
  /** What it is compared with is not known yet. */
  awaitsBaseline: boolean;
}

/** The status of a run. The first matching condition decides. */
export function runStatus(facts: RunFacts): RunStatus {
  if (facts.captureState === 'failed' || facts.refState === 'failed') return 'failed';
  const awaitsImage = facts.captureState === 'requested' || facts.image === null;
  if (awaitsImage || facts.refState === 'requested' || facts.awaitsBaseline) return 'data_pending';
  if (facts.diffFailed) return 'failed';
  const differs = facts.verdict === 'approved' ? 'diff_approved' : 'diff_found';
  if (facts.diffImage !== null) return differs;
  if (facts.refImage === null) return 'no_diff_needed';
  // Equal digests are equal images only if they are images: a distortion shows that they were checked.
  if (facts.image === facts.refImage && facts.distortion !== null) return 'diff_not_found';
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
    forgivenPixels: run.diff.details?.forgivenPixels ?? 0,
    failOnForgiven: run.diff.failOnForgiven,
    diffLog: run.diff.log,
    distortion: run.diff.distortion,
    verdict: run.verdict,
    awaitsBaseline: run.baselineChoice?.rule === 'waiting',
  };
}

/** Statuses of a run that waits for a capture or a comparison; all others are terminal. */
const pendingRunStatuses = ['data_pending', 'needs_diff'] as const satisfies RunStatus[];

export function isPending(status: RunStatus): boolean {
  return (pendingRunStatuses as readonly RunStatus[]).includes(status);
}

/** Whether the run shows something that can be approved or rejected: it differs, or it is new. */
export function isReviewable(status: RunStatus): boolean {
  return status === 'diff_found' || status === 'diff_approved' || status === 'no_diff_needed';
}

/** Whether a person can decide about the run: whatever is finished and not the same. A failure can be accepted. */
export function isDecidable(status: RunStatus): boolean {
  return isReviewable(status) || status === 'failed';
}

/** The fields of a run that no one has judged. */
export const noVerdict = {
  verdict: 'none',
  verdictBy: null,
  verdictAt: null,
  verdictOrigin: null,
  verdictSource: null,
  verdictNote: null,
  approvals: [],
} as const satisfies Partial<Run>;

export function emptyCaptureSlot(): CaptureSlot {
  return {
    state: 'none',
    url: null,
    image: null,
    log: null,
    config: null,
    failure: null,
    requests: 0,
    details: null,
  };
}

/** An empty comparison; `requests` keeps counting so that task ids never repeat. */
export function emptyDiffSlot(requests = 0): DiffSlot {
  return {
    failed: false,
    image: null,
    forgivenMask: null,
    alignedMask: null,
    failOnForgiven: false,
    log: null,
    distortion: null,
    failure: null,
    requests,
    details: null,
  };
}

export function isDiffFilled(diff: DiffSlot): boolean {
  return diff.image !== null || diff.log !== null || diff.distortion !== null;
}

/** The digest that both sides have while nothing says how they compare, else null. */
export function equalImages({ current, ref, diff }: Pick<Run, 'current' | 'ref' | 'diff'>): string | null {
  const areEqual = current.state === 'done' && ref.state === 'done' && current.image === ref.image;
  return areEqual && !isDiffFilled(diff) && !diff.failed ? current.image : null;
}

/** Whether a worker measured one of the images when it took it. */
export function isCaptured({ current, ref }: Pick<Run, 'current' | 'ref'>): boolean {
  return current.details !== null || ref.details !== null;
}

/** The facts after what follows from them: captures with equal digests are equal images, distortion 0. */
export function withKnownDiff(run: Run): Run {
  return isCaptured(run) ? withCheckedImage(run, null) : run;
}

/**
 * The facts once the file that both sides have was decoded.
 *
 * @param failure why it is no image, or null
 */
export function withCheckedImage(run: Run, failure: RunFailure | null): Run {
  if (equalImages(run) === null) return run;
  const { diff } = run;
  return { ...run, diff: failure === null ? { ...diff, distortion: 0 } : { ...diff, failed: true, failure } };
}
