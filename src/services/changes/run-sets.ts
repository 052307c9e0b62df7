import type { ChangeSet } from '../../domain/changes/decided-changes.ts';
import type { RunWithSet } from '../../ports/store/changes.ts';
import type { Transaction } from '../../ports/store.ts';

/** The sets of changes of runs; one without known changes has an empty, incomplete one. */
export async function setsWithAll(
  tx: Transaction,
  releaseId: number,
  runs: readonly RunWithSet[],
): Promise<ChangeSet[]> {
  const known = new Map((await tx.changes.setsOf(releaseId, runs)).map((set) => [set.runId, set]));
  return runs.map(({ id }) => known.get(id) ?? { runId: id, fingerprints: [], isComplete: false });
}
