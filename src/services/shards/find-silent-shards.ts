import { faultOf } from '../../domain/releases/shards.ts';
import type { Deps } from '../deps.ts';
import { noteEvent } from '../events/note-event.ts';
import { touchRelease } from '../releases/touch-release.ts';

const batch = 100;

/** Releases whose shards have been silent for too long get a fault that says which of them are missing. @returns how many */
export async function findSilentShards(deps: Deps): Promise<number> {
  const silentSince = () => deps.clock.now() - deps.settings.silentShardMs;
  const silent = await deps.store.read((tx) => tx.shards.silentReleases(silentSince(), batch));
  let found = 0;
  for (const id of silent) {
    found += await deps.store.transaction(async (tx) => {
      const release = await tx.releases.lockById(id);
      if (release?.status !== 'receiving' || release.shards === null || release.shards.fault !== null)
        return 0;
      const shards = await tx.shards.list(id);
      if (shards.some(({ lastNewsAt }) => lastNewsAt > silentSince())) return 0;
      const fault = faultOf(release.shards.total, shards);
      const changes = { shards: { ...release.shards, fault } };
      const after = await touchRelease(deps, tx, release, { changes, actor: null });
      await noteEvent(deps, tx, after, { type: 'release.failed', actor: null });
      tx.afterCommit(() => {
        deps.logger.warn('Shards of a release never reported.', {
          release: release.name,
          number: release.number,
          fault,
        });
      });
      return 1;
    });
  }
  return found;
}
