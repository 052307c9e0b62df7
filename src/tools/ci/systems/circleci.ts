import { branchName } from '../branch-name.ts';
import type { CiSystem } from '../ci-job.ts';

export const circleci: CiSystem = {
  name: 'CircleCI',
  key: 'circleci',
  isHere: (env) => env.CIRCLECI === 'true',
  read: (env) => {
    const repository = env.CIRCLE_REPOSITORY_URL || null;
    // A pull request's address identifies the forge: https://github.com/shop/web/pull/7.
    const address = URL.parse(env.CIRCLE_PULL_REQUEST ?? '');
    const { CIRCLE_PR_USERNAME: owner, CIRCLE_PR_REPONAME: name } = env;
    return {
      commit: env.CIRCLE_SHA1,
      branch: branchName(env.CIRCLE_BRANCH),
      tag: env.CIRCLE_TAG,
      pullRequest:
        env.CIRCLE_PR_NUMBER ||
        /\/(\d+)\/?$/.exec(address?.pathname ?? '')?.[1] ||
        /^pull\/(\d+)/.exec(env.CIRCLE_BRANCH ?? '')?.[1],
      repository,
      headRepository: owner && name ? `https://${address?.host || 'github.com'}/${owner}/${name}` : null,
      ciUrl: env.CIRCLE_BUILD_URL,
      shard: { index: env.CIRCLE_NODE_INDEX, total: env.CIRCLE_NODE_TOTAL, first: 0 },
      shardId: env.CIRCLE_WORKFLOW_ID,
    };
  },
  fullClone: 'Set "method: full" at the step "checkout".',
};
