/** Settings of the local tool: `dpxdt update` and `dpxdt test`. */

import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { setting } from './resolve-settings.ts';

/** Twice the cores, at most 16: four pages at a time saturate two cores. */
function defaultWorkers(): number {
  return Math.min(16, Math.max(2, availableParallelism() * 2));
}

export const localSettings = {
  workers: setting({
    schema: z.number().int().min(1).max(64),
    kind: 'number',
    default: defaultWorkers(),
    defaultText: 'twice the cores, 2 to 16',
    description: 'How many pages to capture at a time, 1 to 64.',
    flag: '--workers <n>',
    environment: 'DPXDT_WORKERS',
  }),
  report: setting({
    schema: z.string().min(1),
    kind: 'text',
    default: 'dpxdt-report',
    description: 'Report folder, relative to the current folder.',
    flag: '--report <dir>',
    environment: 'DPXDT_REPORT',
  }),
  junit: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: 'File to write the results to, as JUnit XML.',
    flag: '--junit <file>',
    environment: 'DPXDT_JUNIT',
  }),
  setup: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: true,
    description: 'Whether to run the bash scripts in the YAML (setup, waitFor).',
    flag: '--no-setup',
    environment: 'DPXDT_SETUP',
  }),
  allowNoBaseline: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description: 'Do not fail tests that have no baseline.',
    flag: '--allow-no-baseline',
    environment: 'DPXDT_ALLOW_NO_BASELINE',
  }),
  failOnForgiven: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description: "Count forgiven pixels as differences, unless a test's config says otherwise.",
    flag: '--fail-on-forgiven',
    environment: 'DPXDT_FAIL_ON_FORGIVEN',
  }),
  retries: setting({
    schema: z.number().int().min(0).max(10),
    kind: 'number',
    default: 0,
    description: 'How many times to recapture a page that differs, 0 to 10; every capture is shown.',
    flag: '--retries <n>',
    environment: 'DPXDT_RETRIES',
  }),
  failUnsettled: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description: 'Fail tests of pages that never settled.',
    flag: '--fail-unsettled',
    environment: 'DPXDT_FAIL_UNSETTLED',
  }),
  baselineRule: setting<'shared' | 'per-platform' | null>({
    schema: z.enum(['shared', 'per-platform']),
    kind: 'text',
    default: null,
    defaultText: 'what each file says, else shared',
    description: 'Whether all platforms share baselines or each has its own: shared or per-platform.',
    flag: '--references <rule>',
    environment: 'DPXDT_REFERENCES',
  }),
  baseUrl: setting<string | null>({
    schema: z
      .string()
      .max(2_048)
      .refine(
        (text) => ['http:', 'https:', 'file:'].includes(URL.parse(text)?.protocol ?? ''),
        'it must be an http, https or file URL, such as http://localhost:8000/',
      ),
    kind: 'text',
    default: null,
    defaultText: 'what each file says',
    description: 'What relative addresses of the YAML are relative to, instead of what the files say.',
    flag: '--base-url <url>',
    environment: 'DPXDT_BASE_URL',
  }),
};
