import type { Release } from '../../domain/model.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

export interface ReleaseTouch {
  /** Fields of the release that change. */
  changes?: Partial<Release>;
  /** Runs that changed with it. */
  runIds?: readonly number[];
  actor: string | null;
}

/**
 * Writes a locked release with its next version, as a change that is shown live.
 *
 * @returns the release after it
 */
export async function touchRelease(
  deps: Pick<Deps, 'clock' | 'feed'>,
  tx: Transaction,
  before: Release,
  { changes = {}, runIds = [], actor }: ReleaseTouch,
): Promise<Release> {
  const release: Release = {
    ...before,
    version: before.version + 1,
    updatedAt: deps.clock.now(),
    ...changes,
  };
  await tx.releases.update(release);
  tx.afterCommit(() => {
    const { id, buildId, version } = release;
    deps.feed.publish({ buildId, releaseId: id, runIds, version, actor });
  });
  return release;
}
