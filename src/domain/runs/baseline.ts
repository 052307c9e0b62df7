/** Chooses the baseline of a new image. */

import type { BaselineChoice } from '../baselines/choose-baseline.ts';
import type { CaptureSlot, Run } from './run.ts';
import type { Release } from '../releases/release.ts';
import { emptyCaptureSlot, emptyDiffSlot, isDiffFilled, withCheckedImage } from './run-status.ts';

/**
 * Whether a run of a good release becomes the baseline of its page. A failed or rejected one does
 * not: the page keeps its previous baseline.
 */
export function isBaseline(run: Pick<Run, 'status' | 'verdict' | 'current'>): boolean {
  return run.current.image !== null && run.status !== 'failed' && run.verdict !== 'rejected';
}

/** The ref side of a new run, copied from its baseline. */
export function refFromBaseline(baseline: Run | null, requests: number): CaptureSlot {
  if (baseline === null) {
    return { ...emptyCaptureSlot(), requests };
  }
  return { ...baseline.current, state: 'done', failure: null, requests };
}

/** A run whose baseline is another one now; null: it has none. */
export function withAnotherBaseline(run: Run, baseline: Run | null, choice: BaselineChoice): Run {
  const again: Run = {
    ...run,
    baselineRunId: baseline?.id ?? null,
    baselineChoice: choice,
    ref: refFromBaseline(baseline, run.ref.requests),
    diff: emptyDiffSlot(run.diff.requests),
  };
  // A file that was compared before is an image, so the same file is the same image.
  const isImage = isDiffFilled(run.diff) && !run.diff.failed;
  return isImage ? withCheckedImage(again, null) : again;
}

/** Explains the choice of a run's baseline. */
export function baselineReason(
  run: { ref: Pick<CaptureSlot, 'state' | 'image'> & { url?: string | null }; baselineRunId: number | null },
  baseline: Pick<Release, 'name' | 'number'> | null,
): string {
  if (run.baselineRunId !== null && baseline !== null) {
    return (
      `Compared with ${baseline.name} #${baseline.number}, the latest good release that had an accepted screenshot ` +
      'of this page when the run was requested.'
    );
  }
  if (run.ref.image !== null || run.ref.state !== 'none') {
    if (run.ref.url === null) return 'Compared with the image that the client uploaded with the run.';
    if (run.ref.url === undefined) return 'Compared with the image that the client named or requested.';
    return `Compared with a screenshot of ${run.ref.url}, which the client requested with the run.`;
  }
  return 'New: no good release had an accepted screenshot of this name, and the client provided no baseline.';
}
