import { z } from 'zod';
import { AppError } from '../../domain/errors.ts';
import { runStatuses, verdicts } from '../../domain/model.ts';
import { absentKinds } from '../../domain/worker-absence.ts';
import { operation } from '../operation.ts';
import { integer, json, name, oneOf, optional, parameters } from '../parameters.ts';
import { note, operationId, releaseKey, versionSeen } from './releases.ts';
import { build, counts, release, run, runColumns, taskView, verdict } from './shapes.ts';

const size = z.object({ width: z.int(), height: z.int() });

const changes = {
  release,
  counts,
  runs: runColumns,
  mask_keys: z
    .array(z.string())
    .meta({ description: 'Equal masks: changed in the same places, from and to the same colours.' }),
};

/** What the event stream sends. */
export const releaseChanges = z.object({
  ...changes,
  actors: z.array(z.string()).meta({ description: 'Who made the changes, as far as it is known.' }),
});

export type WireReleaseChanges = z.output<typeof releaseChanges>;

export const listRuns = operation({
  name: 'list_runs',
  method: 'GET',
  path: '/api/v1/builds/{build_id}/runs',
  summary: 'The runs of a release as columns, in the order of the review page.',
  description:
    'What differs first, then by name. The ETag is the version of the release, and whether a worker is missing.',
  access: 'read',
  parameters: parameters({
    ...releaseKey,
    since_version: optional(integer('Only what changed after this version of the release.', 0)),
  }),
  takesFile: false,
  answer: z.object({
    build,
    ...changes,
    worker_absence: z
      .object({
        kind: z.enum(absentKinds).meta({ description: 'What no worker asks for.' }),
        since: z
          .int()
          .nullable()
          .meta({ description: 'When a worker last asked for it; null: none has yet.' }),
      })
      .nullable()
      .meta({
        description:
          'Set while the release has waited for 10 s and no worker has asked for its work since. Null without credentials.',
      }),
  }),
  repeatable: true,
});

export const watchRelease = operation({
  name: 'watch_release',
  method: 'GET',
  path: '/api/v1/builds/{build_id}/changes',
  summary: 'Changes of a release as server-sent events.',
  description:
    'Collected for 250 ms each. Events are named "changes", their id is the version of the release, their data is what changed, as list_runs answers it, with actors. Continue with Last-Event-ID or since_version.',
  access: 'read',
  parameters: parameters({
    ...releaseKey,
    since_version: optional(integer('Begin with what changed after this version; by default with now.', 0)),
  }),
  takesFile: false,
  answer: null,
  repeatable: true,
});

export const runDetail = operation({
  name: 'run_detail',
  method: 'GET',
  path: '/api/v1/builds/{build_id}/run',
  summary: 'One run with its neighbours and the history of its name.',
  description: 'What it is compared with and why, in words; what workers are doing for it now.',
  access: 'read',
  parameters: parameters({ ...releaseKey, run_name: name('Name of the run.') }),
  takesFile: false,
  answer: z.object({
    build,
    release,
    run,
    sizes: z
      .object({ current: size.nullable(), ref: size.nullable() })
      .meta({ description: 'Of the two pictures, in pixels.' }),
    baseline_reason: z.string(),
    baseline: z
      .object({
        reason: z.string(),
        rule: z.string().meta({
          description:
            'named, picked, walk, newest_accepted, newest_good, any_branch, same_commit, none or waiting.',
        }),
        candidates: z
          .array(
            z.object({
              release_id: z.int(),
              release_name: z.string(),
              release_number: z.int(),
              branch: z.string().nullable(),
              commit: z.string().nullable(),
              run_id: z.int().nullable(),
              why: z.string().meta({ description: 'Why it was not chosen, in words.' }),
            }),
          )
          .meta({ description: 'Other releases that were looked at, at most 5.' }),
      })
      .nullable()
      .meta({
        description: 'How the server chose; null where the client gave both images, or asked for them.',
      }),
    verdict_origin: z
      .object({ run_id: z.int(), release_name: z.string(), release_number: z.int() })
      .nullable()
      .meta({ description: 'The run that the verdict was taken over from, for the same image.' }),
    baseline_release: release.nullable(),
    position: z.object({
      index: z.int(),
      total: z.int(),
      previous: z.string().nullable(),
      next: z.string().nullable(),
    }),
    history: z.array(
      z.object({
        run_id: z.int(),
        release,
        status: z.enum(runStatuses),
        verdict,
        distortion: z.number().nullable(),
        image: z.string().nullable(),
        created_at: z.int(),
      }),
    ),
    tasks: z.array(taskView),
  }),
  repeatable: true,
});

