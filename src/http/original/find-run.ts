import type { FastifyInstance } from 'fastify';
import { findRun as operation } from '../../contract/original/find-run.ts';
import { findRun } from '../../services/runs/find-run.ts';
import type { HttpContext } from '../deps.ts';
import { serve } from './define.ts';

export function serveFindRun(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, operation, async ({ parameters, principal }) => {
    const { release, run, reason } = await findRun(core, principal, {
      buildId: parameters.build_id,
      runName: parameters.run_name,
      releaseName: parameters.release_name,
      releaseNumber: parameters.release_number,
    });
    return {
      build_id: release.buildId,
      release_name: release.name,
      release_number: release.number,
      run_name: run?.name ?? null,
      url: run?.current.url ?? null,
      image: run?.current.image ?? null,
      log: run?.current.log ?? null,
      config: run?.current.config ?? null,
      reason,
    };
  });
}
