import { requireSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { QueueCounts } from '../../ports/store/tasks.ts';
import type { Deps } from '../deps.ts';

export interface QueueSummary extends QueueCounts {
  /** How long the oldest available task has waited, in milliseconds, 0 or more. */
  oldestWaitingMs: number | null;
}

/** Every queue with live or failed tasks, or with work done in the last hour. */
export async function listQueues(deps: Deps, principal: Principal): Promise<QueueSummary[]> {
  requireSuperuser(principal, 'see the work queues');
  const now = deps.clock.now();
  const queues = await deps.store.read((tx) => tx.tasks.queues(now));
  return queues.map((queue) => ({
    ...queue,
    oldestWaitingMs: queue.oldestWaiting === null ? null : Math.max(0, now - queue.oldestWaiting),
  }));
}
