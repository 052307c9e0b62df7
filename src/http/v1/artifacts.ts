import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/artifacts.ts';
import { findArtifacts } from '../../services/artifacts/find-artifacts.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';

export function serveArtifacts(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, contract.findArtifacts, async ({ parameters, principal }) => {
    const artifacts = parameters.artifacts.map(({ sha1sum, sha256sum }) => ({
      sha1: sha1sum,
      sha256: sha256sum,
    }));
    const owned = await findArtifacts(core, principal, { buildId: parameters.build_id, artifacts });
    return { owned };
  });
}
