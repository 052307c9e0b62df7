import type { Release } from '../../domain/releases/release.ts';
import type { Run, SlotName } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/tasks/task.ts';
import { noLabel } from '../../domain/tasks/labels.ts';
import { captureQueue, comparisonQueue, taskIdOf, unleased } from '../../domain/tasks/tasks.ts';
import type { BesidePayload, CapturePayload, ComparisonPayload } from '../../domain/tasks/tasks.ts';

type Traced = Pick<BesidePayload, 'traceparent'>;

/** Further screenshots whose runs wait for the capture of a side. */
export type WaitingShots = Readonly<Partial<Record<SlotName, readonly string[]>>>;

/**
 * The task that fills a slot of a run.
 *
 * @param traceparent of the work that needs it, or null
 * @param shots of further screenshots whose runs wait for it
 */
export function taskOf(
  release: Release,
  run: Run,
  slot: SlotName,
  now: number,
  traceparent: string | null,
  shots: WaitingShots = {},
): Task {
  const traced = traceparent === null ? {} : { traceparent };
  return slot === 'diff'
    ? comparisonTask(release, run, now, traced)
    : captureTask(release, run, slot, now, {
        ...traced,
        ...((shots[slot] ?? []).length > 0 && { shots: [...shots[slot]!] }),
      });
}

function captureTask(
  release: Release,
  run: Run,
  slot: 'current' | 'ref',
  now: number,
  beside: Pick<BesidePayload, 'traceparent' | 'shots'>,
): Task {
  const payload: CapturePayload = {
    build_id: run.buildId,
    release_name: release.name,
    release_number: release.number,
    run_name: run.name,
    url: run[slot].url!,
    config_sha1sum: run[slot].config!,
    baseline: slot === 'ref',
    ...(slot === 'current' && run.ref.state === 'none' && { with_pixels: true }),
    ...beside,
  };
  return taskFor(run, slot, captureQueue, run[slot].requests, payload, now);
}

function comparisonTask(release: Release, run: Run, now: number, traced: Traced): Task {
  const payload: ComparisonPayload = {
    build_id: run.buildId,
    release_name: release.name,
    release_number: release.number,
    run_name: run.name,
    run_sha1sum: run.current.image!,
    reference_sha1sum: run.ref.image!,
    ...traced,
  };
  return taskFor(run, 'diff', comparisonQueue, run.diff.requests, payload, now);
}

function taskFor(
  run: Run,
  slot: SlotName,
  queue: string,
  requests: number,
  payload: object,
  now: number,
): Task {
  return {
    queue,
    id: taskIdOf(run.id, slot, requests),
    payload: JSON.stringify(payload),
    contentType: 'application/json',
    source: null,
    ...unleased(now),
    label: slot === 'diff' ? noLabel : run.workerLabel,
    runId: run.id,
    releaseId: run.releaseId,
    slot,
  };
}
