import { whyNotGood } from '../../domain/baselines/good-by-itself.ts';
import type { SettledRun } from '../../domain/baselines/good-by-itself.ts';
import { followsGit } from '../../domain/baselines/placed-release.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import { isStoredAccepted } from './stored-acceptance.ts';

/** Whether a release that is about to enter review has nothing left to decide. */
export async function isGoodByItself(tx: Transaction, release: Release): Promise<boolean> {
  const placed = await tx.baselines.find(release.id);
  const { settings } = await tx.baselines.signs(release.buildId);
  if (placed === null || !followsGit(placed.release, settings)) return false;
  const missing = await tx.baselines.missingOf(release.id);
  const counts = await tx.releases.counts([release.id]);
  // One run represents all with the same status and verdict.
  const kinds = counts.map(({ status, verdict }): SettledRun => ({
    status,
    verdict,
    isBaselineAccepted: true,
  }));
  const toJudge = {
    release: { ...placed.release, status: 'reviewing' as const },
    settings,
    missing: missing.map(({ verdict }) => verdict),
  };
  if (whyNotGood({ ...toJudge, runs: kinds }) !== null) return false;
  for (const baseline of await tx.baselines.doubtfulBaselines(release.id)) {
    if (baseline === null || !(await isStoredAccepted(tx, baseline, settings))) return false;
  }
  return true;
}
