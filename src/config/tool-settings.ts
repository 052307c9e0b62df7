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

const shardText = z
  .string()
  .refine(
    (text) => /^[1-9]\d{0,3}\/(\?|[1-9]\d{0,3})$/.test(text) && isWithin(text),
    'must be two numbers such as 2/5, or 2/?',
  );

function isWithin(text: string): boolean {
  const [index, total] = text.split('/');
  return total === '?' || Number(index) <= Number(total);
}

const nameText = z.string().min(1).max(255);
const commitText = z
  .string()
  .max(100)
  .regex(/^\w[\w.\-+^~/@{}]*$/, 'must be a commit, such as 4f2c1aa');

export const toolSettings = {
  exitZeroOnChanges: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description:
      'Exit with status 0 where it would be 1: differences, missing and new pages, or a release marked bad. Use it where the server reports these as a commit status in the forge.',
    flag: '--exit-zero-on-changes',
    environment: 'DPXDT_EXIT_ZERO_ON_CHANGES',
  }),
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
  git: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: true,
    description: 'Whether to read commit, branch and history from git.',
    flag: '--no-git',
    environment: 'DPXDT_GIT',
  }),
  branch: setting<string | null>({
    schema: nameText,
    kind: 'text',
    default: null,
    defaultText: 'from CI or git',
    description: 'Branch of the code.',
    flag: '--branch <name>',
    environment: 'DPXDT_BRANCH',
  }),
  commit: setting<string | null>({
    schema: commitText,
    kind: 'text',
    default: null,
    defaultText: 'the checked-out commit',
    description: 'Captured commit.',
    flag: '--commit <hash>',
    environment: 'DPXDT_COMMIT',
  }),
  headCommit: setting<string | null>({
    schema: commitText,
    kind: 'text',
    default: null,
    defaultText: 'from CI or git',
    description: 'Newest commit of the branch itself, if the captured commit is a test merge of it.',
    flag: '--head-commit <hash>',
    environment: 'DPXDT_HEAD_COMMIT',
  }),
  baseBranch: setting<string | null>({
    schema: nameText,
    kind: 'text',
    default: null,
    defaultText: 'from the CI environment, else the default branch',
    description: 'Target branch of the pull request, or the branch that this one started from.',
    flag: '--base-branch <name>',
    environment: 'DPXDT_BASE_BRANCH',
  }),
  pullRequest: setting<number | null>({
    schema: z.number().int().min(1).max(2_147_483_647),
    kind: 'number',
    default: null,
    defaultText: 'from the CI environment',
    description: 'Number of the pull request or merge request.',
    flag: '--pull-request <n>',
    environment: 'DPXDT_PULL_REQUEST',
  }),
  baselineCommit: setting<string | null>({
    schema: commitText,
    kind: 'text',
    default: null,
    defaultText: 'where the branch began',
    description: 'Commit at which the search for baselines starts.',
    flag: '--baseline-commit <hash>',
    environment: 'DPXDT_BASELINE_COMMIT',
  }),
  baselineBranch: setting<string | null>({
    schema: nameText,
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: 'Branch at whose newest commit the search for baselines starts.',
    flag: '--baseline-branch <name>',
    environment: 'DPXDT_BASELINE_BRANCH',
  }),
  baselineRelease: setting<string | null>({
    schema: nameText,
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: 'Release to compare everything with.',
    flag: '--baseline-release <name>',
    environment: 'DPXDT_BASELINE_RELEASE',
  }),
  shard: setting<string | null>({
    schema: shardText,
    kind: 'text',
    default: null,
    defaultText: 'from the parallel jobs of the CI environment',
    description:
      'Which part of the release this job sends: 2/5, or 2/? if the total is not known yet; 1/1: all of it.',
    flag: '--shard <i/n>',
    environment: 'DPXDT_SHARD',
  }),
  shardId: setting<string | null>({
    schema: z.string().min(1).max(200),
    kind: 'text',
    default: null,
    defaultText: 'the id of the CI run',
    description: 'Id shared by all shards of a release, including jobs that run again.',
    flag: '--shard-id <id>',
    environment: 'DPXDT_SHARD_ID',
  }),
  subset: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description: 'Send only some of the pages, without reporting the others as missing.',
    flag: '--subset',
    environment: 'DPXDT_SUBSET',
  }),
  freshReview: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: false,
    description: 'Ask about everything again: the release takes over no earlier verdict.',
    flag: '--fresh-review',
    environment: 'DPXDT_FRESH_REVIEW',
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
  waitGoal: setting<'compared' | 'decision' | null>({
    schema: z.enum(['compared', 'decision']),
    kind: 'text',
    default: null,
    defaultText: 'none; --wait waits for compared',
    description:
      'Wait until all comparisons are done (compared), or until people have marked the release good or bad (decision).',
    flag: '--wait-for <what>',
    environment: 'DPXDT_WAIT_FOR',
  }),
  timeoutSeconds: setting({
    schema: z.number().int().min(1).max(86_400),
    kind: 'number',
    default: 1_800,
    description: 'How long --wait and --wait-for wait, in seconds, before they exit with status 6.',
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
