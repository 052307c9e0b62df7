import { followsGit, isCandidate, isOnMain } from '../../domain/baselines/placed-release.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';

/** Newer releases that are looked at. */
const maxNewer = 500;

/**
 * How many releases of main are newer than the one that a release was compared with.
 *
 * @param bases releases that it was compared with
 * @returns null where the question makes no sense: it does not follow git, is of main, or was not compared with main
 */
export async function mainAhead(
  tx: Transaction,
  { id: buildId, baselineSettings: settings }: Build,
  release: Release,
  bases: readonly Release[],
): Promise<number | null> {
  const isOfMain = ({ branch, git }: Release) => isOnMain({ ...git, branch }, settings);
  if (!followsGit(release.git, settings) || isOfMain(release)) return null;
  const base = Math.max(0, ...bases.filter(isOfMain).map(({ id }) => id));
  if (base === 0) return null;
  const newer = await tx.baselines.newest(buildId, maxNewer, base);
  return newer.filter((other) => other.status !== 'bad' && isCandidate(other) && isOnMain(other, settings))
    .length;
}
