import { noResult } from '../../domain/tasks/tasks.ts';
import { isDecided } from '../../domain/releases/release-lifecycle.ts';
import type { Release, Run, RunFailure, Task } from '../../domain/model.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { saveRun } from '../runs/save-run.ts';

/** A task with the release that it belongs to, both locked in the order that everybody keeps. */
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
 * Ends a task for good. Where its slot still waits, the slot fails: with the failure given, else with the one that
 * was reported for it, else because there is no result. A slot that has its result is left alone.
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
  if (run === null) return;
  const failed = failSlot(run, task.slot!, outcome.failure);
  const liveTasks = (await tx.tasks.liveOfRun(run.id)).filter((other) => other.id !== task.id);
  await saveRun(deps, tx, { release, before: run, run: failed, liveTasks, actor: null });
}

/** Keeps how an attempt went on the run that goes on waiting. */
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
  const noted = log === undefined ? failure : { ...failure, log };
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

/** The failure that was reported for the slot that a task works on, if any. */
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

export function failSlot(run: Run, slot: 'current' | 'ref' | 'diff', failure: RunFailure | null): Run {
  const reason = failure ?? run[slot].failure ?? noResult;
  if (slot !== 'diff') return { ...run, [slot]: { ...run[slot], state: 'failed', failure: reason } };
  const { log, ...rest } = { ...reason, log: reason.log ?? run.diff.failure?.log };
  return { ...run, diff: { ...run.diff, failed: true, failure: rest, log: log ?? run.diff.log } };
}
