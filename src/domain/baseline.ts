/** What a new picture is compared with. */

import type { CaptureSlot, Release, Run } from './model.ts';
import { emptyCaptureSlot } from './run-status.ts';

/**
 * The rule: the run of the same name in the build's newest good release, newest by creation (ids only grow). A run
 * without an image is no baseline.
 */
export function baselineOf(run: Run | null): Run | null {
  return run !== null && run.current.image !== null ? run : null;
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
    return `Compared with ${baseline.name} #${baseline.number}, the newest good release when this run was requested.`;
  }
  if (run.ref.image !== null || run.ref.state !== 'none') {
    return 'Compared with the picture that the client named or asked for.';
  }
  return 'New: no good release had a picture of this name, and the client named none.';
}
