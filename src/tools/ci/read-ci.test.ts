import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { maxEventBytes, readEventFile } from './read-event.ts';
import { ciSystems, readCi, type CiRun } from './read-ci.ts';

interface Fixture {
  what: string;
  environment: Record<string, string>;
  event?: unknown;
  says: Partial<CiRun>;
  /** What the others say differently, and why. */
  oracles: Partial<Record<'env-ci' | 'ci-info', Record<string, string>>>;
}

const folder = join(import.meta.dirname, '../../../test/fixtures/ci');
const fixtures = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name): [string, Fixture] => [
    name.replace('.json', ''),
    JSON.parse(readFileSync(join(folder, name), 'utf8')) as Fixture,
  ]);

const nothing: CiRun = {
  system: null,
  fullClone: null,
  countsOtherSteps: false,
  commit: null,
  headCommit: null,
  branch: null,
  tag: null,
  baseBranch: null,
  defaultBranch: null,
  pullRequest: null,
  repository: null,
  headRepository: null,
  startCommit: null,
  testMergeHead: null,
  isOfEarlierJob: false,
  mayHoldBase: false,
  ciUrl: null,
  shard: null,
  shardId: null,
};

function read({ environment, event }: Fixture): CiRun {
  const env = event === undefined ? environment : { ...environment, GITHUB_EVENT_PATH: '/event.json' };
  return readCi(env, (path) => (path === '/event.json' ? event : null));
}

