import type { Principal } from '../../domain/people/access.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release, ReleaseStatus } from '../../domain/releases/release.ts';
import type { StatusCounts } from '../../domain/releases/status-counts.ts';
import type { Page } from '../../ports/store/page.ts';
import { countsByRelease, noCounts } from './counts-by-release.ts';
import type { Deps } from '../deps.ts';
import { findBuildToRead } from '../builds/find-build.ts';
import { checkPage } from '../check-result-page.ts';

export interface ListReleasesInput extends Partial<Page> {
  buildId: number;
  /** Only the attempts of this name. */
  name?: string | undefined;
  status?: ReleaseStatus | undefined;
  /** Only names that contain this; case-insensitive for A to Z. */
  search?: string | undefined;
  branch?: string | undefined;
  /** Only of the pull request with this number. */
  pullRequest?: number | undefined;
}

export interface ListReleasesResult {
  build: Build;
  /** The baseline of new images. */
  baseline: Release | null;
  /** Of the build, regardless of the filter. */
  total: number;
  /** Newest first. */
  releases: { release: Release; counts: StatusCounts }[];
}

export async function listReleases(
  deps: Deps,
  principal: Principal,
  input: ListReleasesInput,
): Promise<ListReleasesResult> {
  const page = checkPage(input);
  const filter = {
    buildId: input.buildId,
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.status === undefined ? {} : { status: input.status }),
    ...(input.search === undefined ? {} : { search: input.search }),
    ...(input.branch === undefined ? {} : { branch: input.branch }),
    ...(input.pullRequest === undefined ? {} : { pullRequest: String(input.pullRequest) }),
  };
  return deps.store.read(async (tx) => {
    const build = await findBuildToRead(tx, principal, input.buildId);
    const releases = await tx.releases.list(filter, page);
    const counts = await countsByRelease(
      tx,
      releases.map((release) => release.id),
    );
    return {
      build,
      baseline: await tx.releases.newestGood(build.id),
      total: await tx.releases.count(build.id),
      releases: releases.map((release) => ({ release, counts: counts.get(release.id) ?? noCounts() })),
    };
  });
}
