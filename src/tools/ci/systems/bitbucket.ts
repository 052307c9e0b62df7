import { branchName } from '../branch-name.ts';
import type { CiSystem } from '../ci-job.ts';

export const bitbucket: CiSystem = {
  name: 'Bitbucket Pipelines',
  key: 'bitbucket',
  isHere: (env) => Boolean(env.BITBUCKET_BUILD_NUMBER),
  read: (env) => {
    const { BITBUCKET_REPO_FULL_NAME: repository, BITBUCKET_BUILD_NUMBER: number } = env;
    return {
      commit: env.BITBUCKET_COMMIT,
      headCommit: env.BITBUCKET_PR_ID ? env.BITBUCKET_COMMIT : null,
      branch: branchName(env.BITBUCKET_BRANCH),
      tag: env.BITBUCKET_TAG,
      baseBranch: env.BITBUCKET_PR_DESTINATION_BRANCH,
      pullRequest: env.BITBUCKET_PR_ID,
      repository:
        env.BITBUCKET_GIT_HTTP_ORIGIN || (repository ? `https://bitbucket.org/${repository}` : null),
      ciUrl: repository && number ? `https://bitbucket.org/${repository}/pipelines/results/${number}` : null,
      shard: { index: env.BITBUCKET_PARALLEL_STEP, total: env.BITBUCKET_PARALLEL_STEP_COUNT, first: 0 },
      shardId: env.BITBUCKET_PIPELINE_UUID?.replace(/[{}]/g, ''),
    };
  },
  countsOtherSteps: true,
  fullClone: 'Set "depth: full" under "clone" of bitbucket-pipelines.yml.',
};
