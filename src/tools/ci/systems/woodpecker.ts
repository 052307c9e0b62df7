import { branchName } from '../branch-name.ts';
import type { CiSystem } from '../ci-job.ts';

export const woodpecker: CiSystem = {
  name: 'Woodpecker CI',
  key: 'woodpecker',
  isHere: (env) => env.CI === 'woodpecker',
  read: (env) => {
    const isPullRequest = Boolean(env.CI_COMMIT_PULL_REQUEST);
    const forge = env.CI_FORGE_URL?.replace(/\/+$/, '');
    return {
      commit: env.CI_COMMIT_SHA,
      headCommit: isPullRequest ? env.CI_COMMIT_SHA : null,
      // In a pull request CI_COMMIT_BRANCH is the target.
      branch: env.CI_COMMIT_TAG
        ? null
        : branchName(isPullRequest ? env.CI_COMMIT_SOURCE_BRANCH : env.CI_COMMIT_BRANCH),
      tag: env.CI_COMMIT_TAG,
      baseBranch: isPullRequest ? env.CI_COMMIT_TARGET_BRANCH : null,
      defaultBranch: env.CI_REPO_DEFAULT_BRANCH,
      pullRequest: env.CI_COMMIT_PULL_REQUEST,
      repository: forge && env.CI_REPO ? `${forge}/${env.CI_REPO}` : env.CI_REPO_URL,
      ciUrl: env.CI_STEP_URL || env.CI_PIPELINE_URL,
      shardId: env.CI_PIPELINE_NUMBER,
    };
  },
  fullClone: 'Set "partial: false" and "depth: 0" under "settings" of the plugin-git step in "clone".',
};
