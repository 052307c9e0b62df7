import { settle } from '../releases/change-release.ts';
import { recountApprovals } from '../runs/recount-approvals.ts';
import type { Deps } from '../deps.ts';

/** Releases that are looked at, the newest ones. */
const maxReleases = 200;

/**
 * Looks at the releases in review of a build again, after its settings changed: runs that have enough approvals now are
 * approved, and those that follow git and have nothing left to decide become good. Each in a transaction, so that no one
 * waits for all of them.
 */
export async function settleReviewed(deps: Deps, buildId: number): Promise<void> {
  const page = { limit: maxReleases, offset: 0 };
  const reviewing = await deps.store.read((tx) => tx.releases.list({ buildId, status: 'reviewing' }, page));
  for (const { id, git } of reviewing) {
    await deps.store.transaction(async (tx) => {
      const release = await tx.releases.lockById(id);
      if (release?.status !== 'reviewing') return;
      const recounted = await recountApprovals(deps, tx, release);
      // Others become good only with a decision in them.
      if (recounted !== release || git.history !== 'absent') await settle(deps, tx, recounted);
    });
  }
}
