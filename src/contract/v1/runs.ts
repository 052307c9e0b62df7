import { z } from 'zod';
import { AppError } from '../../base/errors.ts';
import { environmentParts } from '../../domain/capture/environment.ts';
import { runStatuses } from '../../domain/runs/run.ts';
import { verdicts } from '../../domain/runs/verdict.ts';
import { absentKinds } from '../../domain/tasks/worker-absence.ts';
import { operation } from '../operation.ts';
import { flag, integer, json, name, oneOf, optional, parameters } from '../parameters.ts';
import { note, operationId, releaseKey, versionSeen } from './releases.ts';
import { build, counts, release, run, runColumns, taskView, verdict } from './shapes.ts';

const size = z.object({ width: z.int(), height: z.int() });

const releaseOfRun = z.object({ run_id: z.int(), release_name: z.string(), release_number: z.int() });

const explanation = z.object({
  baseline: z.object({
    reason: z.string().meta({ description: 'What it is compared with and why, or why it is new, in words.' }),
    rule: z
      .string()
      .nullable()
      .meta({ description: 'As in run_detail; null where the client gave both images.' }),
    run: releaseOfRun.nullable().meta({ description: 'The run with the image, if it is of this build.' }),
  }),
  verdict_origin: releaseOfRun
    .nullable()
    .meta({ description: 'The run that the verdict was taken over from, for the same image.' }),
});

const changes = {
  release,
  counts,
  runs: runColumns,
  change_sets: z.array(z.string()).meta({ description: 'Keys of distinct sets of changes.' }),
  environment_changes: z
    .array(z.array(z.object({ part: z.enum(environmentParts), before: z.string(), after: z.string() })))
    .meta({
      description:
        'Distinct ways in which captures and those of their baselines were made differently: in another browser, on another platform, with other fonts, or by other rules (flags).',
    }),
};

/** Data of the event stream; `actors`: who made the changes, if known. */
export type WireReleaseChanges = z.output<z.ZodObject<typeof changes>> & { actors: string[] };

export const listRuns = operation('listRuns', {
  summary: 'The runs of a release as columns, in review order.',
  description:
    'Differences first, then by name. The ETag contains the version of the release and whether a worker is missing.',
  parameters: parameters({
    ...releaseKey,
    since_version: optional(integer('Only what changed after this version of the release.', 0)),
    explain: optional(flag('Also why each run is compared with what it is, and where its verdict is from.')),
  }),
  answer: z.object({
    build,
    ...changes,
    explanations: z
      .array(explanation)
      .nullable()
      .meta({ description: 'One for each run, in their order; null without explain.' }),
    worker_absence: z
      .object({
        kind: z.enum(absentKinds).meta({ description: 'Kind of work without a worker.' }),
        label: z
          .string()
          .optional()
          .meta({ description: 'The label that the worker must have; absent if any worker will do.' }),
        since: z.int().nullable().meta({ description: 'When a worker last requested it; null: never.' }),
      })
      .nullable()
      .meta({
        description:
          'Set when the release has waited for 10 s (for 2 min if the work has a label) and no worker has requested its work since. Null without credentials.',
      }),
  }),
});

export const watchRelease = operation('watchRelease', {
  summary: 'Changes of a release as server-sent events.',
  description:
    'Changes are collected for 250 ms. Events are named "changes"; their id is the version of the release, and their data contains the changes in the format of list_runs, with actors. Resume with Last-Event-ID or since_version.',
  parameters: parameters({
    ...releaseKey,
    since_version: optional(integer('Start with changes after this version; by default from now on.', 0)),
  }),
  answer: null,
});

