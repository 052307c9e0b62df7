import type { Release } from '../../domain/model.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/** Writes what is known about the shards of a locked release, as a change that everyone who looks at it sees. */
export async function touchRelease(
  deps: Deps,
  tx: Transaction,
  before: Release,
  changes: { total?: number | null; fault?: string | null },
  actor: string | null,
): Promise<Release> {
  const release: Release = {
    ...before,
    shards: before.shards && { ...before.shards, ...changes },
    version: before.version + 1,
    updatedAt: deps.clock.now(),
  };
  await tx.releases.update(release);
  tx.afterCommit(() => {
    deps.feed.publish({
      buildId: release.buildId,
      releaseId: release.id,
      runIds: [],
      version: release.version,
      actor,
    });
  });
  return release;
}
