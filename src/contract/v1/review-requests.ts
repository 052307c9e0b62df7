import { z } from 'zod';
import { operation } from '../operation.ts';
import { flag, name, parameters } from '../parameters.ts';
import { releaseKey } from './releases.ts';
import { build, counts, release } from './shapes.ts';

/** Who is asked to review a release. */

export const listReviewers = operation('listReviewers', {
  summary: 'The people who can decide in a build, and which of them are asked to review a release.',
  description: 'By name, without mail addresses. Only for those who can decide themselves.',
  parameters: parameters(releaseKey),
  answer: z.object({
    reviewers: z.array(
      z.object({
        user_id: z.string(),
        name: z.string(),
        requested_by: z.string().nullable().meta({ description: 'The actor; null: not asked.' }),
        requested_at: z.int().nullable(),
      }),
    ),
  }),
});

export const requestReview = operation('requestReview', {
  summary: 'Asks a person to review a release, or withdraws that.',
  description: 'The release then waits for them on their home page until it is decided.',
  parameters: parameters({
    ...releaseKey,
    user_id: name('ID of the person: a reviewer or an admin of the build.'),
    wanted: flag('false withdraws the request.'),
  }),
  answer: z.object({ release }),
});

export const listReviewRequests = operation('listReviewRequests', {
  summary: 'The releases that the caller is asked to review and that are not decided.',
  description: 'Newest request first, at most 100. Empty for keys.',
  parameters: parameters({}),
  answer: z.object({
    requests: z.array(z.object({ build, release, counts, requested_by: z.string(), requested_at: z.int() })),
  }),
});
