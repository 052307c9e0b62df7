import { z } from 'zod';
import { operation } from '../operation.ts';
import { flag, name, optional, parameters } from '../parameters.ts';
import { apiKey } from './shapes.ts';

/** Operations for superusers, besides the queues. */

const keyId = name('ID of the key.');

export const listSuperuserKeys = operation('listSuperuserKeys', {
  summary: 'The keys of superusers and workers, newest first, without their secrets.',
  description: 'Includes revoked keys.',
  parameters: parameters({}),
  answer: z.object({ keys: z.array(apiKey) }),
});

export const createSuperuserKey = operation('createSuperuserKey', {
  summary: 'Creates an API key that can access every build and the work queue, or a worker key.',
  description: 'The secret is only in this answer.',
  parameters: parameters({
    purpose: name('What the key is for.'),
    worker: optional(
      flag('True: a worker key. It can access the queue, and builds only through its leased tasks.'),
    ),
  }),
  answer: z.object({ key: apiKey, secret: z.string() }),
});

export const revokeAnyKey = operation('revokeAnyKey', {
  summary: 'Revokes an API key of any kind permanently.',
  description: 'Repeating the call changes nothing.',
  parameters: parameters({ key_id: keyId }),
  answer: z.object({ key: apiKey }),
});

export const makeSuperuser = operation('makeSuperuser', {
  summary: 'Gives an API key access to every build and the work queue.',
  description: '',
  parameters: parameters({ key_id: keyId }),
  answer: z.object({ key: apiKey }),
});

export const fsck = operation('fsck', {
  summary: 'Checks all stored data for inconsistencies; changes nothing.',
  description:
    'Only one check runs at a time. It may take long: spaces are sent before the answer to keep the connection open.',
  parameters: parameters({}),
  answer: z.object({
    artifacts: z.int(),
    runs: z.int(),
    problems: z.array(
      z.object({
        kind: z.enum(['artifact_corrupt', 'orphan_blob', 'wrong_status', 'stray_task', 'stuck_run']),
        message: z.string(),
      }),
    ),
  }),
});

export const sweepStorage = operation('sweepStorage', {
  summary: 'Moves orphaned files to the trash, and deletes files that have been there for a week.',
  description:
    'The server also does this daily. Only one sweep runs at a time. Within a day after the files and the database were joined, and ' +
    'if more than 2 % and more than 100 files would be moved that the database did not drop itself, it answers `conflict` and moves nothing unless `confirm` is ' +
    'true. It may take long: spaces are sent before the answer to keep the connection open.',
  parameters: parameters({
    confirm: optional(flag('True: the database is the right one, so continue.')),
    dry_run: optional(flag('True: only count, do not move files.')),
  }),
  answer: z.object({
    files: z.int().meta({ description: 'Files checked.' }),
    orphans: z.int().meta({ description: 'Orphaned files.' }),
    orphan_bytes: z.int(),
    dropped: z.int().meta({
      description:
        'Orphans that are expected, because the runs that used them were deleted or they were never used.',
    }),
    trashed: z.int().meta({ description: 'How many of them were moved to the trash.' }),
    deleted: z.int().meta({ description: 'Files permanently deleted from the trash.' }),
    deleted_bytes: z.int(),
    refusal: z.string().nullable().meta({
      description: 'With `dry_run`: why a sweep moves nothing without `confirm`; otherwise null.',
    }),
  }),
});
