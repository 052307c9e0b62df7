import { AppError } from '../../base/errors.ts';
import {
  actorOf,
  buildNotFound,
  mayManageBuild,
  requireBuildManagement,
} from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { isOpen } from '../../domain/releases/release-lifecycle.ts';
import { isRestorable } from '../../domain/releases/retention.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Transaction } from '../../ports/store.ts';
import type { DeletedBuild } from '../../ports/store/deletions.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from './log-activity.ts';
import { changeRelease } from '../releases/change-release.ts';
import { requireConfirmation } from '../releases/delete-release.ts';
import { openReleaseIds } from '../releases/open-release-ids.ts';
import { raise } from './find-build.ts';

export interface DeleteBuildInput {
  buildId: number;
  /** The build's name, typed again. */
  confirm: string;
}

/**
 * Deletes a build with all that is in it. For a day it can be restored; then its rows are removed. Its keys open nothing from now on, and
 * the tasks of its releases end.
 *
 * @throws AppError `role_required`; `invalid_argument` if it is not confirmed; `not_found`, also when it is deleted already
 */
export async function deleteBuild(
  deps: Deps,
  principal: Principal,
  { buildId, confirm }: DeleteBuildInput,
): Promise<DeletedBuild> {
  requireBuildManagement(principal, buildId);
  const actor = actorOf(principal);
  const deleted = await deps.store.transaction(async (tx) => {
    const build = (await tx.builds.lock(buildId)) ?? raise(buildNotFound(buildId));
    requireConfirmation(confirm, build.name, 'build');
    const mark = { deletedAt: deps.clock.now(), deletedBy: actor };
    await tx.deletions.markBuild(buildId, mark);
    await logBuild(deps, tx, build, actor, 'build_deleted');
    return { build, ...mark };
  });
  await endOpenReleases(deps, buildId, actor);
  return deleted;
}

/** @throws AppError `not_found` if it is not deleted, or its rows are being removed */
export async function restoreBuild(deps: Deps, principal: Principal, buildId: number): Promise<Build> {
  requireBuildManagement(principal, buildId);
  return deps.store.transaction(async (tx) => {
    const found = await tx.deletions.lockBuild(buildId);
    if (found === null || !isRestorable(found, deps.clock.now())) {
      throw new AppError('not_found', `There is no deleted build ${buildId} that can be restored.`, {
        details: { parameter: 'build_id' },
      });
    }
    await tx.deletions.markBuild(buildId, null);
    await logBuild(deps, tx, found.build, actorOf(principal), 'build_restored');
    return found.build;
  });
}

const maxDeleted = 1_000;

/** The deleted builds that the principal may restore, latest first. */
export async function listDeletedBuilds(deps: Deps, principal: Principal): Promise<DeletedBuild[]> {
  const now = deps.clock.now();
  const found = await deps.store.read((tx) => tx.deletions.builds(maxDeleted));
  return found.filter((one) => isRestorable(one, now) && mayManageBuild(principal, one.build.id));
}

/** After the build was marked, so that no release can be added. */
async function endOpenReleases(deps: Deps, buildId: number, actor: string): Promise<void> {
  for await (const id of openReleaseIds(deps.store, buildId)) {
    await deps.store.transaction(async (tx) => {
      const release = await tx.releases.lockById(id);
      if (release === null || !isOpen(release.status)) return;
      await changeRelease(deps, tx, release, 'mark_bad', { actor, note: 'the build was deleted' });
    });
  }
}

async function logBuild(
  deps: Deps,
  tx: Transaction,
  build: Build,
  actor: string,
  kind: string,
): Promise<void> {
  await logActivity(tx, {
    at: deps.clock.now(),
    buildId: build.id,
    actor,
    kind,
    detail: { name: build.name },
    subject: `build:${build.id}`,
  });
}
