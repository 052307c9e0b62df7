import { z } from 'zod';
import { operation } from '../operation.ts';
import { buildId, flag, integer, name, optional, parameters } from '../parameters.ts';
import { maxLabelLength } from '../../domain/tasks/labels.ts';
import { baselineSettingParameters } from './baseline-settings.ts';
import { retentionParameters } from './retention-settings.ts';
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

export const listBuilds = operation('listBuilds', {
  summary: 'The builds that the caller may view, newest first.',
  description: 'Each with its newest release and its counts.',
  parameters: parameters({ page_size: pageSize, offset }),
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
});

export const createBuild = operation('createBuild', {
  summary: 'Creates a build.',
  description:
    'Private and with mail by default. For signed-in people (unless the server allows only superusers), who become its first admin, and for superusers.',
  parameters: parameters({
    name: buildName,
    is_public: isPublic,
    send_email: sendEmail,
    email_alias: emailAlias,
    fail_on_forgiven: failOnForgiven,
  }),
  answer: z.object({ build }),
});

export const updateBuild = operation('updateBuild', {
  summary: 'Changes the given settings of a build.',
  description:
    'An empty or null email_alias removes the alias. Settings of baselines count for what is chosen, judged and settled from now on; compare_again applies them to a release in review. Retention without a rule keeps everything.',
  parameters: parameters({
    build_id: buildId,
    name: optional(buildName),
    is_public: isPublic,
    send_email: sendEmail,
    email_alias: emailAlias,
    fail_on_forgiven: failOnForgiven,
    worker_label: optional(
      name(
        'Only workers with this label capture the pages of releases created from now on, unless a config says otherwise; empty: any worker.',
        maxLabelLength,
      ),
    ),
    ...baselineSettingParameters,
    ...retentionParameters,
  }),
  answer: z.object({ build }),
});

export const listActivity = operation('listActivity', {
  summary: 'The activity log, newest first.',
  description: 'Of the build, one release or one run; optionally of one actor or kind.',
  parameters: parameters({
    build_id: buildId,
    release_id: optional(integer('Only of this release.')),
    run_id: optional(integer('Only of this run.')),
    actor: optional(name('Only by this actor: `key:<id>`, `local` …')),
    kind: optional(name('Only of this kind: run_approved, release_good, key_created …', 100)),
    page_size: pageSize,
    offset,
  }),
  answer: z.object({
    activity: z.array(activityEntry),
    releases: z
      .array(z.object({ id: z.int(), name: z.string(), number: z.int() }))
      .meta({ description: 'Releases or runs named in the entries.' }),
    runs: z.array(z.object({ id: z.int(), name: z.string() })),
  }),
});

export const listKeys = operation('listKeys', {
  summary: 'The API keys of a build, newest first, without their secrets.',
  description: 'Includes revoked keys.',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({ keys: z.array(apiKey) }),
});

export const createKey = operation('createKey', {
  summary: 'Creates an API key for a build.',
  description: 'The secret is only in this answer.',
  parameters: parameters({ build_id: buildId, purpose: name('What the key is for.') }),
  answer: z.object({ key: apiKey, secret: z.string() }),
});

export const revokeKey = operation('revokeKey', {
  summary: 'Revokes an API key permanently.',
  description: 'Repeating the call changes nothing.',
  parameters: parameters({ build_id: buildId, key_id: name('ID of the key.') }),
  answer: z.object({ key: apiKey }),
});
