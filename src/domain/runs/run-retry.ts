/** The effect of "capture again" on a run. Pure. */

import { emptyCaptureSlot, emptyDiffSlot, noVerdict } from './run-status.ts';
import type { CaptureSlot, Run } from './run.ts';

export type RetryOutcome =
  /** Failed parts are requested again. */
  | 'requested'
  /** Nothing failed. */
  | 'not_failed'
  /** A client sent the image, so only the client can replace it. */
  | 'not_captured_here';

export interface Retry {
  outcome: RetryOutcome;
  run: Run;
  /** Captures that need a new task; a comparison's task follows from the status. */
  capture: ('current' | 'ref')[];
}

/** Empties failed slots and requests them again, with the same URL and config; existing images are kept. */
export function retryRun(run: Run): Retry {
  if (run.status !== 'failed') return { outcome: 'not_failed', run, capture: [] };
  const failed = (['current', 'ref'] as const).filter((side) => run[side].state === 'failed');
  if (!failed.every((side) => mayCapture(run[side]))) {
    return { outcome: 'not_captured_here', run, capture: [] };
  }
  const again: Run = {
    ...run,
    diff: emptyDiffSlot(run.diff.requests),
    ...noVerdict,
  };
  for (const side of failed) again[side] = askedAgain(run[side]);
  return { outcome: 'requested', run: again, capture: failed };
}

function mayCapture({ url, config }: CaptureSlot): boolean {
  return url !== null && config !== null;
}

function askedAgain({ url, config, requests }: CaptureSlot): CaptureSlot {
  return { ...emptyCaptureSlot(), state: 'requested', url, config, requests: requests + 1 };
}
