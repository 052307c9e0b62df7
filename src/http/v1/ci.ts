import type { FastifyInstance } from 'fastify';
import { AppError } from '../../base/errors.ts';
import * as contract from '../../contract/v1/ci.ts';
import type { CiTrust } from '../../domain/forges/ci-claims.ts';
import { createTrust, deleteTrust, listTrusts } from '../../services/forges/ci-trust.ts';
import type { TrustedJobs } from '../../services/forges/ci-trust.ts';
import { exchangeToken } from '../../services/forges/exchange-token.ts';
import type { HttpContext } from '../deps.ts';
import { serve } from '../original/define.ts';

export function serveCi(app: FastifyInstance, { core, ciTokens }: HttpContext): void {
  serve(app, contract.exchangeCiToken, async ({ parameters }) => {
    const { build_id: buildId, token } = parameters;
    const { keyId, secret, expiresAt } = await exchangeToken(core, ciTokens, { buildId, token });
    return { key_id: keyId, key_secret: secret, expires_at: expiresAt };
  });

  serve(app, contract.listCiTrusts, async ({ parameters, principal }) => {
    const trusts = await listTrusts(core, principal, { buildId: parameters.build_id });
    return { trusts: trusts.map(trustView) };
  });

  serve(app, contract.createCiTrust, async ({ parameters, principal }) => {
    const { build_id: buildId } = parameters;
    return { trust: trustView(await createTrust(core, principal, { buildId, ...trustedJobs(parameters) })) };
  });

  serve(app, contract.deleteCiTrust, async ({ parameters, principal }) => {
    await deleteTrust(core, principal, { buildId: parameters.build_id, trustId: parameters.trust_id });
    return { success: true } as const;
  });
}

function trustedJobs(parameters: {
  connection_id?: number | undefined;
  kind?: 'circleci' | 'buildkite' | undefined;
  organization?: string | undefined;
  project?: string | undefined;
}): TrustedJobs {
  const { connection_id: connectionId, kind, organization, project } = parameters;
  if (connectionId !== undefined && kind === undefined) return { connectionId };
  if (
    connectionId === undefined &&
    kind !== undefined &&
    organization !== undefined &&
    project !== undefined
  ) {
    return { kind, organization, project };
  }
  throw new AppError(
    'invalid_argument',
    'Give either connection_id, or kind with organization and project.',
    { details: { parameter: connectionId === undefined ? 'connection_id' : 'kind' } },
  );
}

function trustView(trust: CiTrust) {
  return {
    id: trust.id,
    build_id: trust.buildId,
    kind: trust.kind,
    connection_id: trust.connectionId,
    organization: trust.organization,
    project: trust.project,
    created_at: trust.createdAt,
    created_by: trust.createdBy,
  };
}
