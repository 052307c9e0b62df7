import { branchNameOf, isMainBranch } from '../../domain/baselines/main-branches.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import { findBuildToRead } from '../builds/find-build.ts';
import type { Deps } from '../deps.ts';

export interface BranchSummary {
  name: string;
  /** The build counts it as a main branch. */
  isMain: boolean;
  newestRelease: Release;
}

const maxBranches = 200;

/** The branches of a build that have releases; the one with the newest release first. */
export async function listBranches(
  deps: Deps,
  principal: Principal,
  { buildId }: { buildId: number },
): Promise<{ build: Build; branches: BranchSummary[] }> {
  return deps.store.read(async (tx) => {
    const build = await findBuildToRead(tx, principal, buildId);
    const { mainBranches } = build.baselineSettings;
    const newest = await tx.releases.newestOfBranches(build.id, maxBranches);
    return {
      build,
      branches: newest.map((newestRelease) => ({
        name: newestRelease.branch!,
        isMain: isMainBranch(branchNameOf(newestRelease.branch), mainBranches),
        newestRelease,
      })),
    };
  });
}
