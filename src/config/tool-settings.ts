/** Settings of the tools that create releases. */

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
    description: 'ID of the build to create the release in.',
    flag: '--upload-build-id <id>',
    environment: 'DPXDT_BUILD_ID',
  }),
  releaseName: setting<string | null>({
    schema: z.string().min(1).max(255),
    kind: 'text',
    default: null,
    defaultText: 'in CI, branch and commit; otherwise the time',
    description: 'Name of the release to create.',
    flag: '--upload-release-name <name>',
    environment: 'DPXDT_RELEASE_NAME',
  }),
  releaseUrl: setting<string | null>({
    schema: httpUrl,
    kind: 'text',
    default: null,
    defaultText: "the tool's start page, if any",
    description: "Address shown with the release, such as its branch's page; http or https.",
    flag: '--release-cut-url <url>',
    environment: 'DPXDT_RELEASE_CUT_URL',
  }),
  branch: setting<string | null>({
    schema: z.string().min(1).max(255),
    kind: 'text',
    default: null,
    defaultText: 'from the CI environment',
    description: 'Branch shown with the release.',
    flag: '--branch <name>',
    environment: 'DPXDT_BRANCH',
  }),
  commit: setting<string | null>({
    schema: z.string().min(1).max(100),
    kind: 'text',
    default: null,
    defaultText: 'from the CI environment',
    description: 'Commit shown with the release.',
    flag: '--commit <hash>',
    environment: 'DPXDT_COMMIT',
  }),
  ciUrl: setting<string | null>({
    schema: httpUrl,
    kind: 'text',
    default: null,
    defaultText: 'from the CI environment',
    description: 'Page of the CI run, linked from the release.',
    flag: '--ci-url <url>',
    environment: 'DPXDT_CI_URL',
  }),
  wait: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description:
      'Wait until the release is ready for review, print what differs, and exit with a matching status.',
    flag: '--wait',
    environment: 'DPXDT_WAIT',
  }),
  timeoutSeconds: setting({
    schema: z.number().int().min(1).max(86_400),
    kind: 'number',
    default: 1_800,
    description: 'How long --wait waits, in seconds, before it exits with status 6.',
    flag: '--timeout <seconds>',
    environment: 'DPXDT_TIMEOUT_SECONDS',
  }),
  summary: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none; in GitHub Actions, a summary is always written',
    description: 'File to write a summary to, as Markdown.',
    flag: '--summary <file>',
    environment: 'DPXDT_SUMMARY',
  }),
  sendConcurrency: setting({
    schema: z.number().int().min(1).max(64),
    kind: 'number',
    default: 8,
    description: 'How many runs to send at a time, 1 to 64.',
    flag: '--send-concurrency <n>',
    environment: 'DPXDT_SEND_CONCURRENCY',
  }),
  testsJsonPath: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: 'Test file, JSON or YAML.',
    flag: '--tests-json-path <file>',
    environment: 'DPXDT_TESTS_JSON_PATH',
  }),
} as const;
