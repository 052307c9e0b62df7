import { z } from 'zod';
import { integer, longText, name, optional } from '../../parameters.ts';

export const queueName = name('Name of the queue.', 100);
export const taskId = name('ID of the task.');
export const owner = optional(name("Who works on the task; the caller's address by default."));
export const leaseId = optional(name('The lease ID from leasing; without it, the owner is checked.', 64));
export const message = optional(longText('Progress message for people.', 65_536));
export const messageIndex = optional(
  integer('Increases with every message, so that late ones are recognized.', 0),
);

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
  payload: z.unknown().meta({ description: 'An object if content_type is application/json, else text.' }),
  content_type: z.string().nullable(),
  lease_id: z
    .string()
    .optional()
    .meta({ description: 'Identifies the lease: send it with every call about the task.' }),
  config_sha1sum: z.string().optional().meta({
    description: 'Ours, for run-pdiff tasks: the capture config of the run, with the comparison settings.',
  }),
  run_dom_sha1sum: z.string().optional().meta({
    description:
      'Ours, for run-pdiff tasks: the recorded structure of the page; only if both pages have one.',
  }),
  ref_dom_sha1sum: z
    .string()
    .optional()
    .meta({ description: 'Ours, for run-pdiff tasks: the same of the baseline.' }),
  shots: z.array(z.string()).optional().meta({
    description: 'Ours: names of `shot` steps; the runs `<run>/<shot>` wait for this capture as well.',
  }),
  with_pixels: z.boolean().optional().meta({
    description:
      'Ours, for capture tasks: report pixels_sha256, because nothing will be compared with the screenshot.',
  }),
  traceparent: z.string().optional().meta({
    description: 'Ours: the trace that the task belongs to, as a W3C Trace Context header.',
  }),
});

export type WireTask = z.output<typeof task>;
