import { branchNameOf, isMainBranch } from '../../domain/baselines/main-branches.ts';
import { isSupersededBy } from '../../domain/baselines/superseded.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Conclusion } from '../../domain/releases/release-conclusion.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { newestOf } from './build-status.ts';
import { countsByRelease, noCounts } from './counts-by-release.ts';
import { conclude } from './describe-release.ts';

export type BadgeState = Conclusion | 'unknown';

const anyone: Principal = { kind: 'anonymous' };
/** Newest releases among which one of main is looked for where no branch is named. */
const maxReleases = 100;

/**
 * The state of a public build, for anyone.
 *
 * @param branch null: the newest release of a main branch, else the newest of all
 * @returns null for a private build as for none
 */
export async function badgeStatus(
  deps: Deps,
  { buildId, branch }: { buildId: number; branch: string | null },
): Promise<{ name: string; state: BadgeState } | null> {
  return deps.store.read(async (tx) => {
    const build = await tx.builds.find(buildId);
    if (build?.isPublic !== true) return null;
    const release = branch === null ? await newestOfMain(tx, build) : await newestOf(tx, { buildId, branch });
    if (release === null) return { name: build.name, state: 'unknown' };
    const counts = (await countsByRelease(tx, [release.id])).get(release.id) ?? noCounts();
    return { name: build.name, state: conclude(anyone, build, release, counts).conclusion };
  });
}

async function newestOfMain(tx: Transaction, build: Build): Promise<Release | null> {
  const { mainBranches } = build.baselineSettings;
  const newest = await tx.releases.list({ buildId: build.id }, { limit: maxReleases, offset: 0 });
  const current = newest.filter(({ status, decisionNote }) => !isSupersededBy(status, decisionNote));
  const ofMain = current.find(
    ({ branch, git }) => git.pullRequest === null && isMainBranch(branchNameOf(branch), mainBranches),
  );
  return ofMain ?? current[0] ?? null;
}
