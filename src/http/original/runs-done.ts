import type { FastifyInstance } from 'fastify';
import { runsDone as operation } from '../../contract/original/runs-done.ts';
import { shardOf } from '../../domain/releases/shards.ts';
import { runsDone } from '../../services/releases/runs-done.ts';
import type { HttpContext } from '../deps.ts';
import { serve } from './define.ts';

export function serveRunsDone(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, operation, async ({ parameters, principal }) => {
    const { resultsUrl } = await runsDone(core, principal, {
      buildId: parameters.build_id,
      releaseName: parameters.release_name,
      releaseNumber: parameters.release_number,
      shard: shardOf(parameters.shard),
    });
    return { results_url: resultsUrl };
  });
}
