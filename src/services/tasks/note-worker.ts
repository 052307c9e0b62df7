import { askedRefreshMs, workerQueues } from '../../domain/tasks/worker-absence.ts';
import type { WorkerQueue } from '../../domain/tasks/worker-absence.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** The queue as one that workers serve, or null for queues that clients invent. */
export function asWorkerQueue(queue: string): WorkerQueue | null {
  return workerQueues.find((known) => known === queue) ?? null;
}

/** Whether it is time to write down again that a worker asks. Servers share what is written, so they share the writing. */
export async function isWorkerNoteDue(tx: Transaction, queue: string, now: number): Promise<boolean> {
  if (asWorkerQueue(queue) === null) return false;
  const askedAt = await tx.tasks.askedAt(queue);
  return askedAt === null || Math.abs(now - askedAt) >= askedRefreshMs;
}

/** Writes down that a worker asks for work. A lease does not fail for it. */
export async function noteWorker({ store, logger, clock }: Deps, queue: string): Promise<void> {
  try {
    await store.transaction((tx) => tx.tasks.noteAsked(queue, clock.now()));
  } catch (error) {
    logger.debug('it was not written down that a worker asks', { queue, problem: String(error) });
  }
}
