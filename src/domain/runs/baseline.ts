/** What a new image is compared with. */

import type { CaptureSlot, Release, Run } from '../model.ts';
import { emptyCaptureSlot } from './run-status.ts';

/**
 * Whether a run of a good release is what its page is compared with from then on. One that failed or was rejected is
 * not: the page keeps its former baseline.
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

/** Why a run is compared with what it is compared with, for people. */
export function baselineReason(
  run: Pick<Run, 'ref' | 'baselineRunId'>,
  baseline: Pick<Release, 'name' | 'number'> | null,
): string {
  if (run.baselineRunId !== null && baseline !== null) {
    return (
      `Compared with ${baseline.name} #${baseline.number}, the newest good release that had an accepted screenshot ` +
      'of this page when the run was requested.'
    );
  }
  if (run.ref.image !== null || run.ref.state !== 'none') {
    return 'Compared with the image that the client named or asked for.';
  }
  return 'New: no good release had an accepted screenshot of this name, and the client named none.';
}
