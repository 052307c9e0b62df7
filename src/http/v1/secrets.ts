import type { FastifyInstance } from 'fastify';
import * as contract from '../../contract/v1/secrets.ts';
import {
  deleteBuildSecret,
  listBuildSecrets,
  setBuildSecret,
  type ListedSecret,
} from '../../services/secrets/build-secrets.ts';
import { serve } from '../original/define.ts';
import type { HttpContext } from '../deps.ts';

export function serveSecrets(app: FastifyInstance, { core }: HttpContext): void {
  serve(app, contract.listBuildSecrets, async ({ parameters, principal }) => {
    const secrets = await listBuildSecrets(core, principal, { buildId: parameters.build_id });
    return { secrets: secrets.map(view) };
  });

  serve(app, contract.setBuildSecret, async ({ parameters, principal }) => {
    const { build_id: buildId, name, value, origins } = parameters;
    return { secret: view(await setBuildSecret(core, principal, { buildId, name, value, origins })) };
  });

  serve(app, contract.deleteBuildSecret, async ({ parameters, principal }) => {
    const { build_id: buildId, secret_name: name } = parameters;
    await deleteBuildSecret(core, principal, { buildId, name });
    return { success: true } as const;
  });
}

function view({ name, origins, updatedAt, updatedBy }: ListedSecret) {
  return { name, origins: [...origins], updated_at: updatedAt, updated_by: updatedBy };
}
