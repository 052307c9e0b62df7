import { isAccepted, vetoOf } from '../../domain/baselines/acceptance.ts';
import type { JudgedScreenshot } from '../../domain/baselines/acceptance.ts';
import { followsGit, isOnMain } from '../../domain/baselines/placed-release.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import type { StoredScreenshot } from '../../ports/store/baselines.ts';
import type { Transaction } from '../../ports/store.ts';

export function judgedScreenshot(
  { hasImage, status, verdict, release }: StoredScreenshot,
  settings: BaselineSettings,
): JudgedScreenshot {
  return {
    hasImage,
    status,
    verdict,
    releaseStatus: release.status,
    isOnGitMain: followsGit(release, settings) && isOnMain(release, settings),
  };
}

/** Looks up the chain of equal baselines only if the answer depends on it. */
export async function isStoredAccepted(
  tx: Transaction,
  screenshot: StoredScreenshot,
  settings: BaselineSettings,
): Promise<boolean> {
  const judged = judgedScreenshot(screenshot, settings);
  if (isAccepted([judged], settings)) return true;
  const isLike = screenshot.status === 'diff_not_found' && screenshot.baselineRunId !== null;
  if (!isLike || vetoOf(judged) !== null) return false;
  const chain = await tx.baselines.chain(screenshot.runId);
  return isAccepted(
    chain.map((link) => judgedScreenshot(link, settings)),
    settings,
  );
}
