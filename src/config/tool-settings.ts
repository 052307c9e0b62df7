/** Settings of the tools that make releases. */

import { z } from 'zod';
import { setting } from './resolve-settings.ts';

const httpUrl = z
  .string()
  .max(2_048)
  .refine(
    (text) => ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? ''),
    'must be an http or https URL',
  );

export const toolSettings = {
  buildId: setting<number | null>({
    schema: z.number().int().min(1).max(2_147_483_647),
    kind: 'number',
    default: null,
    defaultText: 'none',
    description: 'Id of the build that a tool makes a release of.',
    flag: '--upload-build-id <id>',
    environment: 'DPXDT_BUILD_ID',
  }),
  releaseName: setting<string | null>({
    schema: z.string().min(1).max(255),
    kind: 'text',
    default: null,
    defaultText: 'in CI the branch and commit, else the time',
    description: 'Name of the release that a tool makes.',
    flag: '--upload-release-name <name>',
    environment: 'DPXDT_RELEASE_NAME',
  }),
  releaseUrl: setting<string | null>({
    schema: httpUrl,
    kind: 'text',
    default: null,
    defaultText: 'the page that the tool begins with, if any',
    description: "Address that is shown with the release, such as its branch's page; http or https.",
    flag: '--release-cut-url <url>',
    environment: 'DPXDT_RELEASE_CUT_URL',
  }),
  branch: setting<string | null>({
    schema: z.string().min(1).max(255),
    kind: 'text',
    default: null,
    defaultText: 'what the CI says',
    description: 'Branch that is shown with the release.',
    flag: '--branch <name>',
    environment: 'DPXDT_BRANCH',
  }),
  commit: setting<string | null>({
    schema: z.string().min(1).max(100),
    kind: 'text',
    default: null,
    defaultText: 'what the CI says',
    description: 'Commit that is shown with the release.',
    flag: '--commit <hash>',
    environment: 'DPXDT_COMMIT',
  }),
  ciUrl: setting<string | null>({
    schema: httpUrl,
    kind: 'text',
    default: null,
    defaultText: 'what the CI says',
    description: 'Page of the CI run that is linked with the release.',
    flag: '--ci-url <url>',
    environment: 'DPXDT_CI_URL',
  }),
  wait: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description:
      'Stay until the release is ready for review, print what differs, and end with a status that says it.',
    flag: '--wait',
    environment: 'DPXDT_WAIT',
  }),
  timeoutSeconds: setting({
    schema: z.number().int().min(1).max(86_400),
    kind: 'number',
    default: 1_800,
    description: 'How long --wait waits, in seconds; then the status is 6.',
    flag: '--timeout <seconds>',
    environment: 'DPXDT_TIMEOUT_SECONDS',
  }),
  summary: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none; GitHub Actions gets one without asking',
    description: 'File to write a summary to as Markdown.',
    flag: '--summary <file>',
    environment: 'DPXDT_SUMMARY',
  }),
  sendConcurrency: setting({
    schema: z.number().int().min(1).max(64),
    kind: 'number',
    default: 8,
    description: 'Runs that a tool sends at a time, 1 to 64.',
    flag: '--send-concurrency <n>',
    environment: 'DPXDT_SEND_CONCURRENCY',
  }),
  testsJsonPath: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: 'File with the tests, JSON or YAML.',
    flag: '--tests-json-path <file>',
    environment: 'DPXDT_TESTS_JSON_PATH',
  }),
} as const;
