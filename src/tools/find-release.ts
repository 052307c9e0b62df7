import { AppError, type Answer, type DepictedClient } from '../client/index.ts';

interface FoundRelease {
  release: Answer<'listRuns'>['release'];
  runCount: number;
}

/**
 * A release by its name and number; without a number the newest attempt of that name.
 *
 * @throws AppError `not_found`
 */
export async function findRelease(
  client: DepictedClient,
  { buildId, releaseName, number }: { buildId: number; releaseName: string; number?: number | undefined },
  signal?: AbortSignal,
): Promise<FoundRelease> {
  if (number !== undefined) {
    const target = { buildId, releaseName, releaseNumber: number };
    const { release, counts } = await client.listRuns(target, { ...(signal && { signal }) });
    return { release, runCount: counts.total };
  }
  const { releases } = await client.listReleases(
    { buildId, releaseName, pageSize: 1 },
    { ...(signal && { signal }) },
  );
  const newest = releases[0];
  if (newest !== undefined) return { release: newest.release, runCount: newest.counts.total };
  throw new AppError(
    'not_found',
    `Build ${buildId} has no release "${releaseName}". The build's page lists its releases.`,
  );
}
