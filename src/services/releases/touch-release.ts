import type { Release } from '../../domain/model.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

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
  deps: Pick<Deps, 'clock' | 'feed'>,
  tx: Transaction,
  before: Release,
  { changes = {}, actor }: ReleaseTouch,
): Promise<Release> {
  const release: Release = {
    ...before,
    version: before.version + 1,
    updatedAt: deps.clock.now(),
    ...changes,
  };
  await tx.releases.update(release);
  tx.afterCommit(() => {
    const { id, version } = release;
    deps.feed.publish({ releaseId: id, version, actor });
  });
  return release;
}
