import { requireWork, workerKeyOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { checkInteger } from '../../domain/names.ts';
import { checkLease, extendedLeaseEnd, withLeaseEnd } from '../../domain/tasks/tasks.ts';
import type { Deps } from '../deps.ts';
import { raise } from '../builds/find-build.ts';
import { taskNotFound } from './finish-task.ts';
import type { TaskCall } from './finish-task.ts';

export interface HeartbeatInput extends TaskCall {
  message?: string | undefined;
  /** Orders messages; one lower than the last is ignored. */
  index?: number | undefined;
}

/** Longer messages are truncated. */
const maxMessageLength = 10_000;

/** Extends the lease by its length, up to the task's deadline. @returns whether the message was stored */
export async function heartbeat(
  deps: Deps,
  principal: Principal,
  input: HeartbeatInput,
): Promise<{ applied: boolean }> {
  requireWork(principal);
  if (input.index !== undefined) checkInteger('index', input.index, 0, Number.MAX_SAFE_INTEGER);
  return deps.store.transaction(async (tx) => {
    const task = (await tx.tasks.lock(input.queue, input.taskId)) ?? raise(taskNotFound(input));
    const now = deps.clock.now();
    checkLease(task, { ...input, workerKey: workerKeyOf(principal) }, now);
    const applied =
      input.index === undefined || task.messageIndex === null || input.index >= task.messageIndex;
    await tx.tasks.update(
      {
        ...withLeaseEnd(task, extendedLeaseEnd(task, now)),
        message: applied ? (input.message?.slice(0, maxMessageLength) ?? task.message) : task.message,
        messageIndex: applied ? (input.index ?? task.messageIndex) : task.messageIndex,
      },
      task,
    );
    return { applied };
  });
}
