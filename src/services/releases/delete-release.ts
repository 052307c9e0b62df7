import { AppError } from '../../base/errors.ts';
import { actorOf, requireBuildManagement } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { isOpen } from '../../domain/releases/release-lifecycle.ts';
import { isRestorable } from '../../domain/releases/retention.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import type { DeletedRelease } from '../../ports/store/deletions.ts';
import { noteFollowUp } from '../baselines/note-follow-up.ts';
import { findBuildToUse, lockReleaseToUse } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';
import type { Deps } from '../deps.ts';
import { changeRelease } from './change-release.ts';
import { touchRelease } from './touch-release.ts';

export interface DeleteReleaseInput extends ReleaseName {
  /** The release's name, typed again. */
  confirm: string;
}

/**
 * Deletes a release: it is in no list or answer, and no baseline, from now on. For a day it can be restored; then its rows
 * are removed. One that still receives or processes runs is marked bad first, so that its tasks end.
 *
 * @throws AppError `role_required`; `invalid_argument` if it is not confirmed; `not_found`, also when it is deleted already
 */
export async function deleteRelease(
  deps: Deps,
  principal: Principal,
  input: DeleteReleaseInput,
): Promise<DeletedRelease> {
  requireBuildManagement(principal, input.buildId);
  requireConfirmation(input.confirm, input.releaseName, 'release');
  const actor = actorOf(principal);
  return deps.store.transaction(async (tx) => {
    const locked = await lockReleaseToUse(tx, principal, input);
    const release = isOpen(locked.status)
      ? await changeRelease(deps, tx, locked, 'mark_bad', { actor, note: 'deleted' })
      : await touchRelease(deps, tx, locked, { actor });
    const deleted = { deletedAt: deps.clock.now(), deletedBy: actor };
    await tx.deletions.markRelease(release.id, deleted);
    await noteFollowUp(deps, tx, release.id, null);
    await logRelease(deps, tx, release, actor, 'release_deleted');
    return { release, ...deleted };
  });
}

/** @throws AppError `not_found` if there is no such deleted release, or its rows are being removed */
export async function restoreRelease(deps: Deps, principal: Principal, input: ReleaseName): Promise<Release> {
  requireBuildManagement(principal, input.buildId);
  const actor = actorOf(principal);
  return deps.store.transaction(async (tx) => {
    await findBuildToUse(tx, principal, input.buildId);
    const { buildId, releaseName: name, releaseNumber: number } = input;
    const found = await tx.deletions.lockRelease({ buildId, name, number });
    const now = deps.clock.now();
    if (found === null || !isRestorable(found, now)) {
      throw new AppError(
        'not_found',
        `Build ${buildId} has no deleted release "${name.slice(0, 255)}" number ${number} that can be restored.`,
        { details: { parameter: 'release_name' } },
      );
    }
    await tx.deletions.markRelease(found.release.id, null);
    await tx.deletions.noteRestored(buildId, now);
    const release = await touchRelease(deps, tx, found.release, { actor });
    await logRelease(deps, tx, release, actor, 'release_restored');
    return release;
  });
}

const maxDeleted = 1_000;

/** The releases of a build that can be restored, latest first. @throws AppError `role_required` */
export async function listDeletedReleases(
  deps: Deps,
  principal: Principal,
  buildId: number,
): Promise<DeletedRelease[]> {
  requireBuildManagement(principal, buildId);
  return deps.store.read(async (tx) => {
    await findBuildToUse(tx, principal, buildId);
    const now = deps.clock.now();
    return (await tx.deletions.releases(buildId, maxDeleted)).filter((one) => isRestorable(one, now));
  });
}

/** @throws AppError `invalid_argument` */
export function requireConfirmation(confirm: string, name: string, what: 'release' | 'build'): void {
  if (confirm === name) return;
  throw new AppError(
    'invalid_argument',
    `confirm is ${JSON.stringify(confirm.slice(0, 255))}, but the ${what} to delete is ${JSON.stringify(name.slice(0, 255))}. Send its exact name.`,
    { details: { parameter: 'confirm' } },
  );
}

async function logRelease(
  deps: Deps,
  tx: Transaction,
  release: Release,
  actor: string,
  kind: string,
): Promise<void> {
  await tx.activity.insert({
    at: deps.clock.now(),
    buildId: release.buildId,
    releaseId: release.id,
    runId: null,
    actor,
    kind,
    detail: { release: release.name, number: release.number },
    subject: `release:${release.id}`,
    operationId: null,
  });
}
