import { requireWork, workerKeyOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { afterFailedAttempt, checkLease, dueFrom, holdsLease } from '../../domain/tasks/tasks.ts';
import type { LeaseClaim } from '../../domain/tasks/tasks.ts';
import type { RunFailure } from '../../domain/runs/run.ts';
import type { Task, TaskStatus } from '../../domain/tasks/task.ts';
import type { Deps } from '../deps.ts';
import { endTask, lockTask, noteFailedAttempt, reportedFailureOf } from './end-task.ts';
import { raise } from '../builds/find-build.ts';

/** A call by the holder of a lease: checked by `leaseId` if sent, else by `owner`. */
export interface TaskCall extends LeaseClaim {
  queue: string;
  taskId: string;
}

export interface FinishTaskInput extends TaskCall {
  /** Present when the attempt failed. */
  error?: string | undefined;
  /** The reason, if the worker reports it; only a transient one is retried. */
  failure?: RunFailure | undefined;
}

export interface FinishTaskResult {
  /** `live` if there will be another attempt. */
  status: TaskStatus;
  /** When the next attempt may begin (epoch ms). */
  retryAt: number | null;
}

/** Ends an attempt. Idempotent for the same lease. */
export async function finishTask(
  deps: Deps,
  principal: Principal,
  input: FinishTaskInput,
): Promise<FinishTaskResult> {
  requireWork(principal);
  const claim = { ...input, workerKey: workerKeyOf(principal) };
  return deps.store.transaction(async (tx) => {
    const locked = (await lockTask(tx, input.queue, input.taskId)) ?? raise(taskNotFound(input));
    const { task } = locked;
    const error = input.failure?.message ?? input.error ?? null;
    if (isRepeat(task, claim, error)) {
      return { status: task.status, retryAt: task.status === 'live' ? task.eta : null };
    }
    checkLease(task, claim, deps.clock.now());
    if (error === null) {
      await endTask(deps, tx, locked, { status: 'done', error: null, failure: null });
      return { status: 'done', retryAt: null };
    }
    const failure = withoutImage(input.failure) ??
      (await reportedFailureOf(tx, task)) ?? { reason: 'reported', message: error };
    const next = afterFailedAttempt(task.leaseAttempts, failure, deps.ids.random());
    if (next === 'ended') {
      await endTask(deps, tx, locked, { status: 'error', error, failure });
      return { status: 'error', retryAt: null };
    }
    const retryAt = deps.clock.now() + next.retryAfterMs;
    await tx.tasks.update({ ...dueFrom(task, retryAt), error, leaseEnded: true }, task);
    await noteFailedAttempt(deps, tx, locked, failure);
    return { status: 'live', retryAt };
  });
}

/** A image comes with a report, which checks whose it is. */
function withoutImage(failure: RunFailure | undefined): RunFailure | undefined {
  if (failure === undefined) return undefined;
  const { image: _image, ...rest } = failure;
  return rest;
}

function isRepeat(task: Task, claim: LeaseClaim, error: string | null): boolean {
  if (!holdsLease(task, claim)) return false;
  if (task.status === 'done') return error === null;
  const failedBefore = task.status === 'error' || (task.status === 'live' && task.leaseEnded);
  return failedBefore && error !== null && task.error === error;
}

export function taskNotFound(call: { queue: string; taskId: string }): AppError {
  return new AppError(
    'not_found',
    `Queue "${call.queue.slice(0, 100)}" has no task "${call.taskId.slice(0, 255)}".`,
    { details: { parameter: 'task_id' } },
  );
}
