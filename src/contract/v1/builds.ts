import { z } from 'zod';
import { operation } from '../operation.ts';
import { buildId, flag, integer, name, optional, parameters } from '../parameters.ts';
import { activityEntry, apiKey, build, counts, release } from './shapes.ts';

export const pageSize = optional(integer('Maximum number of entries; 100 by default.', 1, 1_000));
export const offset = optional(integer('How many to skip; 0 by default.', 0));

const buildName = name('Build name.');
const isPublic = optional(flag('Anyone may view it.'));
const sendEmail = optional(flag('Send mail when a release is ready for review.'));
const failOnForgiven = optional(
  flag(
    'Whether forgiven pixels count as a difference, for runs whose config does not say; false by default.',
  ),
);
const emailAlias = optional(name('Where mail goes instead of to all admins, once the address is confirmed.'));

export const listBuilds = operation({
  name: 'list_builds',
  method: 'GET',
  path: '/api/v1/builds',
  summary: 'The builds that the caller may view, newest first.',
  description: 'Each with its newest release and its counts.',
  access: 'read',
  parameters: parameters({ page_size: pageSize, offset }),
  takesFile: false,
  answer: z.object({
    builds: z.array(
      z.object({
        build,
        is_own: z
          .boolean()
          .meta({ description: 'The caller has a role in it; otherwise it is only public.' }),
        newest_release: release.nullable(),
        counts,
      }),
    ),
  }),
  repeatable: true,
});

export const createBuild = operation({
  name: 'create_build',
  method: 'POST',
  path: '/api/v1/builds',
  summary: 'Creates a build.',
  description:
    'Private and with mail by default. For signed-in people (unless the server allows only superusers), who become its first admin, and for superusers.',
  access: 'build',
  parameters: parameters({
    name: buildName,
    is_public: isPublic,
    send_email: sendEmail,
    email_alias: emailAlias,
    fail_on_forgiven: failOnForgiven,
  }),
  takesFile: false,
  answer: z.object({ build }),
  repeatable: false,
});

export const updateBuild = operation({
  name: 'update_build',
  method: 'PATCH',
  path: '/api/v1/builds/{build_id}',
  summary: 'Changes the given settings of a build.',
  description: 'An empty or null email_alias removes the alias.',
  access: 'manage',
  parameters: parameters({
    build_id: buildId,
    name: optional(buildName),
    is_public: isPublic,
    send_email: sendEmail,
    email_alias: emailAlias,
    fail_on_forgiven: failOnForgiven,
  }),
  takesFile: false,
  answer: z.object({ build }),
  repeatable: true,
});

export const listActivity = operation({
  name: 'list_activity',
  method: 'GET',
  path: '/api/v1/builds/{build_id}/activity',
  summary: 'The activity log, newest first.',
  description: 'Of the build, one release or one run; optionally of one actor or kind.',
  access: 'build',
  parameters: parameters({
    build_id: buildId,
    release_id: optional(integer('Only of this release.')),
    run_id: optional(integer('Only of this run.')),
    actor: optional(name('Only by this actor: `key:<id>`, `local` …')),
    kind: optional(name('Only of this kind: run_approved, release_good, key_created …', 100)),
    page_size: pageSize,
    offset,
  }),
  takesFile: false,
  answer: z.object({
    activity: z.array(activityEntry),
    releases: z
      .array(z.object({ id: z.int(), name: z.string(), number: z.int() }))
      .meta({ description: 'Releases or runs named in the entries.' }),
    runs: z.array(z.object({ id: z.int(), name: z.string() })),
  }),
  repeatable: true,
});

export const listKeys = operation({
  name: 'list_keys',
  method: 'GET',
  path: '/api/v1/builds/{build_id}/keys',
  summary: 'The API keys of a build, newest first, without their secrets.',
  description: 'Includes revoked keys.',
  access: 'build',
  parameters: parameters({ build_id: buildId }),
  takesFile: false,
  answer: z.object({ keys: z.array(apiKey) }),
  repeatable: true,
});

export const createKey = operation({
  name: 'create_key',
  method: 'POST',
  path: '/api/v1/builds/{build_id}/keys',
  summary: 'Creates an API key for a build.',
  description: 'The secret is only in this answer.',
  access: 'manage',
  parameters: parameters({ build_id: buildId, purpose: name('What the key is for.') }),
  takesFile: false,
  answer: z.object({ key: apiKey, secret: z.string() }),
  repeatable: false,
});

export const revokeKey = operation({
  name: 'revoke_key',
  method: 'DELETE',
  path: '/api/v1/builds/{build_id}/keys/{key_id}',
  summary: 'Revokes an API key permanently.',
  description: 'Repeating the call changes nothing.',
  access: 'manage',
  parameters: parameters({ build_id: buildId, key_id: name('ID of the key.') }),
  takesFile: false,
  answer: z.object({ key: apiKey }),
  repeatable: true,
});
