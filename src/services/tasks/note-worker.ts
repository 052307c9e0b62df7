import { askedRefreshMs, workerQueues } from '../../domain/tasks/worker-absence.ts';
import type { WorkerQueue } from '../../domain/tasks/worker-absence.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** The queue if it is a built-in one, or null for custom queues. */
export function asWorkerQueue(queue: string): WorkerQueue | null {
  return workerQueues.find((known) => known === queue) ?? null;
}

/** Whether polling should be recorded again. Servers share the record. */
export async function isWorkerNoteDue(tx: Transaction, queue: string, now: number): Promise<boolean> {
  if (asWorkerQueue(queue) === null) return false;
  const askedAt = await tx.tasks.askedAt(queue);
  return askedAt === null || Math.abs(now - askedAt) >= askedRefreshMs;
}

/** Records that a worker is polling. Failures do not fail the lease call. */
export async function noteWorker({ store, logger, clock }: Deps, queue: string): Promise<void> {
  try {
    await store.transaction((tx) => tx.tasks.noteAsked(queue, clock.now()));
  } catch (error) {
    logger.debug('worker polling could not be recorded', { queue, problem: String(error) });
  }
}
