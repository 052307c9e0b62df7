import { z } from 'zod';
import { integer, longText, name, optional } from '../../parameters.ts';

export const queueName = name('Name of the queue.', 100);
export const taskId = name('ID of the task.');
export const owner = optional(name("Who works on the task; the caller's address by default."));
export const leaseId = optional(
  name('The lease that the call speaks for, as leasing gave it; without it the owner is checked.', 64),
);
export const message = optional(longText('How far the work is, for people.', 65_536));
export const messageIndex = optional(integer('Grows with every message, so that late ones are known.', 0));

const epochSeconds = z.number().meta({ description: 'Epoch seconds.' });

/** A task as workers see it. */
export const task = z.object({
  task_id: z.string(),
  queue_name: z.string(),
  eta: epochSeconds,
  source: z.string().nullable(),
  created: epochSeconds,
  lease_attempts: z.int(),
  last_lease: epochSeconds.nullable(),
  payload: z.unknown().meta({ description: 'An object where content_type is application/json, else text.' }),
  content_type: z.string().nullable(),
  lease_id: z
    .string()
    .optional()
    .meta({ description: 'Fences the lease: send it with every call about it.' }),
  config_sha1sum: z.string().optional().meta({
    description: 'Ours, of a run-pdiff task: the capture config of the run, which judges the comparison.',
  }),
});

export type WireTask = z.output<typeof task>;
