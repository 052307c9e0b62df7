import { isBaseline } from '../../domain/runs/baseline.ts';
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
  const newest = await tx.releases.newestGood(buildId);
  if (newest === null) return null;
  const run = await tx.runs.find(newest.id, name);
  if (run !== null && isBaseline(run)) return { release: newest, run };
  const earlier = await tx.runs.baselineBefore(newest, name);
  const release = earlier === null ? null : await tx.releases.findById(earlier.releaseId);
  return release === null ? { release: newest, run: null } : { release, run: earlier };
}
