/** Calls of the tools that end before there is anything to send. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callDpxdt } from '../support/call-dpxdt.ts';

let currentFolder: string;
beforeAll(async () => {
  currentFolder = await mkdtemp(join(tmpdir(), 'dpxdt-tool-calls-'));
});
afterAll(() => rm(currentFolder, { recursive: true }));

it.each<[string[], RegExp, number]>([
  [['pair-diff', 'http://a/'], /^dpxdt: Name the pages to compare: dpxdt pair-diff BEFORE AFTER/, 2],
  [['pair-diff', 'a', 'b'], /^dpxdt: BEFORE is not an absolute URL: "a"/, 2],
  [['pair-diff', 'http://a/', 'http://b/', '--width', 'x'], /^dpxdt: --width must be a number of pixels/, 2],
  [['pair-diff', 'http://a/', 'http://b/'], /^dpxdt: No build is set: use --upload-build-id 1/, 2],
  [['diff-my-urls', '--upload_build_id=x'], /^dpxdt: The value "x" of flag --upload-build-id is invalid/, 2],
  [
    ['diff-my-urls', '--upload_build_id=1'],
    /^dpxdt: Name the file with the tests: --tests-json-path FILE/,
    2,
  ],
  [['diff-my-urls', '--tests_json_path=none'], /^dpxdt: The test file "none" does not exist/, 2],
  [['diff-my-images', '--upload_build_id=1'], /^dpxdt: Name the images to send/, 2],
  [['diff-my-images', '--dir=none'], /^dpxdt: The folder "none" does not exist/, 2],
  [['diff-my-images', '--imgur_client_id=3'], /^dpxdt: --imgur-client-id is not supported: images stay/, 2],
  [['diff-my-images', '--command_executor', 'x'], /^dpxdt: --command-executor is not supported/, 2],
  [['diff-my-urls', '--desired_capabilities={}'], /^dpxdt: --desired-capabilities is not supported/, 2],
  [['pair-diff', '--flagfile=flags.txt'], /^dpxdt: --flagfile is not supported: use --config FILE/, 2],
  [['release', 'good', '--release', 'r'], /^dpxdt: Name the build: --build 1/, 2],
  [['release', 'bad', '--build', '1'], /^dpxdt: Name the release: --release NAME/, 2],
  [
    ['release', 'good', '--build=1', '--release=r', '--force'],
    /^dpxdt: --force needs a reason .*--note TEXT/,
    2,
  ],
  [
    ['release', 'good', '--build=1', '--release=r', '--force', '--note= '],
    /^dpxdt: --force needs a reason/,
    2,
  ],
  [['release', 'bad', '--build=1', '--release=r', '--force'], /^dpxdt: Unknown option '--force'/, 2],
  [
    ['release', 'good', '--build=1', '--release=r', '--number=0'],
    /^dpxdt: --number must be a whole number from 1/,
    2,
  ],
  [['release', 'maybe'], /^dpxdt: Unknown command 'maybe'\. "dpxdt release --help"/, 2],
  [
    ['release', 'good', '--build=1', '--release=r', '--server=http://127.0.0.1:9'],
    /^dpxdt: Could not reach the server at http:\/\/127\.0\.0\.1:9/,
    5,
  ],
  [
    ['pair-diff', '--junit=x.xml', '--upload_build_id=1', 'http://a/', 'http://b/'],
    /^dpxdt: --junit needs --wait/,
    2,
  ],
  ...(
    [
      [
        ['--shard=6/5'],
        /^dpxdt: The value "6\/5" of flag --shard is invalid: must be two numbers such as 2\/5/,
      ],
      [['--shard=2/5'], /^dpxdt: --shard 2\/5 needs --shard-id: an id shared by all shards/],
      [['--pull_request=x'], /^dpxdt: The value "x" of flag --pull-request is invalid/],
      [['--commit=-x'], /^dpxdt: The value "-x" of flag --commit is invalid: must be a commit/],
      [['--reference_commit=a', '--reference_branch=b'], /^dpxdt: Use only one of --baseline-commit, /],
    ] as const
  ).map(([flags, sentence]): [string[], RegExp, number] => [
    ['pair-diff', '--upload_build_id=1', ...flags, 'http://a/', 'http://b/'],
    sentence,
    2,
  ]),
  [
    [
      'pair-diff',
      '--upload_build_id=1',
      '--release_server_prefix=http://127.0.0.1:9/api',
      'http://a/',
      'http://b/',
    ],
    /^dpxdt: Could not reach the server at http:\/\/127\.0\.0\.1:9/,
    5,
  ],
])('%j ends with a sentence', async (args, sentence, status) => {
  const result = await callDpxdt(args, { currentFolder });
  expect(result.stderr).toMatch(sentence);
  expect(result.stderr).toMatch(/^dpxdt: [^\n]*\n$/);
  expect(result.status).toBe(status);
});
