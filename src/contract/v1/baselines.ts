import { z } from 'zod';
import { operation } from '../operation.ts';
import { flag, integer, listOf, name, oneOf, optional, parameters, releaseNumber } from '../parameters.ts';
import { releaseKey } from './releases.ts';
import { release } from './shapes.ts';

const missingVerdicts = ['undecided', 'rejected', 'confirmed'] as const;
const missingVerdict = z.enum(missingVerdicts);

export const listMissing = operation('listMissing', {
  summary: 'Pages that the baseline has and a release does not.',
  description:
    'By name. They are known once everything was reported; a release of a part of the pages has none.',
  parameters: parameters({
    ...releaseKey,
    so_far: optional(
      flag(
        'While runs are still reported: the pages that are not there yet, also of a release of a part of the pages.',
      ),
    ),
  }),
  answer: z.object({
    release,
    missing: z.array(
      z.object({
        name: z.string(),
        baseline_run_id: z.int().nullable().meta({ description: 'The run with its last image.' }),
        baseline_release_id: z.int().nullable(),
        verdict: missingVerdict.meta({ description: 'confirmed: the page was removed.' }),
        verdict_by: z.string().nullable(),
        verdict_at: z.int().nullable(),
        renamed_to: z.string().nullable().meta({
          description: 'The new page of the release that shows the same; a verdict on either is one on both.',
        }),
        renamed_run_id: z.int().nullable(),
      }),
    ),
    baseline_releases: z
      .array(
        z.object({
          id: z.int(),
          name: z.string(),
          number: z.int(),
          branch: z.string().nullable(),
          commit: z.string().nullable(),
        }),
      )
      .meta({ description: 'The releases of the last images.' }),
  }),
});

export const reviewMissing = operation('reviewMissing', {
  summary: 'Confirms that missing pages were removed, says that they must come back, or undoes either.',
  description:
    'A page whose removal is confirmed is new when it comes back; until then its last image stays its baseline.',
  parameters: parameters({
    ...releaseKey,
    names: listOf('Which pages.', z.string(), { type: 'string' }, 'names'),
    verdict: oneOf('undecided takes a verdict back.', missingVerdicts),
    seen: optional(
      oneOf("The verdict on the decider's screen: 409 where another one was given since.", missingVerdicts),
    ),
  }),
  answer: z.object({ release }),
});

export const compareAgain = operation('compareAgain', {
  summary: 'Chooses the baselines of a release again, and compares runs whose baseline has changed.',
  description:
    'For runs whose baseline the server chose; all of them by default. On a decided release 409. Verdicts stay where the image still differs.',
  parameters: parameters({
    ...releaseKey,
    run_ids: optional(listOf('Which runs.', z.int().min(1), { type: 'integer', minimum: 1 }, 'run ids')),
  }),
  answer: z.object({
    release,
    changed: z.int().meta({ description: 'Runs with another baseline than before.' }),
  }),
});

export const compareWith = operation('compareWith', {
  summary: 'Compares a run with its page in another release.',
  description:
    'The page is looked for under the name of the run, then under its former names. The verdict is cleared. On a decided release 409.',
  parameters: parameters({
    ...releaseKey,
    run_id: integer('ID of the run.'),
    baseline_name: name('Name of the release to compare with.'),
    baseline_number: releaseNumber,
  }),
  answer: z.object({ release, baseline_run_id: z.int() }),
});
