import { z } from 'zod';
import { gitStoryParameters } from '../git-story.ts';
import { operation, success } from '../operation.ts';
import { buildId, name, optional, parameters, releaseName, shownUrl } from '../parameters.ts';

export const createRelease = operation('createRelease', {
  summary: 'Creates a new release candidate for a build.',
  description:
    'The number is 1 + the highest under that name in the build. Earlier attempts that are still receiving or processing are superseded: their live tasks are canceled and they become bad. Shards with one shard_id get the same release, in any order, and supersede nothing: a shard that comes again reports again, and opens a release that the server alone had marked good. Another name or total answers 409. Once a person has decided, they get a new attempt, with the runs of the other shards.',
  parameters: parameters({
    build_id: buildId,
    release_name: releaseName,
    url: optional(shownUrl("URL of the release's landing page; http or https.")),
    branch: optional(name('Ours: branch of the code.')),
    ci_url: optional(shownUrl('Ours: page of the CI run, http or https.')),
    ...gitStoryParameters,
  }),
  answer: z.object({
    success,
    build_id: z.int(),
    release_name: z.string(),
    release_number: z.int().meta({ description: 'Number assigned to the release.' }),
    url: z.string().nullable(),
  }),
});
