import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/deletion.ts';
import { restorableUntil } from '../../domain/releases/retention.ts';
import type { Deleted } from '../../ports/store/deletions.ts';
import { deleteBuild, listDeletedBuilds, restoreBuild } from '../../services/builds/delete-build.ts';
import { diskOfBuild } from '../../services/builds/disk-of-build.ts';
import {
  deleteRelease,
  listDeletedReleases,
  restoreRelease,
} from '../../services/releases/delete-release.ts';
import { previewDeletion, previewRetention } from '../../services/releases/retention.ts';
import type { HttpContext } from '../deps.ts';
import { serve } from '../original/define.ts';
import { releaseOf } from './page.ts';
import { viewsFor, viewsOf } from './views.ts';

/** Releases named in a preview. */
const maxNamed = 100;

export function serveDeletion(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, contract.deleteRelease, async ({ parameters, principal }) => {
    const { confirm } = parameters;
    const deleted = await deleteRelease(core, principal, { ...releaseOf(parameters), confirm });
    const show = await viewsOf(core, principal, parameters.build_id);
    return { release: show.release(deleted.release), ...deletionView(deleted) };
  });

  serve(app, contract.restoreRelease, async ({ parameters, principal }) => {
    const release = await restoreRelease(core, principal, releaseOf(parameters));
    return { release: (await viewsOf(core, principal, parameters.build_id)).release(release) };
  });

  serve(app, contract.previewDeletion, async ({ parameters, principal }) =>
    previewDeletion(core, principal, releaseOf(parameters)),
  );

  serve(app, contract.listDeletedReleases, async ({ parameters, principal }) => {
    const releases = await listDeletedReleases(core, principal, parameters.build_id);
    const show = await viewsOf(core, principal, parameters.build_id);
    return {
      releases: releases.map((deleted) => ({
        release: show.release(deleted.release),
        ...deletionView(deleted),
      })),
    };
  });

  serve(app, contract.deleteBuild, async ({ parameters, principal }) => {
    const { build_id: buildId, confirm } = parameters;
    const deleted = await deleteBuild(core, principal, { buildId, confirm });
    return { build: viewsFor(principal, deleted.build).build(), ...deletionView(deleted) };
  });

  serve(app, contract.restoreBuild, async ({ parameters, principal }) => {
    const build = await restoreBuild(core, principal, parameters.build_id);
    return { build: viewsFor(principal, build).build() };
  });

  serve(app, contract.listDeletedBuilds, async ({ principal }) => {
    const builds = await listDeletedBuilds(core, principal);
    return {
      builds: builds.map((deleted) => ({
        build: viewsFor(principal, deleted.build).build(),
        ...deletionView(deleted),
      })),
    };
  });

  serve(app, contract.previewRetention, async ({ parameters, principal }) => {
    const { keep_releases: keepReleases, keep_days: keepDays, branch_days: branchDays } = parameters;
    const plan = await previewRetention(core, principal, {
      buildId: parameters.build_id,
      retention: {
        ...(keepReleases !== undefined && { keepReleases }),
        ...(keepDays !== undefined && { keepDays }),
        ...(branchDays !== undefined && { branchDays }),
      },
    });
    return {
      total: plan.releases.length,
      releases: plan.releases
        .slice(0, maxNamed)
        .map(({ id, name, number, createdAt }) => ({ id, name, number, created_at: createdAt })),
      kept_for_baselines: plan.kept,
      freed: plan.freed,
    };
  });

  serve(app, contract.buildDisk, async ({ parameters, principal }) =>
    diskOfBuild(core, principal, parameters.build_id),
  );
}

const deletionView = ({ deletedAt, deletedBy }: Deleted) => ({
  deleted_at: deletedAt,
  deleted_by: deletedBy,
  restorable_until: restorableUntil(deletedAt),
});
