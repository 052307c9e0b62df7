import { z } from 'zod';
import { releaseStatuses } from '../../domain/model.ts';
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
  'Chosen by the caller: the same operation again changes nothing and gets the same answer.',
);
export const versionSeen = integer('Version on the screen of who decides.', 0);
export const note = name('Why, for the log of decisions.');

export const listReleases = operation('listReleases', {
  summary: 'The releases of a build, newest first, with their counts.',
  description:
    'baseline is the newest good release: what new screenshots are compared with. A page that failed or was rejected in it, or is not in it, keeps its former baseline.',
  parameters: parameters({
    build_id: buildId,
    release_name: optional(name('Only the attempts of this name.')),
    status: optional(oneOf('Only in this state.', releaseStatuses)),
    search: optional(name('Only those whose name contains this; letters A to Z in any case.')),
    page_size: pageSize,
    offset,
  }),
  answer: z.object({
    build,
    baseline: release.nullable(),
    total: z.int().meta({ description: 'Of the build, whatever the filter.' }),
    releases: z.array(z.object({ release, counts })),
  }),
});

export const reviewRelease = operation('reviewRelease', {
  summary: 'Marks a release good or bad, or puts it back to reviewing.',
  description:
    'With version, 409 when someone decided or differences arrived after that version was seen. A release with rejected runs is marked good only with except_rejected: else 409, with their count in details. reopen is the undo of both decisions.',
  parameters: parameters({
    ...releaseKey,
    decision: oneOf('What becomes of it.', ['good', 'bad', 'reopen']),
    version: optional(versionSeen),
    operation_id: optional(operationId),
    note: optional(note),
    except_rejected: optional(
      flag(
        'With good: true marks the release good although runs are rejected; their pages keep their former baseline.',
      ),
    ),
  }),
  answer: z.object({
    release,
    baseline: release.nullable().meta({
      description:
        "The build's newest good release now, whatever was decided. Marking an older release good does not change it.",
    }),
  }),
});
