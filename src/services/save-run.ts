import {
  factsOf,
  isDiffFilled,
  isPending,
  isReviewable,
  runStatus,
  withKnownDiff,
} from '../domain/run-status.ts';
import { captureQueue, diffQueue, otherSideFailed, taskIdOf, unleased } from '../domain/tasks.ts';
import type { CapturePayload, DiffPayload } from '../domain/tasks.ts';
import type { Release, Run, SlotName, Task } from '../domain/model.ts';
import type { Transaction } from '../ports/store.ts';
import { settle } from './change-release.ts';
import type { Deps } from './deps.ts';

export interface RunChange {
  /** Locked. */
  release: Release;
  /** Null for a new run. */
  before: Run | null;
  /** The facts to keep; status and versions are computed here. */
  run: Run;
  /** Live tasks of the run. */
  liveTasks: readonly Task[];
  /** Captures that need a new task. */
  capture?: readonly ('current' | 'ref')[];
  actor: string | null;
}

/**
 * The one way in which a run's facts change: computes the status, ends tasks that nobody waits for, makes the tasks
 * that the facts ask for, moves the release on, and tells who watches. All in the caller's transaction.
 */
export async function saveRun(
  deps: Deps,
  tx: Transaction,
  change: RunChange,
): Promise<{ run: Run; release: Release }> {
  const { before, liveTasks } = change;
  const now = deps.clock.now();
  const version = change.release.version + 1;
  const { run: paired, capture } = pairSides(withKnownDiff(change.run), change.capture ?? []);
  let run = withStatus(paired);
  const liveDiff = liveTasks.find((task) => task.slot === 'diff');
  const needsDiffTask =
    run.status === 'needs_diff' && (liveDiff === undefined || diffInputsChanged(before, run));
  if (needsDiffTask) run = { ...run, diff: { ...run.diff, requests: run.diff.requests + 1 } };
  run = { ...run, version, factsVersion: version, updatedAt: now };

  if (before === null) {
    // The caller holds the release's lock and found no such run, so the name is free.
    run = (await tx.runs.insert(run))!;
  } else {
    await tx.runs.update(run);
  }
  for (const task of liveTasks) {
    const asked = task.slot !== null && task.slot !== 'diff' && capture.includes(task.slot);
    const stillWanted =
      task.slot === 'diff'
        ? run.status === 'needs_diff' && !needsDiffTask
        : !asked && waitsFor(run, task.slot!);
    if (stillWanted) continue;
    // Not the row as it was read: a worker may lease it meanwhile, and is to be told how it ended.
    const isDone = !asked && isFilled(run, task.slot!);
    await tx.tasks.end(task.queue, task.id, isDone ? 'done' : 'canceled', now);
  }
  const tasks = [
    ...capture.map((slot) => captureTask(change.release, run, slot, now)),
    ...(needsDiffTask ? [diffTask(change.release, run, now)] : []),
  ];
  for (const task of tasks) await tx.tasks.insert(task);

  let release: Release = { ...change.release, version, updatedAt: now };
  await tx.releases.update(release);
  tx.afterCommit(() => {
    for (const task of tasks) deps.notifier.notify(task.queue, 1);
    deps.feed.publish({
      buildId: run.buildId,
      releaseId: run.releaseId,
      runIds: [run.id],
      version,
      actor: change.actor,
    });
  });
  if (!isPending(run.status)) release = await settle(deps, tx, release);
  return { run, release };
}

function withStatus(run: Run): Run {
  const status = runStatus(factsOf(run));
  if (run.verdict === 'none' || isReviewable(status)) return { ...run, status };
  const open: Run = { ...run, verdict: 'none', verdictBy: null, verdictAt: null };
  return { ...open, status: runStatus(factsOf(open)) };
}

/**
 * A run that failed on one side needs no picture of the other: that capture is cancelled, so that no task lives on for
 * a run that is over. It is asked for again when the failed side is filled or asked for again.
 */
function pairSides(
  run: Run,
  asked: readonly ('current' | 'ref')[],
): { run: Run; capture: readonly ('current' | 'ref')[] } {
  for (const [side, other] of [
    ['current', 'ref'],
    ['ref', 'current'],
  ] as const) {
    const slot = run[side];
    if (slot.state === 'requested' && run[other].state === 'failed') {
      const over = { ...slot, state: 'failed', failure: otherSideFailed } as const;
      return { run: { ...run, [side]: over }, capture: asked.filter((name) => name !== side) };
    }
    const wasCancelled = slot.state === 'failed' && slot.failure?.reason === otherSideFailed.reason;
    if (wasCancelled && run[other].state !== 'failed') {
      const again = { ...slot, state: 'requested', failure: null, requests: slot.requests + 1 } as const;
      return { run: { ...run, [side]: again }, capture: [...asked, side] };
    }
  }
  return { run, capture: asked };
}

function diffInputsChanged(before: Run | null, run: Run): boolean {
  return (
    before !== null && (before.current.image !== run.current.image || before.ref.image !== run.ref.image)
  );
}

function waitsFor(run: Run, slot: SlotName): boolean {
  return slot === 'diff' ? run.status === 'needs_diff' : run[slot].state === 'requested';
}

function isFilled(run: Run, slot: SlotName): boolean {
  return slot === 'diff' ? isDiffFilled(run.diff) && !run.diff.failed : run[slot].state === 'done';
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
  };
  return taskFor(run, slot, captureQueue, run[slot].requests, payload, now);
}

function diffTask(release: Release, run: Run, now: number): Task {
  const payload: DiffPayload = {
    build_id: run.buildId,
    release_name: release.name,
    release_number: release.number,
    run_name: run.name,
    run_sha1sum: run.current.image!,
    reference_sha1sum: run.ref.image!,
  };
  return taskFor(run, 'diff', diffQueue, run.diff.requests, payload, now);
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
    runId: run.id,
    releaseId: run.releaseId,
    slot,
  };
}
