import { askedRefreshMs, workerQueues } from '../../domain/tasks/worker-absence.ts';
import type { WorkerQueue } from '../../domain/tasks/worker-absence.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** The queue if it is a built-in one, or null for custom queues. */
export function asWorkerQueue(queue: string): WorkerQueue | null {
  return workerQueues.find((known) => known === queue) ?? null;
}

/** The labels of a poll that should be recorded again. Servers share the record. */
export async function labelsToNote(
  tx: Transaction,
  queue: string,
  labels: readonly string[],
  now: number,
): Promise<string[]> {
  if (asWorkerQueue(queue) === null) return [];
  const asked = await Promise.all(labels.map((label) => tx.tasks.askedAt(queue, label)));
  return labels.filter((_, index) => {
    const askedAt = asked[index]!;
    return askedAt === null || Math.abs(now - askedAt) >= askedRefreshMs;
  });
}

/** Records that a worker is polling. Failures do not fail the lease call. */
export async function noteWorker(
  { store, logger, clock }: Deps,
  queue: string,
  labels: readonly string[],
): Promise<void> {
  try {
    await store.transaction(async (tx) => {
      for (const label of labels) await tx.tasks.noteAsked(queue, label, clock.now());
    });
  } catch (error) {
    logger.debug('worker polling could not be recorded', { queue, problem: String(error) });
  }
}
