import type { Activity } from '../../domain/people/activity.ts';
import type { Transaction } from '../../ports/store.ts';

/** Logs what concerns no single release or run, each time that it happens. */
export async function logActivity(
  tx: Transaction,
  entry: Omit<Activity, 'id' | 'releaseId' | 'runId' | 'operationId'>,
): Promise<void> {
  await tx.activity.insert({ ...entry, releaseId: null, runId: null, operationId: null });
}