export const runDetail = operation('runDetail', {
  summary: 'One run with its neighbors and the history of its name.',
  description: 'Includes its baseline, why it was chosen, and its live tasks.',
  parameters: parameters({ ...releaseKey, run_name: name('Name of the run.') }),
  answer: z.object({
    build,
    release,
    run,
    sizes: z
      .object({ current: size.nullable(), ref: size.nullable() })
      .meta({ description: 'Sizes of the two images, in pixels.' }),
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
    baseline_withdrawn: z
      .object({
        kind: z.enum(['release_bad', 'rejected']),
        sentence: z.string(),
        by: z.string().nullable().meta({ description: 'The actor. Only for members of the build.' }),
        at: z.int().nullable(),
      })
      .nullable()
      .meta({ description: 'A reviewer said no to the baseline after the run was compared with it.' }),
    main_ahead: z.int().nullable().meta({
      description:
        "How many releases of main are newer than the baseline's, at most 500; as in build_status.",
    }),
    verdict_origin: releaseOfRun
      .extend({
        run_name: z.string(),
        release_id: z.int(),
        reason: z.enum(['judged', 'accepted']).meta({
          description:
            'judged: verdict_by and verdict_at of the run say by whom and when. accepted: the image was accepted on the history, without a verdict.',
        }),
      })
      .nullable()
      .meta({ description: 'The run that the verdict was taken over from, for the same image.' }),
    renamed_from: z.string().nullable().meta({
      description:
        'The former name of a new page that shows the same as a missing one; a verdict on either is one on both.',
    }),
    changes: z
      .array(
        z.object({
          fingerprint: z.string(),
          verdict,
          verdict_by: z
            .string()
            .nullable()
            .meta({ description: 'The actor. Only for members of the build.' }),
          verdict_at: z.int().nullable(),
          other_open_runs: z.int().meta({
            description: 'Other runs in which it waits for a decision; 0 once it is decided for all runs.',
          }),
        }),
      )
      .meta({
        description:
          'Its distinct changes, in the order of the comparison, with the decision that counts here.',
      }),
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
        verdict_by: z.string().nullable().meta({ description: 'The actor. Only for members of the build.' }),
        verdict_at: z.int().nullable(),
        facts_version: z.int().meta({ description: 'As in list_runs: for the address of its thumbnail.' }),
        distortion: z.number().nullable(),
        image: z.string().nullable(),
        created_at: z.int(),
      }),
    ),
    tasks: z.array(taskView),
  }),
});

const verdictResult = z.object({
  run_id: z.int(),
  outcome: z.string().meta({
    description:
      'changed, unchanged, conflict, not_reviewable, reason_missing (a failure is accepted only with note), not_counted (where several people must approve: the approval of a key, or of the author), held (another person rejected it, which stands until it is undone) or not_found.',
  }),
  verdict: verdict.meta({ description: 'The current value.' }),
  verdict_by: z.string().nullable(),
  verdict_at: z.int().nullable(),
  approved_by: z
    .array(z.string())
    .meta({ description: 'Who approved it so far, where the build asks for more than one approval.' }),
  version: z.int(),
  previous_verdict: verdict.meta({ description: 'The previous value, for undo.' }),
});

export const reviewRun = operation('reviewRun', {
  summary: 'Approves or rejects one run that differs, or undoes its verdict.',
  description: 'With version, 409 when the run changed or got a different verdict after that version.',
  parameters: parameters({
    ...releaseKey,
    run_id: integer('ID of the run.'),
    verdict: oneOf('none removes a verdict.', verdicts),
    version: optional(versionSeen),
    operation_id: operationId,
    note: optional(note),
  }),
  answer: z.object({ release, result: verdictResult }),
});

const wantedVerdict = z.object({
  run_id: z.int().min(1),
  verdict: verdict.meta({ description: 'none removes a verdict.' }),
  version: z.int().min(0).optional(),
});

const wantedVerdicts = json(
  'The runs and their verdicts.',
  { type: 'array', minItems: 1, maxItems: 10_000, items: z.toJSONSchema(wantedVerdict) },
  (value, parameter) => {
    const parsed = z.array(wantedVerdict).safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      const where = [parameter, ...issue.path].join('.');
      throw new AppError('invalid_argument', `${where} is invalid: ${issue.message}.`, {
        details: { parameter },
      });
    }
    return parsed.data.map(({ run_id: runId, ...rest }) => ({ runId, ...rest }));
  },
);

const wantedRuns = json(
  'The runs; all failed ones by default.',
  { type: 'array', minItems: 1, maxItems: 10_000, items: { type: 'integer', minimum: 1 } },
  (value, parameter) => {
    const parsed = z.array(z.int().min(1)).safeParse(value);
    if (parsed.success) return parsed.data;
    throw new AppError('invalid_argument', `${parameter} must be a list of run ids.`, {
      details: { parameter },
    });
  },
);

export const retryRuns = operation('retryRuns', {
  summary: 'Captures and compares failed runs again.',
  description:
    'Creates new tasks with the same URLs and configs. A release in review returns to processing until they are done; 409 for a decided one. Images uploaded by a client can only be replaced by the client.',
  parameters: parameters({ ...releaseKey, run_ids: optional(wantedRuns) }),
  answer: z.object({
    release,
    results: z.array(
      z.object({
        run_id: z.int(),
        outcome: z
          .enum(['requested', 'not_failed', 'not_captured_here', 'not_found'])
          .meta({ description: 'requested: it will be captured or compared again.' }),
      }),
    ),
  }),
});

export const reviewRuns = operation('reviewRuns', {
  summary: 'Judges many runs as one operation.',
  description: 'A conflict of one run is reported in its result and does not affect the others.',
  parameters: parameters({
    ...releaseKey,
    runs: wantedVerdicts,
    operation_id: operationId,
    note: optional(note),
  }),
  answer: z.object({ release, results: z.array(verdictResult) }),
});
