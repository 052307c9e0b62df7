import { rejudgeRuns } from '../changes/rejudge-runs.ts';
import { noteFollowUp } from '../baselines/note-follow-up.ts';
import { countsByRelease } from '../releases/counts-by-release.ts';
import { touchRelease } from '../releases/touch-release.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';

/**
 * Counts the approvals of undecided runs again after the build asks for another number of them: those that have enough now
 * are approved. Verdicts stay.
 *
 * @param release locked and in review
 * @returns the release after it
 */
export async function recountApprovals(deps: Deps, tx: Transaction, release: Release): Promise<Release> {
  const counts = (await countsByRelease(tx, [release.id])).get(release.id);
  if (counts === undefined || counts.partlyApproved === 0) return release;
  const partly = (await tx.runs.rows(release.id)).filter(
    ({ verdict, approvals }) => verdict === 'none' && approvals.length > 0,
  );
  const ids = partly.map(({ id }) => id);
  const now = deps.clock.now();
  const rejudged = await rejudgeRuns(tx, release, ids, now, { isCountedByPeople: true });
  if (rejudged.length === 0) return release;
  await tx.runs.judgeMany(rejudged.map(({ to }) => to));
  const after = await touchRelease(deps, tx, release, { actor: null });
  const runIds = rejudged.map(({ to }) => to.id);
  await noteFollowUp(deps, tx, release.id, runIds);
  return after;
}
