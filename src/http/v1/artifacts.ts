import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/artifacts.ts';
import { findArtifacts } from '../../services/find-artifacts.ts';
import { serve } from '../api/define.ts';
import type { HttpContext } from '../deps.ts';

export function serveArtifacts(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, contract.findArtifacts, async ({ parameters, principal }) => {
    const { build_id: buildId, artifacts } = parameters;
    return { owned: await findArtifacts(core, principal, { buildId, artifacts }) };
  });
}
