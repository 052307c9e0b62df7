/** The effect of a capture request on a run. Pure. */

import { refFromBaseline } from './baseline.ts';
import { emptyCaptureSlot, emptyDiffSlot, noVerdict } from './run-status.ts';
import { noLabel } from '../tasks/labels.ts';
import type { CaptureSlot, Run } from './run.ts';

export interface WantedCapture {
  url: string;
  /** Digest of the capture config, which includes the URL. */
  config: string;
}

export interface RunRequest {
  current: WantedCapture;
  /** Undefined: the ref side is copied from the baseline. */
  ref?: WantedCapture | undefined;
}

export interface RequestOutcome {
  run: Run;
  changed: boolean;
  /** Identical to the previous request. */
  repeat: boolean;
  /** Slots that need a new task. */
  capture: ('current' | 'ref')[];
}

/** Whether the request is for a different image than the run has or waits for. */
export function asksForAnother(run: Run, request: RunRequest): boolean {
  return !matches(run.current, request.current);
}

/**
 * @param run the current run, or one from {@link newRun}
 * @param baseline used only when the current side is new or different
 */
export function applyRequest(run: Run, request: RunRequest, baseline: Run | null): RequestOutcome {
  const another = asksForAnother(run, request);
  const current = ask(run.current, request.current);
  let ref: { slot: CaptureSlot; asked: boolean };
  let baselineRunId = run.baselineRunId;
  let refIsAnother = false;
  if (request.ref !== undefined) {
    const own = run.baselineRunId === null ? run.ref : refFromBaseline(null, run.ref.requests);
    refIsAnother = !matches(own, request.ref);
    ref = ask(own, request.ref);
    baselineRunId = null;
  } else if (another) {
    ref = { slot: refFromBaseline(baseline, run.ref.requests), asked: false };
    baselineRunId = baseline?.id ?? null;
  } else if (run.ref.state === 'failed' && run.ref.url !== null && run.ref.config !== null) {
    ref = ask(run.ref, { url: run.ref.url, config: run.ref.config });
  } else {
    ref = { slot: run.ref, asked: false };
  }
  const capture: ('current' | 'ref')[] = [];
  if (current.asked) capture.push('current');
  if (ref.asked) capture.push('ref');
  const changed = another || capture.length > 0 || run.diff.failed;
  const repeat = !another && !refIsAnother;
  if (!changed) return { run, changed, repeat, capture };
  return {
    run: {
      ...run,
      current: current.slot,
      ref: ref.slot,
      baselineRunId,
      diff: emptyDiffSlot(run.diff.requests),
      ...noVerdict,
      pixelsSha256: another ? null : run.pixelsSha256,
    },
    changed,
    repeat,
    capture,
  };
}

function matches(slot: CaptureSlot, wanted: WantedCapture): boolean {
  return slot.url === wanted.url && slot.config === wanted.config;
}

/** Leaves a slot that waits for or has the same image unchanged; otherwise empties and requests it. */
function ask(slot: CaptureSlot, wanted: WantedCapture): { slot: CaptureSlot; asked: boolean } {
  if (matches(slot, wanted) && (slot.state === 'requested' || slot.state === 'done')) {
    return { slot, asked: false };
  }
  return {
    slot: { ...emptyCaptureSlot(), state: 'requested', ...wanted, requests: slot.requests + 1 },
    asked: true,
  };
}

/** An empty run; id 0 is replaced by the store. */
export function newRun(place: { buildId: number; releaseId: number; name: string; now: number }): Run {
  return {
    id: 0,
    buildId: place.buildId,
    releaseId: place.releaseId,
    name: place.name,
    current: emptyCaptureSlot(),
    ref: emptyCaptureSlot(),
    baselineRunId: null,
    baselineChoice: null,
    previousNames: [],
    pixelsSha256: null,
    shard: null,
    earlierVerdict: null,
    workerLabel: noLabel,
    diff: emptyDiffSlot(),
    status: 'data_pending',
    ...noVerdict,
    openChanges: 0,
    version: 0,
    factsVersion: 0,
    createdAt: place.now,
    updatedAt: place.now,
  };
}
