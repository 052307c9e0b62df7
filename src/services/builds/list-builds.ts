import { hasPartIn, isSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { StatusCounts } from '../../domain/releases/status-counts.ts';
import type { Page } from '../../ports/store/page.ts';
import { countsByRelease, noCounts } from '../releases/counts-by-release.ts';
import type { Deps } from '../deps.ts';
import { checkPage } from '../check-result-page.ts';

export interface BuildSummary {
  build: Build;
  /** Whether the caller has a role in it, rather than only public access. */
  isOwn: boolean;
  newestRelease: Release | null;
  /** Of the newest release. */
  counts: StatusCounts;
}

/** The builds that the principal may view, newest first. */
export async function listBuilds(
  deps: Deps,
  principal: Principal,
  page: Partial<Page> = {},
): Promise<BuildSummary[]> {
  const filter = isSuperuser(principal) ? {} : { ids: ownBuilds(principal), publicToo: true };
  return deps.store.read(async (tx) => {
    const builds = await tx.builds.list(filter, checkPage(page));
    const newest = await tx.releases.newestOf(builds.map((build) => build.id));
    const counts = await countsByRelease(
      tx,
      newest.map((release) => release.id),
    );
    return builds.map((build) => {
      const newestRelease = newest.find((release) => release.buildId === build.id) ?? null;
      return {
        build,
        isOwn: hasPartIn(principal, build.id),
        newestRelease,
        counts: (newestRelease === null ? undefined : counts.get(newestRelease.id)) ?? noCounts(),
      };
    });
  });
}

/** The builds in which a person has a role. */
function ownBuilds(principal: Principal): number[] {
  if (principal.kind === 'user') return [...principal.roles.keys()];
  return principal.kind === 'key' && principal.buildId !== null ? [principal.buildId] : [];
}
