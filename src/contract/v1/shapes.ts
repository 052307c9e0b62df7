import { z } from 'zod';
import { alignmentSummaries } from '../../domain/comparison/alignment.ts';
import { releaseStatuses } from '../../domain/releases/release.ts';
import { runStatuses } from '../../domain/runs/run.ts';
import { verdicts, verdictSources } from '../../domain/runs/verdict.ts';
import { captureDetails } from '../capture-details.ts';
import { comparisonDetails } from '../comparison-details.ts';
import { artifactId } from '../operation.ts';
import { runFailure } from '../run-failure.ts';
import { baselineSettingFields } from './baseline-settings.ts';
import { retentionFields } from './retention-settings.ts';

/** Answers of the resource API. Times are epoch milliseconds. */

const time = z.int().meta({ description: 'Epoch milliseconds.' });
const actor = z.string().meta({ description: 'The actor: key:<id>, local …' });

export const build = z.object({
  id: z.int(),
  name: z.string(),
  is_public: z.boolean(),
  send_email: z.boolean(),
  email_alias: z.string().nullable(),
  fail_on_forgiven: z.boolean().meta({
    description: 'Whether forgiven pixels count as a difference, for runs whose config does not say.',
  }),
  email_alias_confirmed: z.boolean().meta({
    description: 'false: mail goes to the admins until the link sent to the alias is confirmed.',
  }),
  worker_label: z.string().meta({
    description:
      'Only workers with this label capture its pages, unless a config says otherwise; empty: any worker.',
  }),
  ...baselineSettingFields,
  ...retentionFields,
  created_at: time,
});

export const counts = z.object({
  total: z.int(),
  waiting: z.int(),
  undecided: z.int().meta({ description: 'Differs and has no verdict.' }),
  approved: z.int(),
  rejected: z.int(),
  same: z.int(),
  forgiven: z.int().meta({ description: 'Of same: those with forgiven pixels.' }),
  new: z.int().meta({ description: 'No baseline.' }),
  failed: z.int(),
  accepted: z
    .int()
    .meta({ description: 'Of failed: those that a person accepted with a reason. They hold nothing back.' }),
  carried: z.int().meta({
    description: 'Of those with a verdict: those that took it over. Their verdict_source is carried.',
  }),
  partly_approved: z.int().meta({
    description: 'Of undecided and new: those with some of the approvals that the build asks for.',
  }),
  missing: z.int().meta({
    description:
      'Pages of the baseline that the release does not have, and whose removal no person has confirmed.',
  }),
  renamed: z.int().meta({
    description:
      'Of missing: those that a new page of the release shows under another name. Each is one of new too, until it is judged.',
  }),
});

export const release = z.object({
  id: z.int(),
  build_id: z.int(),
  name: z.string(),
  number: z.int(),
  url: z.string().nullable(),
  branch: z.string().nullable(),
  commit: z.string().nullable(),
  ci_url: z.string().nullable().meta({ description: 'Page of the CI run; http or https.' }),
  head_commit: z.string().nullable().meta({
    description: "The branch's own newest commit; another one than commit where CI built a test merge.",
  }),
  base_branch: z.string().nullable(),
  pull_request: z.int().nullable().meta({ description: 'Its number.' }),
  repository: z.string().nullable().meta({ description: 'Host and path.' }),
  head_repository: z.string().nullable().meta({ description: 'Where the branch is: another one for forks.' }),
  author: z
    .object({ name: z.string().nullable(), address: z.string().nullable() })
    .nullable()
    .meta({ description: 'Who wrote the newest commit. Only for members of the build.' }),
  history_note: z.string().nullable().meta({
    description: 'How the history was read: "full", "fetched", "shallow: …" or "none: …".',
  }),
  follows_git: z.boolean().meta({ description: 'Its client sent a history that baselines follow.' }),
  is_on_main: z.boolean().meta({ description: 'It shows what a main branch looks like.' }),
  is_subset: z.boolean().meta({ description: 'It shows a part of the pages only.' }),
  skip_reason: z.string().nullable().meta({ description: 'Why there was nothing to show.' }),
  status: z.enum(releaseStatuses),
  shards: z
    .object({
      total: z.int().nullable().meta({ description: 'null: not known yet.' }),
      fault: z
        .string()
        .nullable()
        .meta({ description: 'Why it cannot be finished: "shard 3 of 5 never reported".' }),
    })
    .nullable()
    .meta({ description: 'For releases that several jobs send together.' }),
  version: z.int().meta({ description: 'Incremented with every change; send it with decisions.' }),
  status_version: z.int(),
  comments_version: z.int().meta({
    description: 'version at the last change of a comment; 0: there is none. Only for members of the build.',
  }),
  created_at: time,
  status_at: time,
  decided_by: actor.nullable().meta({ description: 'Only for members of the build.' }),
  decision_note: z.string().nullable().meta({ description: 'Only for members of the build.' }),
});

const runStatus = z.enum(runStatuses);
export const verdict = z.enum(verdicts);
const verdictSource = z.enum(verdictSources).meta({
  description:
    'person: given to the run as a whole. changes: follows from decisions on its changes. carried: taken over from an earlier run.',
});

