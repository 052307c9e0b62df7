import { z } from 'zod';
import { operation, success } from './operation.ts';
import { gitStoryParameters } from './git-story.ts';
import { buildId, name, optional, parameters, releaseName, shownUrl } from './parameters.ts';

export const createRelease = operation({
  name: 'create_release',
  method: 'POST',
  path: '/api/create_release',
  summary: 'Creates a new release candidate for a build.',
  description:
    'The number is 1 + the highest under that name in the build. An earlier attempt of the name that is still receiving or processing is superseded: its live tasks are cancelled and it becomes bad.',
  access: 'build',
  parameters: parameters({
    build_id: buildId,
    release_name: releaseName,
    url: optional(shownUrl("URL of the new release's homepage, for people; http or https.")),
    branch: optional(name('Ours: branch that the code is of.')),
    ci_url: optional(shownUrl('Ours: page of the CI run, http or https.')),
    ...gitStoryParameters,
  }),
  takesFile: false,
  answer: z.object({
    success,
    build_id: z.int(),
    release_name: z.string(),
    release_number: z.int().meta({ description: 'Number assigned to the release.' }),
    url: z.string().nullable(),
  }),
  repeatable: false,
});
