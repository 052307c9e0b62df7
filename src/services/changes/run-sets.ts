import type { ChangeSet } from '../../domain/changes/decided-changes.ts';
import type { Transaction } from '../../ports/store.ts';

/** The sets of changes of runs; one without known changes has an empty, incomplete one. */
export async function setsWithAll(
  tx: Transaction,
  releaseId: number,
  runIds: readonly number[],
): Promise<ChangeSet[]> {
  const known = new Map((await tx.changes.setsOf(releaseId, runIds)).map((set) => [set.runId, set]));
  return runIds.map((runId) => known.get(runId) ?? { runId, fingerprints: [], isComplete: false });
}
