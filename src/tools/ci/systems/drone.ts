import { branchName } from '../branch-name.ts';
import type { CiSystem } from '../ci-job.ts';

export const drone: CiSystem = {
  name: 'Drone',
  key: 'drone',
  isHere: (env) => env.DRONE === 'true',
  read: (env) => {
    const isPullRequest = Boolean(env.DRONE_PULL_REQUEST);
    return {
      commit: env.DRONE_COMMIT_SHA,
      headCommit: isPullRequest ? env.DRONE_COMMIT_SHA : null,
      branch: env.DRONE_TAG
        ? null
        : branchName(isPullRequest ? env.DRONE_SOURCE_BRANCH : env.DRONE_SOURCE_BRANCH || env.DRONE_BRANCH),
      tag: env.DRONE_TAG,
      baseBranch: isPullRequest ? env.DRONE_TARGET_BRANCH : null,
      defaultBranch: env.DRONE_REPO_BRANCH,
      pullRequest: env.DRONE_PULL_REQUEST,
      repository: env.DRONE_REPO_LINK || env.DRONE_GIT_HTTP_URL || env.DRONE_REMOTE_URL,
      ciUrl: env.DRONE_BUILD_LINK,
      shardId: env.DRONE_BUILD_NUMBER,
    };
  },
  fullClone: 'Remove "depth" from "clone" in .drone.yml.',
};
