import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** Under which {@link noteFollowUp} wakes who does them; no name of a task queue begins like that. */
export const followUpSignal = ' follow-ups';

/** Verdicts of more runs than these are followed up as a change of their release. */
const maxRuns = 500;

/**
 * Writes down, in the transaction of a change, that others must follow it: releases that wait for this one or were
 * compared with it. `followUp` does it later, in small steps.
 *
 * @param runIds of the runs whose verdict changed; null: the release's own state changed
 */
export async function noteFollowUp(
  deps: Pick<Deps, 'notifier'>,
  tx: Transaction,
  releaseId: number,
  runIds: readonly number[] | null,
): Promise<void> {
  const isOfRuns = runIds !== null && runIds.length <= maxRuns;
  await tx.followUps.insert({
    releaseId,
    runIds: isOfRuns ? runIds : null,
    stage: isOfRuns ? 'lost' : 'waiting',
    afterName: '',
    afterRunId: 0,
    releaseIds: [],
  });
  tx.afterCommit(() => deps.notifier.notify(followUpSignal, 1));
}
