import type { ReleaseTarget } from './release-outcome.ts';

/** Where people look at a release, as far as the server's address for clients is theirs, too. */
export function releaseAddress(
  server: string,
  { buildId, releaseName, releaseNumber }: ReleaseTarget,
): string {
  const query = new URLSearchParams({
    id: String(buildId),
    name: releaseName,
    number: String(releaseNumber),
  });
  return `${server}/release?${query.toString()}`;
}
