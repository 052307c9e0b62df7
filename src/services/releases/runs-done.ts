import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Release } from '../../domain/model.ts';
import { noteMissing } from '../baselines/find-missing.ts';
import { changeRelease } from './change-release.ts';
import type { Deps } from '../deps.ts';
import { lockReleaseToUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';

export interface RunsDoneResult {
  release: Release;
  resultsUrl: string;
}

/** Marks a release as fully reported; it is ready for review once no run is waiting. */
export async function runsDone(
  deps: Deps,
  principal: Principal,
  input: ReleaseName,
): Promise<RunsDoneResult> {
  const release = await deps.store.transaction(async (tx) => {
    const locked = await lockReleaseToUse(tx, principal, input);
    if (locked.status === 'receiving') await noteMissing(deps, tx, locked);
    return changeRelease(deps, tx, locked, 'runs_done', { actor: actorOf(principal) });
  });
  return { release, resultsUrl: resultsUrl(deps, release) };
}

/** Address of a release's page. */
function resultsUrl(deps: Deps, release: Pick<Release, 'buildId' | 'name' | 'number'>): string {
  const query = new URLSearchParams({
    id: String(release.buildId),
    name: release.name,
    number: String(release.number),
  });
  return `${deps.settings.publicUrl}/release?${query.toString()}`;
}
