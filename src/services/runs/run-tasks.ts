import type { Release, Run, SlotName, Task } from '../../domain/model.ts';
import { noLabel } from '../../domain/tasks/labels.ts';
import { captureQueue, comparisonQueue, taskIdOf, unleased } from '../../domain/tasks/tasks.ts';
import type { CapturePayload, ComparisonPayload } from '../../domain/tasks/tasks.ts';

/** The task that fills a slot of a run. */
export function taskOf(release: Release, run: Run, slot: SlotName, now: number): Task {
  return slot === 'diff' ? comparisonTask(release, run, now) : captureTask(release, run, slot, now);
}

function captureTask(release: Release, run: Run, slot: 'current' | 'ref', now: number): Task {
  const payload: CapturePayload = {
    build_id: run.buildId,
    release_name: release.name,
    release_number: release.number,
    run_name: run.name,
    url: run[slot].url!,
    config_sha1sum: run[slot].config!,
    baseline: slot === 'ref',
    ...(slot === 'current' && run.ref.state === 'none' && { with_pixels: true }),
  };
  return taskFor(run, slot, captureQueue, run[slot].requests, payload, now);
}

function comparisonTask(release: Release, run: Run, now: number): Task {
  const payload: ComparisonPayload = {
    build_id: run.buildId,
    release_name: release.name,
    release_number: release.number,
    run_name: run.name,
    run_sha1sum: run.current.image!,
    reference_sha1sum: run.ref.image!,
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
