import { z } from 'zod';
import { operation, success } from '../operation.ts';
import { shard } from '../shard.ts';
import { buildId, optional, parameters, releaseName, releaseNumber } from '../parameters.ts';

export const runsDone = operation('runsDone', {
  summary: 'Marks a release candidate as having all runs reported.',
  description:
    'The release goes from receiving to processing, and on to reviewing once nothing is pending. Calling it again while processing or reviewing changes nothing; a decided release answers 409. In a release with shards, it ends the one that shard names, and the last of them starts the processing.',
  parameters: parameters({
    build_id: buildId,
    release_name: releaseName,
    release_number: releaseNumber,
    shard: optional(shard),
  }),
  answer: z.object({
    success,
    results_url: z.string().meta({ description: 'Address of the release in the review UI.' }),
  }),
});
