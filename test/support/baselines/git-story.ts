/** What the tools tell of git in a job of CI, or at a desk. */

import type { GitPlace, HistoryEntry } from '../../../src/domain/baselines/placed-release.ts';
import { gatherStory } from '../git-host.ts';
import { plainGitEnvironment, type GitProject } from '../git-project.ts';

export interface GitStory extends GitPlace {
  history: HistoryEntry[];
  /** Commits of the branch alone. */
  own: string[];
  historyNote: string;
}

/** What CI says beside the clone. */
export interface CiJob {
  /** Null: there are no variables, and the checkout has no branch. */
  branch: string | null;
  /** The branch that a pull request goes to. */
  base?: string;
  pullRequest?: string;
  /** The newest commit of the branch, where CI checked out a test merge. */
  head?: string;
  /** Of the branch; default: the same. */
  headRepository?: string;
  /** The remote cannot be reached. */
  offline?: boolean;
  /** There are no variables of CI. */
  desk?: boolean;
}

const repository = 'acme/shop';

export function gitStory(clone: GitProject, job: CiJob): GitStory {
  if (job.offline === true) clone.git('remote', 'set-url', 'origin', 'file:///nowhere');
  const story = gatherStory({
    cwd: clone.folder,
    environment: { ...plainGitEnvironment, ...variablesOf(clone, job) },
    event: eventOf(clone, job),
  });
  const { branch, baseBranch, commit, headCommit, tree, history, own, historyNote, pullRequest } = story;
  return {
    ...{ branch, baseBranch, commit, headCommit, tree, history, own, historyNote },
    pullRequest: pullRequest === null ? null : String(pullRequest),
    repository: story.repository,
    headRepository: story.headRepository,
  };
}

/** Of GitHub Actions. */
function variablesOf(clone: GitProject, job: CiJob): Record<string, string> {
  if (job.branch === null || job.desk === true) return {};
  const place =
    job.pullRequest === undefined
      ? { GITHUB_EVENT_NAME: 'push', GITHUB_REF_NAME: job.branch }
      : {
          GITHUB_EVENT_NAME: 'pull_request',
          GITHUB_HEAD_REF: job.branch,
          GITHUB_BASE_REF: job.base ?? 'main',
          GITHUB_REF_NAME: `${job.pullRequest}/merge`,
        };
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://git.example',
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: '1',
    GITHUB_SHA: clone.hash(),
    GITHUB_EVENT_PATH: '/event.json',
    ...place,
  };
}

function eventOf(clone: GitProject, { pullRequest, head, headRepository }: CiJob): unknown {
  if (pullRequest === undefined) return {};
  const repo = { full_name: headRepository ?? repository };
  return { number: Number(pullRequest), pull_request: { head: { sha: head ?? clone.hash(), repo } } };
}

/** Of no git at all. */
export function noStory(branch: string | null = null): GitStory {
  return {
    branch,
    baseBranch: null,
    commit: null,
    headCommit: null,
    tree: null,
    pullRequest: null,
    repository: null,
    headRepository: null,
    history: [],
    own: [],
    historyNote: 'none: this is not a git work tree',
  };
}
