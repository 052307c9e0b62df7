import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/releases.ts';
import { listBranches } from '../../services/releases/list-branches.ts';
import { listReleases } from '../../services/releases/list-releases.ts';
import { reviewRelease } from '../../services/releases/review-release.ts';
import type { LeftOpen } from '../../services/releases/review-release.ts';
import { finalizeRelease } from '../../services/shards/finalize-release.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';
import { pageOf, releaseOf } from './page.ts';
import { countsView, viewsFor, viewsOf } from './views.ts';

export function serveReleases(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, contract.listReleases, async ({ parameters, principal }) => {
    const list = await listReleases(core, principal, {
      buildId: parameters.build_id,
      name: parameters.release_name,
      status: parameters.status,
      search: parameters.search,
      branch: parameters.branch,
      pullRequest: parameters.pull_request,
      ...pageOf(parameters),
    });
    const show = viewsFor(principal, list.build);
    return {
      build: show.build(),
      baseline: list.baseline && show.release(list.baseline),
      total: list.total,
      releases: list.releases.map(({ release, counts }) => ({
        release: show.release(release),
        counts: countsView(counts),
      })),
    };
  });

  serve(app, contract.listBranches, async ({ parameters, principal }) => {
    const { build, branches } = await listBranches(core, principal, { buildId: parameters.build_id });
    const show = viewsFor(principal, build);
    return {
      branches: branches.map(({ name, isMain, newestRelease }) => ({
        name,
        is_main: isMain,
        newest_release: show.release(newestRelease),
      })),
    };
  });

  serve(app, contract.finalizeRelease, async ({ parameters, principal }) => {
    const { build_id: buildId, shard_id: shardId } = parameters;
    const release = await finalizeRelease(core, principal, { buildId, shardId });
    return { release: (await viewsOf(core, principal, buildId)).release(release) };
  });

  serve(app, contract.reviewRelease, async ({ parameters, principal }) => {
    const { release, leftOpen, baseline } = await reviewRelease(core, principal, {
      ...releaseOf(parameters),
      decision: parameters.decision,
      version: parameters.version,
      operationId: parameters.operation_id,
      note: parameters.note,
      exceptRejected: parameters.except_rejected,
    });
    const show = await viewsOf(core, principal, parameters.build_id);
    return {
      release: show.release(release),
      left_open: leftOpen && leftOpenView(leftOpen),
      baseline: baseline && show.release(baseline),
    };
  });
}

function leftOpenView({ partlyApproved, ...counts }: LeftOpen) {
  return { ...counts, partly_approved: partlyApproved };
}
