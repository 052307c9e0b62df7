import { noResult } from '../../domain/tasks/tasks.ts';
import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run, RunFailure } from '../../domain/runs/run.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { saveRun, saveRuns } from '../runs/save-run.ts';
import { waitingShotRuns } from '../runs/shot-runs.ts';

/** A task and its release, locked in the global lock order. */
export interface LockedTask {
  task: Task;
  release: Release | null;
}

export async function lockTask(tx: Transaction, queue: string, id: string): Promise<LockedTask | null> {
  const seen = await tx.tasks.find(queue, id);
  if (seen === null) return null;
  const release = seen.releaseId === null ? null : await tx.releases.lockById(seen.releaseId);
  const task = await tx.tasks.lock(queue, id);
  return task === null ? null : { task, release };
}

/**
 * Ends a task permanently. If its slot is still waiting, the slot fails: with the given failure, else with the
 * reported one, else because there is no result. A filled slot is left unchanged.
 */
export async function endTask(
  deps: Deps,
  tx: Transaction,
  locked: LockedTask,
  outcome: { status: 'done' | 'error'; error: string | null; failure: RunFailure | null },
): Promise<void> {
  const { task, release } = locked;
  await tx.tasks.update(
    {
      ...task,
      status: outcome.status,
      error: outcome.error,
      finishedAt: deps.clock.now(),
    },
    task,
  );
  if (release === null || isDecided(release.status)) return;
  const run = await waitingRun(tx, task);
  const failed = run === null ? null : failSlot(run, task.slot!, outcome.failure);
  const failure = failed?.[task.slot!].failure ?? outcome.failure;
  const moved = await failWaiting(deps, tx, release, task, { failure, settles: run === null });
  if (run === null || failed === null) return;
  const liveTasks = (await tx.tasks.liveOfRun(run.id)).filter((other) => other.id !== task.id);
  await saveRun(deps, tx, { release: moved, before: run, run: failed, liveTasks, actor: null });
}

/** Fails the runs of further screenshots that the task has not brought. */
async function failWaiting(
  deps: Deps,
  tx: Transaction,
  release: Release,
  task: Task,
  { failure, settles }: { failure: RunFailure | null; settles: boolean },
): Promise<Release> {
  const changes = [];
  for (const run of await waitingShotRuns(tx, task)) {
    const after = failSlot(run, task.slot!, failure);
    changes.push({ before: run, run: after, liveTasks: await tx.tasks.liveOfRun(run.id) });
  }
  return (await saveRuns(deps, tx, release, changes, null, { settles })).release;
}

/** Records a failed attempt on a run that keeps waiting. */
export async function noteFailedAttempt(
  deps: Deps,
  tx: Transaction,
  locked: LockedTask,
  failure: RunFailure,
): Promise<void> {
  const { task, release } = locked;
  if (release === null || isDecided(release.status)) return;
  const run = await waitingRun(tx, task);
  if (run === null) return;
  const slot = task.slot!;
  const log = run[slot].failure?.log;
  const told = withImage(failure, run[slot].failure);
  const noted = log === undefined ? told : { ...told, log };
  const after: Run =
    slot === 'diff'
      ? { ...run, diff: { ...run.diff, failure: noted } }
      : { ...run, [slot]: { ...run[slot], failure: noted } };
  await saveRun(deps, tx, {
    release,
    before: run,
    run: after,
    liveTasks: await tx.tasks.liveOfRun(run.id),
    actor: null,
  });
}

/** The failure reported for a task's slot, if any. */
export async function reportedFailureOf(tx: Transaction, task: Task): Promise<RunFailure | null> {
  const run = await waitingRun(tx, task);
  return run === null ? null : run[task.slot!].failure;
}

async function waitingRun(tx: Transaction, task: Task): Promise<Run | null> {
  if (task.runId === null || task.slot === null) return null;
  const run = await tx.runs.findById(task.runId);
  if (run === null) return null;
  const waits = task.slot === 'diff' ? run.status === 'needs_diff' : run[task.slot].state === 'requested';
  return waits ? run : null;
}

/** The failure with the image that was reported for it before. */
function withImage(failure: RunFailure, known: RunFailure | null): RunFailure {
  if (known?.image === undefined || known.reason !== failure.reason) return failure;
  return { ...failure, image: known.image };
}

export function failSlot(run: Run, slot: 'current' | 'ref' | 'diff', failure: RunFailure | null): Run {
  const reason = withImage(failure ?? run[slot].failure ?? noResult, run[slot].failure);
  if (slot !== 'diff') return { ...run, [slot]: { ...run[slot], state: 'failed', failure: reason } };
  const { log, ...rest } = { ...reason, log: reason.log ?? run.diff.failure?.log };
  return { ...run, diff: { ...run.diff, failed: true, failure: rest, log: log ?? run.diff.log } };
}
