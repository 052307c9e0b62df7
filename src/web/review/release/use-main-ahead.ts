import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries.ts';
import type { Release } from '../api/shapes.ts';

/** Releases of main that are looked through. */
const pageSize = 50;

/** How many releases main is ahead of the baseline of a branch's release; null where it is none. */
export function useMainAhead(
  release: Release,
  baseline: Release | null,
): { branch: string; count: number; isMore: boolean } | null {
  const branch =
    release.followsGit && !release.isOnMain && baseline?.isOnMain === true ? baseline.branch : null;
  const { data } = useQuery({
    ...queries.releases({ buildId: release.buildId, branch: branch ?? '', pageSize }),
    enabled: branch !== null,
  });
  if (branch === null || baseline === null || data === undefined) return null;
  const newer = data.releases.filter(
    ({ release: each }) => each.isOnMain && each.id > baseline.id && each.skipReason === null,
  );
  const commits = new Set(newer.map(({ release: { commit, id } }) => commit ?? id));
  commits.delete(baseline.commit ?? 0);
  return commits.size === 0 ? null : { branch, count: commits.size, isMore: newer.length === pageSize };
}
