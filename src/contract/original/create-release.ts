import { z } from 'zod';
import { operation, success } from '../operation.ts';
import { buildId, name, optional, parameters, releaseName, shownUrl } from '../parameters.ts';

/** Hashes of every version control have room. */
const maxCommitLength = 100;

export const createRelease = operation('createRelease', {
  summary: 'Creates a new release candidate for a build.',
  description:
    'The number is 1 + the highest under that name in the build. An earlier attempt of the name that is still receiving or processing is superseded: its live tasks are canceled and it becomes bad.',
  parameters: parameters({
    build_id: buildId,
    release_name: releaseName,
    url: optional(shownUrl("URL of the new release's homepage, for people; http or https.")),
    branch: optional(name('Ours: branch that the code is of.')),
    commit: optional(name('Ours: commit that the code is of.', maxCommitLength)),
    ci_url: optional(shownUrl('Ours: page of the CI run, http or https.')),
  }),
  answer: z.object({
    success,
    build_id: z.int(),
    release_name: z.string(),
    release_number: z.int().meta({ description: 'Number assigned to the release.' }),
    url: z.string().nullable(),
  }),
});
