import { restorableMs } from '../../domain/releases/retention.ts';
import type { Deps } from '../deps.ts';

export interface Removed {
  releases: number;
  runs: number;
  builds: number;
}

/** Rows per transaction, so that no other request waits long. */
const runsAtOnce = 50;
const rowsAtOnce = 200;

/**
 * Removes the rows of releases and builds that were deleted more than a day ago, in short transactions until none is
 * left. Several servers may do it at the same time.
 */
export async function removeDeleted(
  deps: Pick<Deps, 'store' | 'clock' | 'logger'>,
  signal?: AbortSignal,
): Promise<Removed> {
  const removed: Removed = { releases: 0, runs: 0, builds: 0 };
  while (signal?.aborted !== true && (await removeSome(deps, removed))) continue;
  if (removed.releases > 0 || removed.builds > 0) {
    deps.logger.info('Deleted releases and builds were removed.', { ...removed });
  }
  return removed;
}

/** @returns whether there was something to do */
async function removeSome(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  removed: Removed,
): Promise<boolean> {
  const now = clock.now();
  const before = now - restorableMs;
  const ofRelease = await store.transaction(async (tx) => {
    const release = await tx.deletions.nextRelease(before);
    if (release === null) return null;
    const runs = await tx.deletions.removeRuns(release.id, now, runsAtOnce);
    if (runs === 0) await tx.deletions.removeRelease(release.id);
    return { runs };
  });
  if (ofRelease !== null) {
    removed.runs += ofRelease.runs;
    removed.releases += ofRelease.runs === 0 ? 1 : 0;
    return true;
  }
  return store.transaction(async (tx) => {
    const buildId = await tx.deletions.nextBuild(before);
    if (buildId === null) return false;
    const disowned = await tx.deletions.disown(buildId, now, rowsAtOnce);
    if (disowned === 0 && (await tx.deletions.removeBuild(buildId, rowsAtOnce))) removed.builds++;
    return true;
  });
}
