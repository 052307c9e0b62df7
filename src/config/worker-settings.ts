/** Settings of a worker on its own machine. */

import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { isLabel, maxLabelLength, maxLabels } from '../domain/tasks/labels.ts';
import { setting } from './resolve-settings.ts';

export const workerSettings = {
  diffWorkers: setting({
    schema: z.number().int().min(0).max(64),
    kind: 'number',
    default: availableParallelism(),
    defaultText: 'one per core',
    description: 'How many comparisons a worker makes at a time, 0 to 64.',
    flag: '--diff-workers <n>',
    environment: 'DPXDT_DIFF_WORKERS',
  }),
  leaseSeconds: setting({
    schema: z.number().int().min(1).max(3_600),
    kind: 'number',
    default: 60,
    description:
      'How long a worker may be silent before its task is given to another, in seconds, 1 to 3600.',
    environment: 'DPXDT_LEASE_SECONDS',
  }),
  labels: setting<readonly string[]>({
    schema: z
      .array(
        z
          .string()
          .refine(
            isLabel,
            `must be 1 to ${maxLabelLength} letters, digits, dots, dashes and underscores, such as "vpn"; "firefox" is not needed: a worker that has Firefox takes such captures anyway`,
          ),
      )
      .max(maxLabels),
    kind: 'list',
    default: [],
    defaultText: 'none',
    description:
      'Label of the worker; repeat the flag or separate labels with commas. The worker also takes tasks that ask for one of them.',
    flag: '--label <label>',
    environment: 'DPXDT_LABELS',
  }),
  labelOnly: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description: 'Take no task without a label.',
    flag: '--label-only',
    environment: 'DPXDT_LABEL_ONLY',
  }),
  browserEndpoints: setting<readonly string[]>({
    schema: z.array(z.string()).max(64),
    kind: 'list',
    default: [],
    defaultText: 'none: the worker starts a browser',
    description:
      'Address of a running browser or Playwright server to capture with, such as http://127.0.0.1:9222; repeat the flag or separate addresses with commas to spread captures.',
    flag: '--browser-endpoint <url>',
    environment: 'DPXDT_BROWSER_ENDPOINTS',
  }),
  trustBrowserEndpoint: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description:
      "Use browsers on other machines, whose pages bypass the worker's egress proxy; the network there must limit what they reach.",
    flag: '--trust-browser-endpoint',
    environment: 'DPXDT_TRUST_BROWSER_ENDPOINT',
  }),
  only: setting<'captures' | 'comparisons' | null>({
    schema: z.enum(['captures', 'comparisons']),
    kind: 'text',
    default: null,
    defaultText: 'both',
    description: 'The only kind of task that a worker takes: captures or comparisons.',
    flag: '--only <kind>',
    environment: 'DPXDT_ONLY',
  }),
  once: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description: 'Exit as soon as there is no task, instead of waiting for more.',
    flag: '--once',
    environment: 'DPXDT_ONCE',
  }),
  maxIdleSeconds: setting<number | null>({
    schema: z.number().int().min(0).max(86_400),
    kind: 'number',
    default: null,
    defaultText: 'none: a worker waits for tasks until it is stopped',
    description: 'Exit after this many seconds without a task, 0 to 86400; 0 is the same as --once.',
    flag: '--max-idle-seconds <n>',
    environment: 'DPXDT_MAX_IDLE_SECONDS',
  }),
} as const;
