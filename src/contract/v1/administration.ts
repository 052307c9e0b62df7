import { z } from 'zod';
import { operation } from '../operation.ts';
import { flag, name, optional, parameters } from '../parameters.ts';
import { apiKey } from './shapes.ts';

/** What only superusers may do, beside the queues. */

const keyId = name('ID of the key.');

export const listSuperuserKeys = operation('listSuperuserKeys', {
  summary: 'The keys of superusers and workers, newest first, without their secrets.',
  description: 'Revoked ones too.',
  parameters: parameters({}),
  answer: z.object({ keys: z.array(apiKey) }),
});

export const createSuperuserKey = operation('createSuperuserKey', {
  summary: 'Creates an API key that reaches every build and the work queue, or one for workers.',
  description: 'The secret is in this answer and nowhere else.',
  parameters: parameters({
    purpose: name('What the key is for.'),
    worker: optional(
      flag('True: a worker key. It reaches the queue, and builds only through tasks that it has leased.'),
    ),
  }),
  answer: z.object({ key: apiKey, secret: z.string() }),
});

export const revokeAnyKey = operation('revokeAnyKey', {
  summary: 'Ends an API key for good, whatever it reaches.',
  description: 'Doing so again changes nothing.',
  parameters: parameters({ key_id: keyId }),
  answer: z.object({ key: apiKey }),
});

export const makeSuperuser = operation('makeSuperuser', {
  summary: 'Lets an API key reach every build and the work queue.',
  description: '',
  parameters: parameters({ key_id: keyId }),
  answer: z.object({ key: apiKey }),
});

export const fsck = operation('fsck', {
  summary: 'Reads everything that is stored and says what does not fit together; changes nothing.',
  description:
    'One at a time. It may take long: spaces are sent ahead of the answer meanwhile, so that the connection stays.',
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
  summary:
    'Moves stored files that belong to no artifact to the trash, and deletes what was there for a week.',
  description:
    'The server does so by itself once a day. One at a time. Within a day after the files and the database first met, and ' +
    'where more than 2 % and more than 100 files would go, it answers `conflict` and moves nothing unless `confirm` is ' +
    'true. It may take long: spaces are sent ahead of the answer meanwhile, so that the connection stays.',
  parameters: parameters({
    confirm: optional(flag('True: the database is the right one, so go on.')),
    dry_run: optional(flag('True: count only, move nothing.')),
  }),
  answer: z.object({
    files: z.int().meta({ description: 'Files that were looked at.' }),
    orphans: z.int().meta({ description: 'Those that belong to no artifact.' }),
    orphan_bytes: z.int(),
    trashed: z.int().meta({ description: 'How many of them went to the trash.' }),
    deleted: z.int().meta({ description: 'Files that left the trash for good.' }),
    deleted_bytes: z.int(),
  }),
});
