import { madeVisible } from '../base/invisible-text.ts';
import type { ReleaseSource } from '../domain/model.ts';

type Environment = Readonly<Record<string, string | undefined>>;

interface CiSystem {
  name: string;
  isHere: (env: Environment) => boolean;
  source: (env: Environment, readEvent: ReadEvent) => Partial<ReleaseSource>;
}

/** Reads the file that describes what started a GitHub Actions workflow; null where it cannot be read. */
export type ReadEvent = (path: string) => unknown;

export interface CiRun extends ReleaseSource {
  /** The CI system, or null where none is recognised. */
  system: string | null;
}

/** The variables that each system documents as set in every job. */
const systems: readonly CiSystem[] = [
  {
    name: 'GitHub Actions',
    isHere: (env) => env.GITHUB_ACTIONS === 'true',
    source: (env, readEvent) => {
      const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
      const attempt = env.GITHUB_RUN_ATTEMPT ? `/attempts/${env.GITHUB_RUN_ATTEMPT}` : '';
      return {
        branch: env.GITHUB_HEAD_REF || env.GITHUB_REF_NAME || null,
        // For a pull request GITHUB_SHA is the merge that GitHub made, which nobody has in a clone.
        commit: pullRequestHead(env, readEvent) ?? env.GITHUB_SHA ?? null,
        ciUrl: server && repository && run ? `${server}/${repository}/actions/runs/${run}${attempt}` : null,
      };
    },
  },
  {
    name: 'GitLab CI',
    isHere: (env) => env.GITLAB_CI === 'true',
    source: (env) => ({
      branch: env.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME || env.CI_COMMIT_REF_NAME || null,
      commit: env.CI_COMMIT_SHA ?? null,
      ciUrl: env.CI_JOB_URL || env.CI_PIPELINE_URL || null,
    }),
  },
  {
    name: 'CircleCI',
    isHere: (env) => env.CIRCLECI === 'true',
    source: (env) => ({
      branch: env.CIRCLE_BRANCH || env.CIRCLE_TAG || null,
      commit: env.CIRCLE_SHA1 ?? null,
      ciUrl: env.CIRCLE_BUILD_URL ?? null,
    }),
  },
  {
    name: 'Buildkite',
    isHere: (env) => env.BUILDKITE === 'true',
    source: (env) => ({
      branch: env.BUILDKITE_BRANCH ?? null,
      commit: env.BUILDKITE_COMMIT ?? null,
      ciUrl: env.BUILDKITE_BUILD_URL ?? null,
    }),
  },
  {
    name: 'Azure Pipelines',
    isHere: (env) => /^true$/i.test(env.TF_BUILD ?? ''),
    source: (env) => {
      const { SYSTEM_COLLECTIONURI: collection, SYSTEM_TEAMPROJECT: project, BUILD_BUILDID: id } = env;
      const branch = env.SYSTEM_PULLREQUEST_SOURCEBRANCH || env.BUILD_SOURCEBRANCH;
      return {
        branch: branch?.replace(/^refs\/(heads|tags)\//, '') ?? null,
        commit: env.SYSTEM_PULLREQUEST_SOURCECOMMITID || env.BUILD_SOURCEVERSION || null,
        ciUrl:
          collection && project && id
            ? `${collection.replace(/\/?$/, '/')}${encodeURIComponent(project)}/_build/results?buildId=${id}`
            : null,
      };
    },
  },
  {
    name: 'Jenkins',
    isHere: (env) => env.JENKINS_URL !== undefined,
    source: (env) => ({
      branch: env.CHANGE_BRANCH || env.BRANCH_NAME || env.GIT_BRANCH?.replace(/^origin\//, '') || null,
      commit: env.GIT_COMMIT ?? null,
      ciUrl: env.RUN_DISPLAY_URL || env.BUILD_URL || null,
    }),
  },
];

/** Branch, commit and link of the CI run that this process is part of; all null on a desk. */
export function readCiEnvironment(env: Environment, readEvent: ReadEvent = () => null): CiRun {
  const system = systems.find(({ isHere }) => isHere(env));
  const found = system?.source(env, readEvent) ?? {};
  return {
    system: system?.name ?? null,
    branch: shortened(found.branch, 255),
    commit: shortened(found.commit, 100),
    ciUrl: webAddress(found.ciUrl),
  };
}

function pullRequestHead(env: Environment, readEvent: ReadEvent): string | null {
  if (!env.GITHUB_EVENT_PATH || !/^pull_request/.test(env.GITHUB_EVENT_NAME ?? '')) return null;
  const event = readEvent(env.GITHUB_EVENT_PATH) as { pull_request?: { head?: { sha?: unknown } } } | null;
  const sha = event?.pull_request?.head?.sha;
  return typeof sha === 'string' ? sha : null;
}

/** As the API takes names: no control characters, not too long. */
function shortened(text: string | null | undefined, maxLength: number): string | null {
  const clean = madeVisible(text ?? '')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '')
    .toWellFormed()
    .trim();
  return clean === '' ? null : clean.slice(0, maxLength).toWellFormed();
}

function webAddress(text: string | null | undefined): string | null {
  const url = URL.parse(text ?? '');
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  return isWeb && url.href.length <= 2_048 ? url.href : null;
}

/** Name of a release that nobody named: branch and commit in CI, so that a repeated job is another attempt; else the time. */
export function defaultReleaseName({ system, branch, commit }: CiRun, nowMs: number): string {
  const parts = system === null ? [] : [branch?.slice(0, 200), commit?.slice(0, 8)];
  const known = parts.filter((part) => part !== undefined);
  return known.length > 0
    ? known.join(' ')
    : new Date(nowMs).toISOString().replace('T', ' ').replace('Z', '');
}
