import type { FastifyInstance } from 'fastify';
import { createRelease as operation } from '../../contract/original/create-release.ts';
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
    });
    return {
      build_id: release.buildId,
      release_name: release.name,
      release_number: release.number,
      url: release.url,
    };
  });
}
