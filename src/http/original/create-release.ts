import type { FastifyInstance } from 'fastify';
import { createRelease as operation } from '../../contract/original/create-release.ts';
import { shardOf } from '../../domain/releases/shards.ts';
import { createRelease } from '../../services/releases/create-release.ts';
import type { HttpContext } from '../deps.ts';
import { serve } from './define.ts';

export function serveCreateRelease(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, operation, async ({ parameters, principal }) => {
    const release = await createRelease(core, principal, {
      buildId: parameters.build_id,
      releaseName: parameters.release_name,
      url: parameters.url,
      branch: parameters.branch,
      commit: parameters.commit,
      ciUrl: parameters.ci_url,
      headCommit: parameters.head_commit,
      tree: parameters.tree,
      baseBranch: parameters.base_branch,
      pullRequest: parameters.pull_request,
      repository: parameters.repository,
      headRepository: parameters.head_repository,
      history: parameters.history,
      own: parameters.own,
      historyNote: parameters.history_note,
      author: parameters.author,
      isSubset: parameters.subset,
      skipReason: parameters.skip_reason,
      baselineRelease: parameters.baseline_release,
      freshReview: parameters.fresh_review,
      shard: shardOf(parameters.shard),
      shardId: parameters.shard_id,
    });
    return {
      build_id: release.buildId,
      release_name: release.name,
      release_number: release.number,
      url: release.url,
    };
  });
}
