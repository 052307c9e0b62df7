import { z } from 'zod';
import { ciKinds } from '../../domain/forges/ci-claims.ts';
import { operation } from '../operation.ts';
import { buildId, integer, name, oneOf, optional, parameters, secret } from '../parameters.ts';

/** Keys for CI jobs that have no secrets, but a token of their CI system. */

const trust = z.object({
  id: z.int(),
  build_id: z.int(),
  kind: z.enum(ciKinds),
  connection_id: z
    .int()
    .nullable()
    .meta({ description: 'The connection with the forge that issues the tokens.' }),
  organization: z.string().nullable(),
  project: z.string().nullable(),
  created_at: z.int(),
  created_by: z.string(),
});

export const exchangeCiToken = operation('exchangeCiToken', {
  summary: 'Exchanges the token of a CI job for a key: for one release of that commit, for 60 minutes.',
  description:
    "The token's audience must be the server's public address, and the build must trust the project that it is from. The key may not decide. Each token is taken once.",
  parameters: parameters({
    build_id: buildId,
    token: secret('Signed by the CI system; RS256 or ES256.', 16_384),
  }),
  answer: z.object({ key_id: z.string(), key_secret: z.string(), expires_at: z.int() }),
});

export const listCiTrusts = operation('listCiTrusts', {
  summary: 'Whose CI jobs get keys of a build for their tokens.',
  description: '',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({ trusts: z.array(trust) }),
});

export const createCiTrust = operation('createCiTrust', {
  summary: 'Lets CI jobs exchange their tokens for keys of a build.',
  description:
    'Either connection_id of a tested connection with GitHub, GitLab or Forgejo, or kind, organization and project of another CI system. At most 10.',
  parameters: parameters({
    build_id: buildId,
    connection_id: optional(integer('ID of the connection whose repository has the jobs.')),
    kind: optional(oneOf('A CI system that is no forge.', ['circleci', 'buildkite'])),
    organization: optional(name('ID of the organization there.', 100)),
    project: optional(name('ID of the project, or of the pipeline.', 100)),
  }),
  answer: z.object({ trust }),
});

export const deleteCiTrust = operation('deleteCiTrust', {
  summary: 'Stops trusting a CI project; keys of its jobs expire within the hour.',
  description: '',
  parameters: parameters({ build_id: buildId, trust_id: integer('ID of the trust.') }),
  answer: z.object({ success: z.literal(true) }),
});
