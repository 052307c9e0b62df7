import { z } from 'zod';
import { releaseStatuses } from '../../domain/releases/release.ts';
import { operation } from '../operation.ts';
import {
  buildId,
  flag,
  integer,
  name,
  oneOf,
  optional,
  parameters,
  releaseName,
  releaseNumber,
} from '../parameters.ts';
import { offset, pageSize } from './builds.ts';
import { build, counts, release } from './shapes.ts';

export const releaseKey = {
  build_id: buildId,
  release_name: releaseName,
  release_number: releaseNumber,
};

export const operationId = name(
  'Chosen by the caller: repeating an operation changes nothing and returns the same answer.',
);
export const versionSeen = integer("Version on the decider's screen.", 0);
export const note = name('The reason, for the activity log.');

export const listReleases = operation('listReleases', {
  summary: 'The releases of a build, newest first, with their counts.',
  description:
    'baseline is the latest good release, which new screenshots are compared with. A page that failed, was rejected or is missing in it keeps its previous baseline.',
  parameters: parameters({
    build_id: buildId,
    release_name: optional(name('Only the attempts of this name.')),
    status: optional(oneOf('Only in this state.', releaseStatuses)),
    search: optional(name('Only names that contain this; case-insensitive for A to Z.')),
    branch: optional(name('Only of this branch.')),
    pull_request: optional(integer('Only of the pull request with this number.')),
    page_size: pageSize,
    offset,
  }),
  answer: z.object({
    build,
    baseline: release.nullable(),
    total: z.int().meta({ description: 'Of the build, regardless of the filter.' }),
    releases: z.array(z.object({ release, counts })),
  }),
});

export const listBranches = operation('listBranches', {
  summary: 'The branches of a build, each with its newest release.',
  description: 'At most 200, the branch with the newest release first.',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({
    branches: z.array(
      z.object({
        name: z.string(),
        is_main: z.boolean().meta({ description: 'The build counts it as a main branch.' }),
        newest_release: release,
      }),
    ),
  }),
});

export const finalizeRelease = operation('finalizeRelease', {
  summary: 'Declares that a release gets no more shards.',
  description:
    'Where their total was not known, it is the highest shard that began. The release is processed once they are all done; if one never began and none still reports, it has a fault at once.',
  parameters: parameters({
    build_id: buildId,
    shard_id: name('The one that the shards have in common.', 200),
  }),
  answer: z.object({ release }),
});

export const reviewRelease = operation('reviewRelease', {
  summary: 'Marks a release good or bad, or reopens its review.',
  description:
    'With version, 409 when another decision or new differences arrived after that version. A release with rejected runs is marked good only with except_rejected; otherwise 409, with their count in details. reopen undoes both decisions.',
  parameters: parameters({
    ...releaseKey,
    decision: oneOf('The decision.', ['good', 'bad', 'reopen']),
    version: optional(versionSeen),
    operation_id: optional(operationId),
    note: optional(note),
    except_rejected: optional(
      flag(
        'With good: true marks the release good even if runs are rejected; their pages keep their previous baseline.',
      ),
    ),
  }),
  answer: z.object({
    release,
    left_open: z
      .object({
        undecided: z.int(),
        partly_approved: z.int(),
        rejected: z.int(),
        failed: z.int().meta({ description: 'Without those that a person accepted.' }),
        new: z.int().meta({ description: 'Without a verdict.' }),
        missing: z.int(),
        waiting: z.int(),
      })
      .nullable()
      .meta({ description: 'What was open or rejected when this call marked the release good; else null.' }),
    baseline: release.nullable().meta({
      description:
        "The build's latest good release after the decision. Marking an older release good does not change it.",
    }),
  }),
});
