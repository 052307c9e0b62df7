import { z } from 'zod';
import { operation } from '../operation.ts';
import { buildId, flag, integer, name, optional, parameters } from '../parameters.ts';
import { activityEntry, apiKey, build, counts, release } from './shapes.ts';

export const pageSize = optional(integer('How many; 100 by default.', 1, 1_000));
export const offset = optional(integer('How many to skip; 0 by default.', 0));

const buildName = name('Name of the build.');
const isPublic = optional(flag('Anyone may look.'));
const sendEmail = optional(flag('Mail when a release is ready for review.'));
const failOnForgiven = optional(
  flag(
    "Whether forgiven pixels make a difference, where a run's config says nothing about it; false at first.",
  ),
);
const emailAlias = optional(
  name('Where the mail goes instead of to all admins, once somebody there has confirmed it.'),
);

export const listBuilds = operation('listBuilds', {
  summary: 'The builds that the caller may look at, newest first.',
  description: 'Each with its newest release and the counts of that.',
  parameters: parameters({ page_size: pageSize, offset }),
  answer: z.object({
    builds: z.array(
      z.object({
        build,
        is_own: z.boolean().meta({ description: 'The caller has a part in it; else it is just public.' }),
        newest_release: release.nullable(),
        counts,
      }),
    ),
  }),
});

export const createBuild = operation('createBuild', {
  summary: 'Creates a build.',
  description:
    'Private, and with mail, unless asked otherwise. For people who are signed in (unless the server leaves it to superusers), who become its first admin, and for superusers.',
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
  summary: 'Changes the settings of a build that are sent.',
  description: 'An email_alias that is empty or null takes the alias away.',
  parameters: parameters({
    build_id: buildId,
    name: optional(buildName),
    is_public: isPublic,
    send_email: sendEmail,
    email_alias: emailAlias,
    fail_on_forgiven: failOnForgiven,
  }),
  answer: z.object({ build }),
});

export const listActivity = operation('listActivity', {
  summary: 'Who decided what and when, newest first.',
  description: 'Of the build, of one release, or of one run; of one actor, of one kind.',
  parameters: parameters({
    build_id: buildId,
    release_id: optional(integer('Only of this release.')),
    run_id: optional(integer('Only of this run.')),
    actor: optional(name('Only what this actor did: `key:<id>`, `local` …')),
    kind: optional(name('Only of this kind: run_approved, release_good, key_created …', 100)),
    page_size: pageSize,
    offset,
  }),
  answer: z.object({
    activity: z.array(activityEntry),
    releases: z
      .array(z.object({ id: z.int(), name: z.string(), number: z.int() }))
      .meta({ description: 'Those that the entries name.' }),
    runs: z.array(z.object({ id: z.int(), name: z.string() })),
  }),
});

export const listKeys = operation('listKeys', {
  summary: 'The API keys of a build, newest first, without their secrets.',
  description: 'Revoked ones too.',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({ keys: z.array(apiKey) }),
});

export const createKey = operation('createKey', {
  summary: 'Creates an API key for a build.',
  description: 'The secret is in this answer and nowhere else.',
  parameters: parameters({ build_id: buildId, purpose: name('What the key is for.') }),
  answer: z.object({ key: apiKey, secret: z.string() }),
});

export const revokeKey = operation('revokeKey', {
  summary: 'Ends an API key for good.',
  description: 'Doing so again changes nothing.',
  parameters: parameters({ build_id: buildId, key_id: name('ID of the key.') }),
  answer: z.object({ key: apiKey }),
});
