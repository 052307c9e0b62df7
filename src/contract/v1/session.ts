import { z } from 'zod';
import { operation } from '../operation.ts';
import { buildId, optional, parameters } from '../parameters.ts';

export const describeSession = operation('describeSession', {
  summary: 'The caller and their rights.',
  description: 'Available to anyone; with build_id, includes their rights in that build.',
  parameters: parameters({ build_id: optional(buildId) }),
  answer: z.object({
    version: z.string().meta({ description: 'Of the server.' }),
    authentication: z
      .enum(['on', 'off'])
      .meta({ description: 'off: no credentials means the local superuser.' }),
    principal: z.object({
      kind: z.enum(['key', 'user', 'local', 'anonymous']),
      actor: z.string().meta({ description: 'Name in the activity log.' }),
      name: z.string(),
      is_superuser: z.boolean(),
      may_create_builds: z.boolean(),
      may_work: z.boolean().meta({ description: 'Lease and process tasks.' }),
    }),
    person: z
      .object({ id: z.string(), email: z.string() })
      .nullable()
      .meta({ description: 'The signed-in person.' }),
    csrf_token: z.string().nullable().meta({
      description: 'Signed-in browsers send it as X-CSRF-Token with changing requests.',
    }),
    sign_in: z
      .object({
        password: z.boolean(),
        mail: z.boolean().meta({ description: 'Whether the server sends mail.' }),
        providers: z.array(z.object({ id: z.string(), name: z.string() })),
        needs_set_up: z.boolean().meta({ description: 'There is no superuser yet.' }),
      })
      .nullable()
      .meta({ description: 'How people sign in; null if they cannot.' }),
    capture: z
      .object({ private: z.boolean(), allow: z.array(z.string()) })
      .nullable()
      .meta({
        description: 'For workers and superusers: what pages may access besides public addresses.',
      }),
    build: z
      .object({
        id: z.int(),
        may_review: z.boolean().meta({ description: 'Report, request, approve, reject, decide.' }),
        may_manage: z.boolean().meta({ description: 'Change settings, create and revoke keys.' }),
        may_comment: z.boolean().meta({ description: 'Read and write comments: every member.' }),
      })
      .nullable(),
  }),
});