it('has a fixture of every system', () => {
  const known = new Set(fixtures.map(([, fixture]) => fixture.says.system ?? null));
  expect(ciSystems.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
});

describe.each(fixtures)('%s', (_name, fixture) => {
  it('is read as it says', () => {
    const { fullClone, ...found } = read(fixture);
    expect({ ...found, countsOtherSteps: false, fullClone: null }).toEqual({ ...nothing, ...fixture.says });
    expect(fullClone === null).toBe(found.system === null);
  });

  it('is read as env-ci and ci-info read it, but for what is listed', () => {
    const { system, commit, branch, baseBranch, pullRequest } = read(fixture);
    if (system === null) return expect(askEnvCi(fixture).isCi).toBe(false);
    const isPullRequest = pullRequest !== null;
    const theirs = askEnvCi(fixture);
    const ours = {
      service: services[system]!.envCi,
      commit,
      branch: isPullRequest ? baseBranch : branch,
      pr: pullRequest === null ? null : String(pullRequest),
      prBranch: isPullRequest ? branch : null,
    };
    const different = Object.keys(ours).filter(
      (key) => ours[key as keyof typeof ours] !== (theirs[key] ? String(theirs[key]) : null),
    );
    expect(different.toSorted()).toEqual(Object.keys(fixture.oracles['env-ci'] ?? {}).toSorted());

    const info = askCiInfo(fixture.environment);
    expect(info[services[system]!.ciInfo] ?? 'unknown').toBe(
      services[system]!.isUnknownToCiInfo ? 'unknown' : true,
    );
    const isDifferent = info.isPR !== null && info.isPR !== isPullRequest;
    expect(isDifferent ? ['isPR'] : []).toEqual(Object.keys(fixture.oracles['ci-info'] ?? {}));
  });
});

const services: Record<string, { envCi: string; ciInfo: string; isUnknownToCiInfo?: boolean }> = {
  'GitHub Actions': { envCi: 'github', ciInfo: 'GITHUB_ACTIONS' },
  'Gitea Actions': { envCi: 'gitea', ciInfo: 'GITEA_ACTIONS' },
  'Forgejo Actions': { envCi: 'forgejo', ciInfo: 'FORGEJO_ACTIONS', isUnknownToCiInfo: true },
  'GitLab CI': { envCi: 'gitlab', ciInfo: 'GITLAB' },
  'Bitbucket Pipelines': { envCi: 'bitbucket', ciInfo: 'BITBUCKET' },
  CircleCI: { envCi: 'circleci', ciInfo: 'CIRCLE' },
  Jenkins: { envCi: 'jenkins', ciInfo: 'JENKINS' },
  'Azure Pipelines': { envCi: 'azurePipelines', ciInfo: 'AZURE_PIPELINES' },
  Buildkite: { envCi: 'buildkite', ciInfo: 'BUILDKITE' },
  'Woodpecker CI': { envCi: 'woodpecker', ciInfo: 'WOODPECKER' },
  Drone: { envCi: 'drone', ciInfo: 'DRONE' },
};

const require = createRequire(import.meta.url);
const { default: envCi } = require('env-ci') as {
  default: (options: object) => Record<string, string | undefined> & { isCi: boolean };
};

function askEnvCi({ environment, event }: Fixture) {
  const cwd = mkdtempSync(join(tmpdir(), 'dpxdt-env-ci-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const path = join(cwd, 'event.json');
  if (event !== undefined) writeFileSync(path, JSON.stringify(event));
  return envCi({ env: { ...environment, ...(event !== undefined && { GITHUB_EVENT_PATH: path }) }, cwd });
}

/** It looks at the environment once, when it is loaded. */
function askCiInfo(environment: Record<string, string>): Record<string, unknown> & { isPR: boolean | null } {
  const file = require.resolve('ci-info');
  const own = process.env;
  Reflect.deleteProperty(require.cache, file);
  process.env = environment;
  try {
    return require('ci-info') as Record<string, unknown> & { isPR: boolean | null };
  } finally {
    process.env = own;
    Reflect.deleteProperty(require.cache, file);
  }
}

describe('readCi', () => {
  it('passes on nothing that the API would refuse', () => {
    const found = readCi({
      CIRCLECI: 'true',
      CIRCLE_BRANCH: `a\u0000b\n${'x'.repeat(400)}`,
      CIRCLE_SHA1: 'r1234',
      CIRCLE_PR_NUMBER: '99999999999',
      CIRCLE_BUILD_URL: 'javascript:alert(1)',
      CIRCLE_REPOSITORY_URL: 'file:///srv/web',
    });
    expect(found.branch).toBe(`ab${'x'.repeat(253)}`);
    expect([found.commit, found.pullRequest, found.ciUrl, found.repository]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it.each([null, 'text', 7, [], { pull_request: 'odd' }, { pull_request: { head: null }, number: '7' }])(
    'reads an odd event as one that says nothing: %j',
    (event) => {
      const env = {
        GITHUB_ACTIONS: 'true',
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_EVENT_PATH: '/event.json',
        GITHUB_HEAD_REF: 'feature/y',
        GITHUB_REF: 'refs/pull/7/merge',
        GITHUB_SHA: 'f'.repeat(40),
      };
      expect(readCi(env, () => event)).toMatchObject({
        branch: 'feature/y',
        commit: 'f'.repeat(40),
        headCommit: null,
        pullRequest: 7,
      });
    },
  );

  it.each([
    'HEAD',
    'pull/7',
    'pull/7/head',
    '7/merge',
    'refs/pull/7/merge',
    'refs/tags/v1',
    'gh-readonly-queue/main/pr-1-a',
  ])('takes %s for no branch', (name) => {
    expect(readCi({ GITLAB_CI: 'true', CI_COMMIT_REF_NAME: name }).branch).toBeNull();
  });

  it('takes the jobs of a matrix for no shards', () => {
    const gitlab = { GITLAB_CI: 'true', CI_NODE_INDEX: '1', CI_NODE_TOTAL: '2' };
    expect(readCi({ ...gitlab, CI_JOB_NAME: 'screenshots: [firefox]' }).shard).toBeNull();
    expect(readCi({ ...gitlab, CI_JOB_NAME: 'screenshots 1/2' }).shard).toEqual({ index: 1, total: 2 });
    const azure = { TF_BUILD: 'True', SYSTEM_JOBPOSITIONINPHASE: '1', SYSTEM_TOTALJOBSINPHASE: '2' };
    expect(readCi({ ...azure, SYSTEM_PARALLELEXECUTIONTYPE: 'MultiConfiguration' }).shard).toBeNull();
    expect(readCi({ ...azure, SYSTEM_PARALLELEXECUTIONTYPE: 'MultiMachine' }).shard).toEqual({
      index: 1,
      total: 2,
    });
  });

  it.each([
    ['1', '1', null],
    ['2', '5', { index: 2, total: 5 }],
    ['0', '5', null],
    ['6', '5', null],
    ['x', '5', null],
    ['', '5', null],
  ])('takes job %s of %s for %j', (index, total, shard) => {
    expect(readCi({ GITLAB_CI: 'true', CI_NODE_INDEX: index, CI_NODE_TOTAL: total }).shard).toEqual(shard);
  });
});

it('reads an event file, unless it is missing, no JSON or too large', () => {
  const cwd = mkdtempSync(join(tmpdir(), 'dpxdt-event-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  const path = join(cwd, 'event.json');
  expect(readEventFile(path)).toBeNull();
  writeFileSync(path, '{"number":7}');
  expect(readEventFile(path)).toEqual({ number: 7 });
  writeFileSync(path, '{');
  expect(readEventFile(path)).toBeNull();
  writeFileSync(path, '7');
  truncateSync(path, maxEventBytes + 1);
  expect(readEventFile(path)).toBeNull();
});
