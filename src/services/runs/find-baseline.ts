import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Transaction } from '../../ports/store.ts';

export interface Baseline {
  /** The good release of the run; if there is no such run, the build's latest good one. */
  release: Release;
  run: Run | null;
}

/**
 * The baseline of a page: its run in the latest good release, by creation, that has a usable image of it.
 *
 * @returns null if the build has no good release
 */
export async function findBaseline(tx: Transaction, buildId: number, name: string): Promise<Baseline | null> {
  const [newest, run] = await Promise.all([
    tx.releases.newestGood(buildId),
    tx.runs.newestBaseline(buildId, name),
  ]);
  if (newest === null) return null;
  if (run === null || run.releaseId === newest.id) return { release: newest, run };
  const release = await tx.releases.findById(run.releaseId);
  return release === null ? { release: newest, run: null } : { release, run };
}
