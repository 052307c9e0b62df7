import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { bumpDeliveries } from '../forges/note-deliveries.ts';

export interface ReleaseTouch {
  /** Fields of the release that change. */
  changes?: Partial<Release>;
  actor: string | null;
}

/**
 * Writes a locked release with its next version, as a change that is shown live.
 *
 * @returns the release after it
 */
export async function touchRelease(
  deps: Pick<Deps, 'clock' | 'feed' | 'notifier'>,
  tx: Transaction,
  before: Release,
  touch: ReleaseTouch,
): Promise<Release> {
  const [release] = await touchReleases(deps, tx, [{ before, ...touch }]);
  return release!;
}

/** As {@link touchRelease} for many different ones. */
export async function touchReleases(
  deps: Pick<Deps, 'clock' | 'feed' | 'notifier'>,
  tx: Transaction,
  touches: readonly (ReleaseTouch & { before: Release })[],
): Promise<Release[]> {
  const updatedAt = deps.clock.now();
  const releases = touches.map(({ before, changes = {} }): Release => ({
    ...before,
    version: before.version + 1,
    updatedAt,
    ...changes,
  }));
  await tx.releases.updateMany(releases);
  await bumpDeliveries(deps, tx, releases);
  tx.afterCommit(() => {
    for (const [index, { id, version }] of releases.entries())
      deps.feed.publish({ releaseId: id, version, actor: touches[index]!.actor });
  });
  return releases;
}
