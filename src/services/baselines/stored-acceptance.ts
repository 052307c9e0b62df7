import { isAccepted, vetoOf } from '../../domain/baselines/acceptance.ts';
import type { PictureFacts } from '../../domain/baselines/acceptance.ts';
import { followsGit, isOnMain } from '../../domain/baselines/placed-release.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import type { StoredPicture } from '../../ports/baseline-repository.ts';
import type { Transaction } from '../../ports/store.ts';

export function pictureFacts(
  { hasImage, status, verdict, release }: StoredPicture,
  settings: BaselineSettings,
): PictureFacts {
  return {
    hasImage,
    status,
    verdict,
    releaseStatus: release.status,
    isOnGitMain: followsGit(release) && isOnMain(release, settings),
  };
}

/** What the picture is the same as is looked up only where that decides. */
export async function isStoredAccepted(
  tx: Transaction,
  picture: StoredPicture,
  settings: BaselineSettings,
): Promise<boolean> {
  const facts = pictureFacts(picture, settings);
  if (isAccepted([facts], settings)) return true;
  const isLike = picture.status === 'diff_not_found' && picture.baselineRunId !== null;
  if (!isLike || vetoOf(facts) !== null) return false;
  const chain = await tx.baselines.chain(picture.runId);
  return isAccepted(
    chain.map((link) => pictureFacts(link, settings)),
    settings,
  );
}
