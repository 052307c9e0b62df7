import type { FastifyInstance } from 'fastify';
import { requestRun as operation } from '../../contract/original/request-run.ts';
import { shardOf } from '../../domain/releases/shards.ts';
import { requestRun } from '../../services/runs/request-run.ts';
import type { HttpContext } from '../deps.ts';
import { serve } from './define.ts';

export function serveRequestRun(app: FastifyInstance, { core, checkCaptureTarget }: HttpContext): void {
  serve(app, operation, async ({ parameters, principal }) => {
    checkCaptureTarget('url', parameters.url);
    if (parameters.ref_url !== undefined) checkCaptureTarget('ref_url', parameters.ref_url);
    const { run, release } = await requestRun(core, principal, {
      buildId: parameters.build_id,
      releaseName: parameters.release_name,
      releaseNumber: parameters.release_number,
      url: parameters.url,
      runName: parameters.run_name,
      config: parameters.config && { ...parameters.config },
      previousNames: parameters.previous_name,
      shard: shardOf(parameters.shard),
      refUrl: parameters.ref_url,
      refConfig: parameters.ref_config && { ...parameters.ref_config },
    });
    return {
      build_id: release.buildId,
      release_name: release.name,
      release_number: release.number,
      run_name: run.name,
      url: run.current.url ?? parameters.url,
      config: run.current.config!,
      ref_url: run.ref.url,
      ref_config: run.ref.config,
    };
  });
}
