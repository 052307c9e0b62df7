/** Deleting releases and builds, restoring them, and how long a build keeps its releases. */

import { z } from 'zod';
import { operation } from '../operation.ts';
import { buildId, name, parameters } from '../parameters.ts';
import { releaseKey } from './releases.ts';
import { retentionParameters } from './retention-settings.ts';
import { build, release } from './shapes.ts';

const freed = z
  .object({ artifacts: z.int(), bytes: z.int() })
  .meta({ description: 'What nothing else uses, so that its disk space becomes free.' });

const deletedAt = z.int().meta({ description: 'Epoch milliseconds.' });
const deletedBy = z.string().meta({ description: 'The actor: key:<id>, local; server for retention.' });
const restorableUntil = z
  .int()
  .meta({ description: 'Epoch milliseconds: until then, it can be restored. Then its rows are removed.' });
const deletion = { deleted_at: deletedAt, deleted_by: deletedBy, restorable_until: restorableUntil };

export const deleteRelease = operation('deleteRelease', {
  summary: 'Deletes a release; for a day, it can be restored.',
  description:
    'It is in no list and no answer from now on, and new runs are not compared with it. One that still receives or processes runs is marked bad first. For admins of the build and superusers.',
  parameters: parameters({
    ...releaseKey,
    confirm: name('The name of the release again, so that no other is deleted by mistake.'),
  }),
  answer: z.object({ release, ...deletion }),
});

export const restoreRelease = operation('restoreRelease', {
  summary: 'Restores a deleted release.',
  description:
    'Within a day after it was deleted, by a person or by retention. For admins of the build and superusers.',
  parameters: parameters(releaseKey),
  answer: z.object({ release }),
});

export const previewDeletion = operation('previewDeletion', {
  summary: 'What deleting a release would mean.',
  description: 'Changes nothing. For admins of the build and superusers.',
  parameters: parameters(releaseKey),
  answer: z.object({
    baselines: z.int().meta({
      description:
        'Pages whose newest accepted screenshot it has: new runs would be compared with an older one, or be new.',
    }),
    freed,
  }),
});

export const listDeletedReleases = operation('listDeletedReleases', {
  summary: 'The deleted releases of a build that can be restored, latest first.',
  description: 'At most 1,000. For admins of the build and superusers.',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({ releases: z.array(z.object({ release, ...deletion })) }),
});

export const deleteBuild = operation('deleteBuild', {
  summary: 'Deletes a build with everything in it; for a day, it can be restored.',
  description:
    'It looks as if it did not exist, also to its keys, and the tasks of its releases end. For admins of the build and superusers.',
  parameters: parameters({
    build_id: buildId,
    confirm: name('The name of the build again, so that no other is deleted by mistake.'),
  }),
  answer: z.object({ build, ...deletion }),
});

export const restoreBuild = operation('restoreBuild', {
  summary: 'Restores a deleted build.',
  description: 'Within a day after it was deleted. For admins of the build and superusers.',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({ build }),
});

export const listDeletedBuilds = operation('listDeletedBuilds', {
  summary: 'The deleted builds that the caller can restore, latest first.',
  description: 'At most 1,000 of the server are looked at.',
  parameters: parameters({}),
  answer: z.object({ builds: z.array(z.object({ build, ...deletion })) }),
});

export const previewRetention = operation('previewRetention', {
  summary: "What a build's retention would delete now.",
  description:
    'Changes nothing. Rules that are not given are those of the build. For admins of the build and superusers.',
  parameters: parameters({ build_id: buildId, ...retentionParameters }),
  answer: z.object({
    total: z.int().meta({ description: 'How many releases would be deleted.' }),
    releases: z
      .array(z.object({ id: z.int(), name: z.string(), number: z.int(), created_at: z.int() }))
      .meta({ description: 'The oldest 100 of them, oldest first.' }),
    kept_for_baselines: z.int().meta({
      description:
        'Releases past the rules that stay, because they hold the newest accepted screenshot of a page or an open release is compared with them.',
    }),
    freed,
  }),
});

export const buildDisk = operation('buildDisk', {
  summary: 'How much disk space a build uses.',
  description:
    'An artifact that several builds have counts for each. For admins of the build and superusers.',
  parameters: parameters({ build_id: buildId }),
  answer: z.object({ artifacts: z.int(), bytes: z.int() }),
});
