import { approvalsToTellOf } from '../../domain/baselines/taken-over.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import { startOf, walkNow } from '../baselines/walks.ts';
import type { Deps } from '../deps.ts';

/** A person's decision on a change in another release. */
export interface ApprovedEarlier {
  releaseName: string;
  releaseNumber: number;
  by: string;
  at: number;
}

/** Which of the changes were approved earlier, on whatever pages, where approvals would be taken over from. */
export async function approvedEarlier(
  deps: Deps,
  tx: Transaction,
  release: Pick<Release, 'id' | 'buildId'>,
  fingerprints: readonly string[],
): Promise<Map<string, ApprovedEarlier>> {
  if (fingerprints.length === 0) return new Map();
  const judged = await tx.changes.judgedInGroups(release.buildId, fingerprints);
  if (judged.every((one) => one.release.id === release.id)) return new Map();
  const found = await walkNow(deps.store, tx, release);
  if (found === null || found.walk.origin.freshReview) return new Map();
  const { settings } = await tx.baselines.signs(release.buildId);
  const approvals = approvalsToTellOf(startOf(found.walk), judged, settings, deps.clock.now());
  return new Map(
    [...approvals].map(([fingerprint, { release: from, actor, at }]) => [
      fingerprint,
      { releaseName: from.name, releaseNumber: from.number, by: actor, at },
    ]),
  );
}
