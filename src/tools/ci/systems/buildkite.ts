import { branchName } from '../branch-name.ts';
import type { CiSystem } from '../ci-job.ts';

export const buildkite: CiSystem = {
  name: 'Buildkite',
  key: 'buildkite',
  isHere: (env) => env.BUILDKITE === 'true',
  read: (env) => {
    const number = env.BUILDKITE_PULL_REQUEST;
    const isPullRequest = Boolean(number) && number !== 'false';
    return {
      // The word HEAD if a build was started by hand; then git knows.
      commit: env.BUILDKITE_COMMIT,
      branch: env.BUILDKITE_TAG ? null : branchName(withoutOwner(env.BUILDKITE_BRANCH)),
      tag: env.BUILDKITE_TAG,
      baseBranch: isPullRequest ? env.BUILDKITE_PULL_REQUEST_BASE_BRANCH : null,
      defaultBranch: env.BUILDKITE_PIPELINE_DEFAULT_BRANCH,
      pullRequest: isPullRequest ? number : null,
      repository: env.BUILDKITE_REPO,
      headRepository: isPullRequest ? env.BUILDKITE_PULL_REQUEST_REPO : null,
      ciUrl: env.BUILDKITE_BUILD_URL,
      shard: { index: env.BUILDKITE_PARALLEL_JOB, total: env.BUILDKITE_PARALLEL_JOB_COUNT, first: 0 },
      shardId: env.BUILDKITE_BUILD_ID,
    };
  },
  fullClone: 'Remove "--depth" from BUILDKITE_GIT_CLONE_FLAGS and BUILDKITE_GIT_FETCH_FLAGS.',
};

/** A fork's branch may be written `owner:branch`; a colon cannot be part of a branch. */
function withoutOwner(branch: string | undefined): string | undefined {
  return branch?.slice(branch.indexOf(':') + 1);
}
