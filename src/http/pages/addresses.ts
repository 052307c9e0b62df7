import type { Release } from '../../domain/model.ts';

/** The page of a release, from the server's root. */
export function releaseAddress(release: Pick<Release, 'buildId' | 'name' | 'number'>): string {
  const query = new URLSearchParams({
    id: String(release.buildId),
    name: release.name,
    number: String(release.number),
  });
  return `/release?${query.toString()}`;
}
