import { z } from 'zod';
import { changeKinds } from '../../domain/comparison/alignment.ts';
import { operation } from '../operation.ts';
import { buildId, integer, listOf, name, oneOf, optional, parameters } from '../parameters.ts';
import { note, operationId, versionSeen } from './releases.ts';
import { release, verdict } from './shapes.ts';

const releaseId = integer('ID of the release.');
const fingerprint = name('Fingerprint of the change, as reported by the comparison.', 100);
const maxListed = 500;
const maxPlaces = 200;
const maxExcepted = 10_000;

const box = z.object({ left: z.int(), top: z.int(), width: z.int(), height: z.int() });
const side = z.string().nullable();
const sample = z.object({
  run_id: z.int(),
  run_name: z.string(),
  kind: z.enum(changeKinds),
  name: z
    .object({
      selector: z.string(),
      kind: z.enum(['changed', 'added', 'removed']),
      facts: z.array(z.object({ what: z.string(), before: side, after: side })),
    })
    .nullable()
    .meta({
      description: 'The element behind it and what differs, if they were recorded. From the page: text.',
    }),
  place: z.string().meta({
    description: 'The element, else the third of the page; with the width of the page.',
  }),
  before: box.nullable().meta({ description: 'Where it is in ref_image, in pixels.' }),
  after: box.nullable().meta({ description: 'Where it is in image.' }),
  image: z.string().nullable(),
  ref_image: z.string().nullable(),
  image_rows: z.int().nullable().meta({ description: 'Height of image, in pixels.' }),
  ref_image_rows: z.int().nullable(),
});

const approvals = {
  approvals: z.int().meta({
    description:
      'Approvals so far, where the build asks for more than one. Until it has all, it has no decision.',
  }),
  approved_by: z.array(z.string()).meta({ description: 'Whose they are. Only for members of the build.' }),
};

const decision = z
  .object({
    verdict: z.enum(['approved', 'rejected']),
    by: z.string().nullable().meta({ description: 'The actor. Only for members of the build.' }),
    at: z.int(),
    operation_id: z.string().nullable().meta({ description: 'For undo. Only for members of the build.' }),
  })
  .nullable()
  .meta({ description: 'The latest decision on all its runs; null: there is none.' });

const approvedEarlier = z
  .object({
    release_name: z.string(),
    release_number: z.int(),
    by: z.string().nullable().meta({ description: 'The actor. Only for members of the build.' }),
    at: z.int(),
  })
  .nullable()
  .meta({
    description:
      'Where a person approved it for all its runs, in another release that verdicts are taken over from. It settles nothing here; null where someone has decided here.',
  });

export const listChanges = operation('listChanges', {
  summary: 'The changes of a release, each with its runs.',
  description: `Equal changes are one, wherever they are. Those that were approved earlier come first, then those with the most undecided runs; at most ${maxListed}. Runs whose changes do not explain every difference are not among their runs: each needs its own verdict.`,
  parameters: parameters({
    release_id: releaseId,
    limit: optional(integer('Maximum changes to list; 0: only the counts. Default: all.', 0, maxListed)),
  }),
  answer: z.object({
    release,
    total: z.int().meta({ description: 'Distinct changes.' }),
    decisions_left: z.int().meta({
      description: 'Open changes, and undecided runs whose changes do not explain every difference.',
    }),
    runs_left: z.int().meta({ description: 'Runs that differ and have no verdict.' }),
    changes: z
      .array(
        z.object({
          fingerprint: z.string(),
          runs: z.int(),
          places: z.int().meta({ description: 'Distinct places.' }),
          open_runs: z.int().meta({ description: 'Of runs: those in which it waits for a decision.' }),
          decision,
          ...approvals,
          approved_earlier: approvedEarlier,
          sample,
        }),
      )
      .max(maxListed),
  }),
});

export const describeChange = operation('describeChange', {
  summary: 'One change of a release: where it is, and in which runs.',
  description: `One sample of each place, at most ${maxPlaces}.`,
  parameters: parameters({ release_id: releaseId, fingerprint }),
  answer: z.object({
    release,
    fingerprint: z.string(),
    decision,
    ...approvals,
    approved_earlier: approvedEarlier,
    places: z.array(sample).max(maxPlaces),
    runs: z
      .array(
        z.object({
          run_id: z.int(),
          run_name: z.string(),
          place: z.string().meta({ description: 'Where it is first.' }),
          verdict,
          change_count: z.int(),
          open_changes: z.int(),
          is_excepted: z.boolean().meta({ description: 'The decision leaves it out.' }),
        }),
      )
      .meta({ description: 'By name.' }),
  }),
});

export const reviewChange = operation('reviewChange', {
  summary: 'Approves or rejects a change in all runs of a release that have it.',
  description:
    'Also in those that are reported later. A rejection rejects all its runs; an approval approves those whose other changes are approved, too. With version, 409 when a person decided otherwise after that version.',
  parameters: parameters({
    release_id: releaseId,
    fingerprint,
    verdict: oneOf('The decision; undo_decision takes it back.', ['approved', 'rejected']),
    except_run_ids: optional(
      listOf(
        `Runs that need their own verdict, at most ${maxExcepted}.`,
        z.int().min(1),
        { type: 'integer', minimum: 1 },
        'run ids',
      ),
    ),
    version: optional(versionSeen),
    operation_id: operationId,
    note: optional(note),
  }),
  answer: z.object({
    release,
    outcome: z.enum(['changed', 'unchanged']),
    runs: z.int().meta({ description: 'Runs that have the change, without the excepted ones.' }),
    settled: z.int().meta({ description: 'Of them: those that have the verdict now.' }),
    open: z.int().meta({ description: 'Of them: those with other changes that wait for a decision.' }),
  }),
});

export const undoDecision = operation('undoDecision', {
  summary: 'Undoes verdicts or a decision on a change, as one act.',
  description:
    'Withdraws everything that was decided under operation_id, with every verdict that follows from it, also those taken over in open releases. Runs judged afterwards keep their verdict. On a decided release 409: reopen it first.',
  parameters: parameters({ build_id: buildId, operation_id: operationId }),
  answer: z.object({
    undone: z.int().meta({ description: 'Runs whose verdict was withdrawn.' }),
    kept: z.array(
      z.object({
        run_id: z.int(),
        release_id: z.int(),
        why: z.enum(['judged_since', 'release_decided']),
      }),
    ),
  }),
});
