import { describe, expect, it } from 'vitest';
import { defaultReleaseName, readCiEnvironment } from './ci-environment.ts';

const sha = '0123456789abcdef0123456789abcdef01234567';

describe('readCiEnvironment', () => {
  const cases: [string, Record<string, string>, { branch: string; ciUrl: string }][] = [
    [
      'GitHub Actions',
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_REF_NAME: 'feature/x',
        GITHUB_SHA: sha,
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'shop/web',
        GITHUB_RUN_ID: '77',
        GITHUB_RUN_ATTEMPT: '2',
      },
      { branch: 'feature/x', ciUrl: 'https://github.com/shop/web/actions/runs/77/attempts/2' },
    ],
    [
      'GitLab CI',
      {
        GITLAB_CI: 'true',
        CI_COMMIT_REF_NAME: 'refs/merge-requests/3/head',
        CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'feature/x',
        CI_COMMIT_SHA: sha,
        CI_JOB_URL: 'https://gitlab.example.com/shop/web/-/jobs/9',
      },
      { branch: 'feature/x', ciUrl: 'https://gitlab.example.com/shop/web/-/jobs/9' },
    ],
    [
      'Jenkins',
      {
        JENKINS_URL: 'https://ci.example.com/',
        GIT_BRANCH: 'origin/feature/x',
        GIT_COMMIT: sha,
        BUILD_URL: 'https://ci.example.com/job/web/9/',
      },
      { branch: 'feature/x', ciUrl: 'https://ci.example.com/job/web/9/' },
    ],
    [
      'CircleCI',
      {
        CIRCLECI: 'true',
        CIRCLE_BRANCH: 'feature/x',
        CIRCLE_SHA1: sha,
        CIRCLE_BUILD_URL: 'https://circleci.com/gh/shop/web/9',
      },
      { branch: 'feature/x', ciUrl: 'https://circleci.com/gh/shop/web/9' },
    ],
    [
      'Buildkite',
      {
        BUILDKITE: 'true',
        BUILDKITE_BRANCH: 'feature/x',
        BUILDKITE_COMMIT: sha,
        BUILDKITE_BUILD_URL: 'https://buildkite.com/shop/web/builds/9',
      },
      { branch: 'feature/x', ciUrl: 'https://buildkite.com/shop/web/builds/9' },
    ],
    [
      'Azure Pipelines',
      {
        TF_BUILD: 'True',
        BUILD_SOURCEBRANCH: 'refs/heads/feature/x',
        BUILD_SOURCEVERSION: sha,
        SYSTEM_COLLECTIONURI: 'https://dev.azure.com/shop/',
        SYSTEM_TEAMPROJECT: 'web site',
        BUILD_BUILDID: '9',
      },
      { branch: 'feature/x', ciUrl: 'https://dev.azure.com/shop/web%20site/_build/results?buildId=9' },
    ],
  ];

  it.each(cases)('knows %s', (system, env, expected) => {
    const found = readCiEnvironment(env);
    expect(found).toEqual({ system, commit: sha, ...expected });
    expect(defaultReleaseName(found, 0)).toBe('feature/x 01234567');
  });

  it("takes a pull request's own commit and branch, not the merge that GitHub made of it", () => {
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: '/event.json',
      GITHUB_HEAD_REF: 'feature/y',
      GITHUB_REF_NAME: '12/merge',
      GITHUB_SHA: 'f'.repeat(40),
    };
    const event = { pull_request: { head: { sha } } };
    expect(readCiEnvironment(env, (path) => (path === '/event.json' ? event : null))).toMatchObject({
      branch: 'feature/y',
      commit: sha,
      ciUrl: null,
    });
    expect(readCiEnvironment(env, () => ({ pull_request: 'odd' })).commit).toBe('f'.repeat(40));
  });

  it('passes on nothing that the API would refuse', () => {
    const env = {
      CIRCLECI: 'true',
      CIRCLE_BRANCH: `a\u0000b\n${'x'.repeat(400)}`,
      CIRCLE_SHA1: '',
      CIRCLE_BUILD_URL: 'javascript:alert(1)',
    };
    const { branch, commit, ciUrl } = readCiEnvironment(env);
    expect(branch).toBe(`ab${'x'.repeat(253)}`);
    expect([commit, ciUrl]).toEqual([null, null]);
  });

  it('finds nothing on a desk, where a release is named by the time', () => {
    const found = readCiEnvironment({ PATH: '/bin' });
    expect(found).toEqual({ system: null, branch: null, commit: null, ciUrl: null });
    expect(defaultReleaseName(found, 0)).toBe('1970-01-01 00:00:00.000');
  });
});
