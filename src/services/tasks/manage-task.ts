import { actorOf, requireSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { isOpen } from '../../domain/releases/release-lifecycle.ts';
import { retryRun } from '../../domain/runs/run-retry.ts';
import { canceledByOperator, dueFrom, unleased } from '../../domain/tasks/tasks.ts';
import type { Task } from '../../domain/tasks/task.ts';
import type { Transaction } from '../../ports/store.ts';
import { changeRelease } from '../releases/change-release.ts';
import type { Deps } from '../deps.ts';
import { offerTasks } from './offer-tasks.ts';
import { endTask, lockTask, type LockedTask } from './end-task.ts';
import { raise } from '../builds/find-build.ts';
import { taskNotFound } from './finish-task.ts';
import { saveRun } from '../runs/save-run.ts';

export interface ManageTaskInput {
  queue: string;
  taskId: string;
}

/**
 * Retries a task on an operator's request: a delayed one becomes due immediately, an ended one starts
 * over. For a run's ended task, the run's capture or comparison is requested again, which creates a new task.
 *
 * @returns the task that will run
 * @throws AppError `not_found` | `conflict` while it is leased, or when its run does not wait for it |
 *   `invalid_transition` when its release is decided
 */
export async function retryTask(deps: Deps, principal: Principal, input: ManageTaskInput): Promise<Task> {
  requireSuperuser(principal, 'manage the work queues');
  return deps.store.transaction(async (tx) => {
    const locked = (await lockTask(tx, input.queue, input.taskId)) ?? raise(taskNotFound(input));
    const task = await again(deps, tx, principal, locked);
    offerTasks(deps, tx, [task]);
    return task;
  });
}

async function again(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  { task, release }: LockedTask,
): Promise<Task> {
  const now = deps.clock.now();
  if (task.status === 'live') {
    const isLeased = task.leaseId !== null && !task.leaseEnded && task.eta > now;
    if (isLeased) {
      throw new AppError(
        'conflict',
        `Task "${task.id}" in queue "${task.queue}" is leased by ${task.owner ?? 'a worker'}. Wait until its lease ends.`,
      );
    }
    const due = dueFrom(task, now);
    await tx.tasks.update(due, task);
    return due;
  }
  if (task.runId === null || release === null) {
    const fresh: Task = { ...task, ...unleased(now), createdAt: task.createdAt };
    await tx.tasks.update(fresh, task);
    return fresh;
  }
  const run = await tx.runs.findById(task.runId);
  const retry = run === null ? null : retryRun(run);
  if (run === null || retry?.outcome !== 'requested') {
    throw new AppError(
      'conflict',
      `Task "${task.id}" in queue "${task.queue}" cannot be retried: its run has not failed, or its image must come from a client.`,
    );
  }
  const open = isOpen(release.status) ? release : await changeRelease(deps, tx, release, 'run_requested');
  await saveRun(deps, tx, {
    release: open,
    before: run,
    run: retry.run,
    liveTasks: await tx.tasks.liveOfRun(run.id),
    capture: retry.capture,
    actor: actorOf(principal),
  });
  const live = await tx.tasks.liveOfRun(run.id);
  return (
    live.find(({ slot }) => slot === task.slot) ??
    live[0] ??
    raise(taskNotFound({ queue: task.queue, taskId: task.id }))
  );
}

/** Deletes a task. A run that waits for it fails, so that its release does not wait indefinitely. */
export async function deleteTask(deps: Deps, principal: Principal, input: ManageTaskInput): Promise<void> {
  requireSuperuser(principal, 'manage the work queues');
  await deps.store.transaction(async (tx) => {
    const locked = (await lockTask(tx, input.queue, input.taskId)) ?? raise(taskNotFound(input));
    if (locked.task.status === 'live') {
      const failure = canceledByOperator;
      await endTask(deps, tx, locked, { status: 'error', error: failure.message, failure });
    }
    await tx.tasks.delete(input.queue, input.taskId);
  });
}
