import { isAccepted, vetoOf } from '../../domain/baselines/acceptance.ts';
import type { ScreenshotFacts } from '../../domain/baselines/acceptance.ts';
import { followsGit, isOnMain } from '../../domain/baselines/placed-release.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import type { StoredScreenshot } from '../../ports/store/baselines.ts';
import type { Transaction } from '../../ports/store.ts';

export function screenshotFacts(
  { hasImage, status, verdict, release }: StoredScreenshot,
  settings: BaselineSettings,
): ScreenshotFacts {
  return {
    hasImage,
    status,
    verdict,
    releaseStatus: release.status,
    isOnGitMain: followsGit(release) && isOnMain(release, settings),
  };
}

/** What the image is the same as is looked up only where that decides. */
export async function isStoredAccepted(
  tx: Transaction,
  screenshot: StoredScreenshot,
  settings: BaselineSettings,
): Promise<boolean> {
  const facts = screenshotFacts(screenshot, settings);
  if (isAccepted([facts], settings)) return true;
  const isLike = screenshot.status === 'diff_not_found' && screenshot.baselineRunId !== null;
  if (!isLike || vetoOf(facts) !== null) return false;
  const chain = await tx.baselines.chain(screenshot.runId);
  return isAccepted(
    chain.map((link) => screenshotFacts(link, settings)),
    settings,
  );
}
