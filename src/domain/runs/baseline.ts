/** Chooses the baseline of a new image. */

import type { CaptureSlot, Release, Run } from '../model.ts';
import { emptyCaptureSlot } from './run-status.ts';

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

/** Explains the choice of a run's baseline. */
export function baselineReason(
  run: Pick<Run, 'ref' | 'baselineRunId'>,
  baseline: Pick<Release, 'name' | 'number'> | null,
): string {
  if (run.baselineRunId !== null && baseline !== null) {
    return (
      `Compared with ${baseline.name} #${baseline.number}, the latest good release that had an accepted screenshot ` +
      'of this page when the run was requested.'
    );
  }
  if (run.ref.image !== null || run.ref.state !== 'none') {
    return 'Compared with the image that the client named or requested.';
  }
  return 'New: no good release had an accepted screenshot of this name, and the client provided no baseline.';
}
