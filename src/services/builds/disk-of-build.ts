import { requireBuildManagement } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { DiskFigures } from '../../ports/store/deletions.ts';
import type { Deps } from '../deps.ts';
import { findBuildToUse } from './find-build.ts';

const artifactsAtOnce = 2_000;

/**
 * How many artifacts a build has, and their bytes; an artifact that several builds have counts for each.
 *
 * @throws AppError `role_required` | `not_found`
 */
export async function diskOfBuild(deps: Deps, principal: Principal, buildId: number): Promise<DiskFigures> {
  requireBuildManagement(principal, buildId);
  await deps.store.read((tx) => findBuildToUse(tx, principal, buildId));
  const total: DiskFigures = { artifacts: 0, bytes: 0 };
  for (let afterSha1 = ''; ;) {
    const some = await deps.store.read((tx) => tx.deletions.diskOf(buildId, afterSha1, artifactsAtOnce));
    if (some === null) return total;
    total.artifacts += some.artifacts;
    total.bytes += some.bytes;
    afterSha1 = some.lastSha1;
  }
}
