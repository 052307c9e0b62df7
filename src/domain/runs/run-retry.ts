/** What a person's "capture again" does to a run. Pure. */

import { emptyCaptureSlot, emptyDiffSlot } from './run-status.ts';
import type { CaptureSlot, Run } from '../model.ts';

export type RetryOutcome =
  /** What failed is asked for again. */
  | 'requested'
  /** Nothing failed. */
  | 'not_failed'
  /** A client took the image, so only the client can take it again. */
  | 'not_captured_here';

export interface Retry {
  outcome: RetryOutcome;
  run: Run;
  /** Captures that need a new task; a comparison gets its own from the status. */
  capture: ('current' | 'ref')[];
}

/** Empties what failed and asks for it again, with the same URL and config; an image that is there stays. */
export function retryRun(run: Run): Retry {
  if (run.status !== 'failed') return { outcome: 'not_failed', run, capture: [] };
  const failed = (['current', 'ref'] as const).filter((side) => run[side].state === 'failed');
  if (!failed.every((side) => mayCapture(run[side]))) {
    return { outcome: 'not_captured_here', run, capture: [] };
  }
  const again: Run = {
    ...run,
    diff: emptyDiffSlot(run.diff.requests),
    verdict: 'none',
    verdictBy: null,
    verdictAt: null,
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
