import { requireWork, workerKeyOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { checkInteger } from '../../domain/names.ts';
import { checkLease, dueFrom, holdsLease, maxLeaseMs } from '../../domain/tasks/tasks.ts';
import type { Deps } from '../deps.ts';
import { offerTasks } from './offer-tasks.ts';
import { raise } from '../builds/find-build.ts';
import { taskNotFound } from './finish-task.ts';
import type { TaskCall } from './finish-task.ts';

export interface GiveBackTaskInput extends TaskCall {
  /** Delay before it can be leased again; default 0. */
  delayMs?: number | undefined;
}

/** Gives a task back unfinished; it may be leased again immediately, or after the delay. The attempt counts. */
export async function giveBackTask(
  deps: Deps,
  principal: Principal,
  input: GiveBackTaskInput,
): Promise<{ eta: number }> {
  requireWork(principal);
  const claim = { ...input, workerKey: workerKeyOf(principal) };
  const delayMs = checkInteger('delay', input.delayMs ?? 0, 0, maxLeaseMs);
  return deps.store.transaction(async (tx) => {
    const task = (await tx.tasks.lock(input.queue, input.taskId)) ?? raise(taskNotFound(input));
    const givenBackBefore = task.status === 'live' && task.leaseEnded && task.error === null;
    if (givenBackBefore && holdsLease(task, claim)) return { eta: task.eta };
    const now = deps.clock.now();
    checkLease(task, claim, now);
    const eta = now + delayMs;
    await tx.tasks.update({ ...dueFrom(task, eta), error: null, leaseEnded: true }, task);
    offerTasks(deps, tx, [task]);
    return { eta };
  });
}
