import { z } from 'zod';
import { artifactId, operation, success } from '../operation.ts';
import { buildId, name, optional, parameters, releaseNumber } from '../parameters.ts';

export const findRun = operation('findRun', {
  summary: 'Finds the last good run of the given name.',
  description:
    "The run of that name in the build's latest good release that has a usable screenshot of it; failed and rejected ones are not usable. 404 when the build has no good release. When no good release has a usable screenshot of that name, run_name, url, image, log and config are null.",
  parameters: parameters({
    build_id: buildId,
    run_name: name('Name of the run to find the last known-good version of.'),
    release_name: optional(
      name('Ours: the release that asks, with release_number: the answer is what its run is compared with.'),
    ),
    release_number: optional(releaseNumber),
  }),
  answer: z.object({
    success,
    build_id: z.int(),
    release_name: z.string().meta({
      description: "Name of the run's good release; without a run, of the latest good release.",
    }),
    release_number: z.int(),
    run_name: z.string().nullable(),
    url: z.string().nullable(),
    image: artifactId.nullable(),
    log: artifactId.nullable(),
    config: artifactId.nullable(),
    reason: z
      .string()
      .nullable()
      .meta({ description: 'Ours: why it is this one, in words; null where no release asks.' }),
  }),
});