const verdictResult = z.object({
  run_id: z.int(),
  outcome: z.string().meta({ description: 'changed, unchanged, conflict, not_reviewable or not_found.' }),
  verdict: verdict.meta({ description: 'As it is now.' }),
  verdict_by: z.string().nullable(),
  verdict_at: z.int().nullable(),
  version: z.int(),
  previous_verdict: verdict.meta({ description: 'What an undo gives back.' }),
});

export const reviewRun = operation({
  name: 'review_run',
  method: 'POST',
  path: '/api/v1/builds/{build_id}/run/verdict',
  summary: 'Approves or rejects one run that differs, or takes that back.',
  description:
    'With version, 409 when the run changed or someone judged otherwise after that version was seen.',
  access: 'build',
  parameters: parameters({
    ...releaseKey,
    run_id: integer('ID of the run.'),
    verdict: oneOf('none takes a verdict back.', verdicts),
    version: optional(versionSeen),
    operation_id: operationId,
    note: optional(note),
  }),
  takesFile: false,
  answer: z.object({ release, result: verdictResult }),
  repeatable: true,
});

const wantedVerdict = z.object({
  run_id: z.int().min(1),
  verdict: verdict.meta({ description: 'none takes a verdict back.' }),
  version: z.int().min(0).optional(),
});

const wantedVerdicts = json(
  'Which runs, and what becomes of each.',
  { type: 'array', minItems: 1, maxItems: 10_000, items: z.toJSONSchema(wantedVerdict) },
  (value, parameter) => {
    const parsed = z.array(wantedVerdict).safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      const where = [parameter, ...issue.path].join('.');
      throw new AppError('invalid_argument', `${where} is wrong: ${issue.message}.`, {
        details: { parameter },
      });
    }
    return parsed.data.map(({ run_id: runId, ...rest }) => ({ runId, ...rest }));
  },
);

const wantedRuns = json(
  'Which runs; every one that failed by default.',
  { type: 'array', minItems: 1, maxItems: 10_000, items: { type: 'integer', minimum: 1 } },
  (value, parameter) => {
    const parsed = z.array(z.int().min(1)).safeParse(value);
    if (parsed.success) return parsed.data;
    throw new AppError('invalid_argument', `${parameter} must be a list of run ids.`, {
      details: { parameter },
    });
  },
);

export const retryRuns = operation({
  name: 'retry_runs',
  method: 'POST',
  path: '/api/v1/builds/{build_id}/runs/retry',
  summary: 'Captures and compares again what failed.',
  description:
    'New tasks with the same URLs and configs. A release in review is processing until they are done; on a decided one 409. What a client uploaded only the client can take again.',
  access: 'build',
  parameters: parameters({ ...releaseKey, run_ids: optional(wantedRuns) }),
  takesFile: false,
  answer: z.object({
    release,
    results: z.array(
      z.object({
        run_id: z.int(),
        outcome: z
          .enum(['requested', 'not_failed', 'not_captured_here', 'not_found'])
          .meta({ description: 'requested: it will be done again.' }),
      }),
    ),
  }),
  repeatable: true,
});

export const reviewRuns = operation({
  name: 'review_runs',
  method: 'POST',
  path: '/api/v1/builds/{build_id}/runs/verdicts',
  summary: 'Judges many runs as one operation.',
  description: 'A conflict of one run is data in its result and does not stop the others.',
  access: 'build',
  parameters: parameters({
    ...releaseKey,
    runs: wantedVerdicts,
    operation_id: operationId,
    note: optional(note),
  }),
  takesFile: false,
  answer: z.object({ release, results: z.array(verdictResult) }),
  repeatable: true,
});
