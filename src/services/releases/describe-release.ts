import { followsGit, isOnMain } from '../../domain/baselines/placed-release.ts';
import { serverActor } from '../../domain/baselines/good-by-itself.ts';
import { isSupersededBy } from '../../domain/baselines/superseded.ts';
import { nameOfActor } from '../../domain/people/actor-name.ts';
import { hasPartIn } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { releaseConclusion } from '../../domain/releases/release-conclusion.ts';
import type { ReleaseConclusion } from '../../domain/releases/release-conclusion.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { StatusCounts } from '../../domain/releases/status-counts.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { findReleaseToRead } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import { countsByRelease, noCounts } from './counts-by-release.ts';
import { mainAhead } from './main-ahead.ts';
import { resultsUrl } from './runs-done.ts';

export interface ReleaseDescription extends ReleaseConclusion {
  build: Build;
  release: Release;
  counts: StatusCounts;
  /** Address of its page. */
  url: string;
  /** The release that most of its runs were compared with. */
  baseline: Release | null;
  /** Releases of main that are newer than the one it was compared with; null where that does not apply. */
  mainAhead: number | null;
}

/** A release with what it means for those who wait for it. */
export async function describeRelease(
  deps: Deps,
  principal: Principal,
  key: ReleaseName,
): Promise<ReleaseDescription> {
  return deps.store.read(async (tx) => {
    const { build, release } = await findReleaseToRead(tx, principal, key);
    return describe(deps, tx, principal, build, release);
  });
}

export async function describe(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  build: Build,
  release: Release,
): Promise<ReleaseDescription> {
  const counts = (await countsByRelease(tx, [release.id])).get(release.id) ?? noCounts();
  const used = await tx.baselines.usedBy(release.id);
  const releases = new Map(
    (await tx.releases.findMany(used.map(({ releaseId }) => releaseId))).map((found) => [found.id, found]),
  );
  return {
    ...conclude(principal, build, release, counts),
    build,
    release,
    counts,
    url: resultsUrl(deps, release),
    baseline: used.length === 0 ? null : (releases.get(used[0]!.releaseId) ?? null),
    mainAhead: await mainAhead(tx, build, release, [...releases.values()]),
  };
}

/** People are named only to members, and only where the build wants it; notes are for members. */
export function conclude(
  principal: Principal,
  build: Build,
  release: Release,
  counts: StatusCounts,
): ReleaseConclusion {
  const settings = build.baselineSettings;
  const isMember = hasPartIn(principal, build.id);
  const mayTellNote = isMember || isSupersededBy(release.status, release.decisionNote);
  return releaseConclusion({
    status: release.status,
    counts,
    isDecidedByPerson: release.decidedBy !== null && release.decidedBy !== serverActor,
    decider: isMember && settings.nameReviewers ? nameOfActor(release.decidedBy) : null,
    decisionNote: mayTellNote ? release.decisionNote : null,
    skipReason: release.git.skipReason,
    fault: release.shards?.fault ?? null,
    followsGit: followsGit(release.git, settings),
    isOnMain: isOnMain({ ...release.git, branch: release.branch }, settings),
    settings,
  });
}