/** One array per field, all of one length. */
export const runColumns = z.object({
  id: z.array(z.int()),
  name: z.array(z.string()),
  status: z.array(runStatus),
  verdict: z.array(verdict),
  verdict_by: z.array(actor.nullable()),
  verdict_at: z.array(time.nullable()),
  version: z.array(z.int()),
  facts_version: z.array(z.int()),
  distortion: z.array(z.number().nullable()),
  changed_pixels: z.array(z.int().nullable()),
  forgiven_pixels: z.array(z.int().nullable()).meta({ description: 'Pixels that differ but do not count.' }),
  diff_ratio: z.array(z.number().nullable()),
  region_count: z.array(z.int().nullable()),
  move_summary: z.array(z.enum(alignmentSummaries).nullable()).optional().meta({
    description:
      'Whether anything moved; null where that was not looked for. Servers before this version do not send it.',
  }),
  change_set: z.array(z.int().nullable()).meta({
    description:
      'Index into change_sets: runs with equal values have exactly the same changes. null where the changes do not explain every difference.',
  }),
  change_count: z.array(z.int()).meta({ description: 'Distinct changes.' }),
  open_changes: z.array(z.int()).meta({ description: 'Of them: those that no decision covers yet.' }),
  verdict_source: z.array(verdictSource.nullable()),
  verdict_note: z
    .array(z.string().nullable())
    .meta({ description: 'The reason given with the verdict. Only for members of the build.' }),
  approvals: z
    .array(z.int())
    .meta({ description: 'Approvals so far, where the build asks for more than one; else 0.' }),
  approved_by: z
    .array(z.array(actor).nullable())
    .meta({ description: 'Whose they are. Only for members of the build.' }),
  width: z.array(z.int().nullable()),
  height: z.array(z.int().nullable()),
  has_image: z.array(z.boolean()),
  has_ref: z.array(z.boolean()),
  failure_reason: z.array(z.string().nullable()),
  incomplete_count: z
    .array(z.int())
    .meta({ description: 'Parts of the pages that did not load, in both captures.' }),
  warning_count: z.array(z.int()).meta({ description: 'Warnings of both captures.' }),
  environment_change: z.array(z.int().nullable()).meta({
    description:
      'Index into environment_changes: in what the capture and that of the baseline were made differently. null: in nothing, or it is not known.',
  }),
});

const captureSlot = z.object({
  state: z.enum(['none', 'requested', 'done', 'failed']),
  url: z.string().nullable(),
  image: artifactId.nullable(),
  log: artifactId.nullable(),
  config: artifactId.nullable(),
  failure: runFailure.nullable(),
  requests: z.int(),
  facts: captureDetails.nullable().meta({ description: 'null if a client uploaded the image.' }),
});

export const run = z.object({
  id: z.int(),
  build_id: z.int(),
  release_id: z.int(),
  name: z.string(),
  current: captureSlot,
  ref: captureSlot,
  baseline_run_id: z.int().nullable(),
  diff: z.object({
    failed: z.boolean(),
    image: artifactId.nullable(),
    forgiven_mask: artifactId.nullable().meta({ description: 'Image of the forgiven pixels.' }),
    aligned_mask: artifactId.nullable().meta({
      description: 'Image of what differs after alignment, in the place of the after image.',
    }),
    fail_on_forgiven: z
      .boolean()
      .meta({ description: 'Whether they count as a difference: from the config, else the build.' }),
    log: artifactId.nullable(),
    distortion: z.number().nullable(),
    failure: runFailure.nullable(),
    requests: z.int(),
    facts: comparisonDetails.nullable(),
  }),
  status: runStatus,
  verdict,
  verdict_by: actor.nullable(),
  verdict_at: time.nullable(),
  verdict_source: verdictSource.nullable(),
  verdict_note: z
    .string()
    .nullable()
    .meta({ description: 'The reason given with the verdict. Only for members of the build.' }),
  approvals: z
    .array(z.object({ by: actor.nullable(), at: time }))
    .meta({ description: 'Approvals so far, where the build asks for more than one. by: only for members.' }),
  open_changes: z.int().meta({ description: 'Distinct changes that no decision covers yet.' }),
  version: z.int(),
  facts_version: z.int(),
  created_at: time,
  updated_at: time,
});

/** A task for the UI; workers get it from the work queue operations. */
export const taskView = z.object({
  queue: z.string(),
  id: z.string(),
  label: z.string().meta({ description: 'Only workers that have it get the task; empty: any worker.' }),
  status: z.enum(['live', 'done', 'error', 'canceled']),
  payload: z.string(),
  content_type: z.string(),
  source: z.string().nullable(),
  created_at: time,
  eta: time,
  lease_attempts: z.int(),
  last_lease: time.nullable(),
  owner: z.string().nullable(),
  message: z.string().nullable(),
  finished_at: time.nullable(),
  error: z.string().nullable(),
  release_id: z.int().nullable(),
  run_id: z.int().nullable(),
  slot: z
    .enum(['current', 'ref', 'diff'])
    .nullable()
    .meta({ description: 'The part of the run that waits for it.' }),
});

export const activityEntry = z.object({
  id: z.int(),
  at: time,
  build_id: z.int().nullable(),
  release_id: z.int().nullable(),
  run_id: z.int().nullable(),
  actor,
  kind: z.string(),
  detail: z.record(z.string(), z.unknown()),
});

export const apiKey = z.object({
  id: z.string(),
  purpose: z.string(),
  build_id: z.int().nullable(),
  superuser: z.boolean(),
  worker: z.boolean(),
  created_at: time,
  created_by: actor,
  revoked_at: time.nullable(),
  last_used_at: time.nullable(),
});
