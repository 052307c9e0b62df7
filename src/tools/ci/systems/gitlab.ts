import { branchName } from '../branch-name.ts';
import type { CiSystem } from '../ci-job.ts';

export const gitlab: CiSystem = {
  name: 'GitLab CI',
  key: 'gitlab',
  // `gitlab-ci-local` sets it to false.
  isHere: (env) => env.GITLAB_CI !== undefined && env.GITLAB_CI !== '',
  read: (env) => {
    const server = env.CI_SERVER_URL?.replace(/\/+$/, '');
    const onServer = (path: string | undefined) => (server && path ? `${server}/${path}` : null);
    const isMergeRequest = Boolean(env.CI_MERGE_REQUEST_IID);
    return {
      commit: env.CI_COMMIT_SHA,
      // Only set in pipelines for merged results. CI_MERGE_REQUEST_DIFF_BASE_SHA is stale after the target changes.
      headCommit: env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA,
      branch: env.CI_COMMIT_TAG
        ? null
        : branchName(env.CI_MERGE_REQUEST_SOURCE_BRANCH_NAME || env.CI_COMMIT_REF_NAME),
      tag: env.CI_COMMIT_TAG,
      baseBranch: env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME,
      defaultBranch: env.CI_DEFAULT_BRANCH,
      pullRequest: env.CI_MERGE_REQUEST_IID,
      repository: onServer((isMergeRequest && env.CI_MERGE_REQUEST_PROJECT_PATH) || env.CI_PROJECT_PATH),
      headRepository: onServer(env.CI_MERGE_REQUEST_SOURCE_PROJECT_PATH),
      ciUrl: env.CI_JOB_URL || env.CI_PIPELINE_URL,
      // The jobs of a matrix are counted too. They do different things, and their names end with their values.
      shard: env.CI_JOB_NAME?.endsWith(']') !== true && {
        index: env.CI_NODE_INDEX,
        total: env.CI_NODE_TOTAL,
        first: 1,
      },
      shardId: env.CI_PIPELINE_ID,
    };
  },
  fullClone: 'Set "GIT_DEPTH: 0" under "variables" of the job.',
};
