import { branchName } from '../branch-name.ts';
import type { CiJob, CiSystem, Environment, ReadEvent } from '../ci-job.ts';
import { at } from '../json-path.ts';

type Found = Partial<Record<keyof CiJob, unknown>>;

/** GitHub Actions, and systems that set the same variables. */
function read(env: Environment, readEvent: ReadEvent): Found {
  const { GITHUB_EVENT_NAME: kind = '', GITHUB_EVENT_PATH: path } = env;
  const event = path ? readEvent(path) : null;
  const server = env.GITHUB_SERVER_URL?.replace(/\/+$/, '');
  const onServer = (repository: unknown) =>
    typeof repository === 'string' && repository !== '' && server ? `${server}/${repository}` : null;
  const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  const attempt = env.GITHUB_RUN_ATTEMPT ? `/attempts/${env.GITHUB_RUN_ATTEMPT}` : '';
  const isTag = env.GITHUB_REF_TYPE === 'tag' || env.GITHUB_REF?.startsWith('refs/tags/') === true;
  const always: Found = {
    commit: env.GITHUB_SHA,
    branch: isTag ? null : branchName(env.GITHUB_HEAD_REF || env.GITHUB_REF_NAME || env.GITHUB_REF),
    tag: isTag ? env.GITHUB_REF_NAME : null,
    baseBranch: env.GITHUB_BASE_REF,
    defaultBranch: at(event, 'repository', 'default_branch'),
    repository: onServer(repository),
    ciUrl: server && repository && run ? `${server}/${repository}/actions/runs/${run}${attempt}` : null,
    // Without the attempt: a failed job that runs again belongs to those that did not fail.
    shardId: run,
  };
  if (kind.startsWith('pull_request')) return { ...always, ...ofPullRequest(env, event, onServer) };
  if (kind === 'merge_group') return { ...always, ...ofMergeGroup(env, event) };
  if (kind === 'workflow_run') return { ...always, ...ofEarlierRun(event, onServer) };
  return always;
}

function ofPullRequest(env: Environment, event: unknown, onServer: (name: unknown) => string | null): Found {
  const head = at(event, 'pull_request', 'head', 'sha');
  const isTarget = env.GITHUB_EVENT_NAME === 'pull_request_target';
  return {
    // For a `pull_request_target`, GITHUB_SHA is the base.
    ...(isTarget && { commit: head, mayHoldBase: true }),
    headCommit: head,
    baseBranch: env.GITHUB_BASE_REF || at(event, 'pull_request', 'base', 'ref'),
    branch: branchName(env.GITHUB_HEAD_REF || at(event, 'pull_request', 'head', 'ref')),
    pullRequest:
      at(event, 'number') ??
      at(event, 'pull_request', 'number') ??
      /^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? '')?.[1],
    headRepository: onServer(at(event, 'pull_request', 'head', 'repo', 'full_name')),
    testMergeHead: /^refs\/pull\/\d+\/merge$/.test(env.GITHUB_REF ?? '') ? 'second' : null,
  };
}

function ofMergeGroup(env: Environment, event: unknown): Found {
  const headRef = at(event, 'merge_group', 'head_ref') ?? env.GITHUB_REF;
  return {
    headCommit: env.GITHUB_SHA,
    startCommit: at(event, 'merge_group', 'base_sha'),
    branch: null,
    baseBranch: branchName(at(event, 'merge_group', 'base_ref')),
    pullRequest: typeof headRef === 'string' ? /\/pr-(\d+)-/.exec(headRef)?.[1] : null,
  };
}

/** A trusted workflow that sends what an earlier one, often of a fork, has made. */
function ofEarlierRun(event: unknown, onServer: (name: unknown) => string | null): Found {
  const head = at(event, 'workflow_run', 'head_sha');
  const earlier = at(event, 'workflow_run', 'id');
  const isOfPullRequest = /^pull_request/.test(String(at(event, 'workflow_run', 'event')));
  return {
    commit: head,
    headCommit: head,
    branch: branchName(at(event, 'workflow_run', 'head_branch')),
    // Empty for forks, which need flags.
    baseBranch: at(event, 'workflow_run', 'pull_requests', 0, 'base', 'ref'),
    pullRequest: isOfPullRequest ? at(event, 'workflow_run', 'pull_requests', 0, 'number') : null,
    headRepository: onServer(at(event, 'workflow_run', 'head_repository', 'full_name')),
    isOfEarlierJob: true,
    ...(typeof earlier === 'number' && { shardId: String(earlier) }),
  };
}

const fullClone = 'Set "fetch-depth: 0" under "with" of the step actions/checkout.';

export const github: CiSystem = {
  name: 'GitHub Actions',
  key: 'github',
  isHere: (env) => env.GITHUB_ACTIONS === 'true',
  read,
  fullClone,
};

/** Forgejo's runner also sets the variables of Gitea and GitHub. */
export const forgejo: CiSystem = {
  ...github,
  name: 'Forgejo Actions',
  key: 'forgejo',
  isHere: (env) => isSet(env.FORGEJO_ACTIONS),
};

export const gitea: CiSystem = {
  ...github,
  name: 'Gitea Actions',
  key: 'gitea',
  isHere: (env) => isSet(env.GITEA_ACTIONS),
};

function isSet(text: string | undefined): boolean {
  return text !== undefined && text !== '' && text !== 'false';
}
