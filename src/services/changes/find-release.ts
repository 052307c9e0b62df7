import { mayReadBuild, requireBuildUse } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { checkInteger } from '../../domain/names.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';

/** The release with that id, if the principal may view it. @throws AppError `not_found` */
export async function findReleaseById(
  tx: Transaction,
  principal: Principal,
  releaseId: number,
): Promise<{ build: Build; release: Release }> {
  checkInteger('release_id', releaseId, 1, Number.MAX_SAFE_INTEGER);
  const known = await tx.releases.findById(releaseId);
  // Deleted ones are found by their id only.
  const release = known === null ? null : await tx.releases.find(known);
  const build = release === null ? null : await tx.builds.find(release.buildId);
  if (release === null || build === null || !mayReadBuild(principal, build)) throw notFound(releaseId);
  return { build, release };
}

/**
 * Locks the release with that id for change.
 *
 * @throws AppError `not_found` | `role_required`
 */
export async function lockReleaseById(
  tx: Transaction,
  principal: Principal,
  releaseId: number,
): Promise<Release> {
  const { build } = await findReleaseById(tx, principal, releaseId);
  requireBuildUse(principal, build.id);
  return (await tx.releases.lockById(releaseId)) ?? missing(releaseId);
}

function missing(releaseId: number): never {
  throw notFound(releaseId);
}

/** The same sentence for a missing and an inaccessible release. */
function notFound(releaseId: number): AppError {
  return new AppError('not_found', `Release ${releaseId} does not exist, or you do not have access to it.`, {
    details: { parameter: 'release_id' },
  });
}
