import type { Principal } from '../../domain/people/access.ts';
import type { Build, Release } from '../../domain/model.ts';
import type { MissingRun } from '../../ports/store/baselines.ts';
import type { Deps } from '../deps.ts';
import { findReleaseToRead } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';

/** Pages that a release should have and does not, by name. */
export async function listMissing(
  deps: Deps,
  principal: Principal,
  key: ReleaseName,
): Promise<{ build: Build; release: Release; missing: MissingRun[] }> {
  return deps.store.read(async (tx) => {
    const found = await findReleaseToRead(tx, principal, key);
    return { ...found, missing: await tx.baselines.missingOf(found.release.id) };
  });
}
