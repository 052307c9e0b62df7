import { branchName } from '../branch-name.ts';
import type { CiSystem } from '../ci-job.ts';

export const jenkins: CiSystem = {
  name: 'Jenkins',
  key: 'jenkins',
  isHere: (env) => Boolean(env.JENKINS_URL),
  read: (env) => {
    const repository = env.GIT_URL || env.GIT_URL_1 || null;
    // In a multibranch job, BRANCH_NAME is `PR-7` for a pull request and the tag for a tag.
    const ownName = env.CHANGE_ID || env.TAG_NAME ? null : env.BRANCH_NAME;
    const gitBranch = env.TAG_NAME ? null : env.GIT_BRANCH?.replace(/^(refs\/remotes\/)?origin\//, '');
    return {
      commit: env.GIT_COMMIT,
      headCommit: env.ghprbActualCommit,
      branch:
        branchName(env.CHANGE_BRANCH) ??
        branchName(env.ghprbSourceBranch) ??
        branchName(ownName) ??
        (env.CHANGE_ID ? null : branchName(gitBranch)),
      tag: env.TAG_NAME,
      baseBranch: env.CHANGE_TARGET || env.ghprbTargetBranch,
      pullRequest: env.CHANGE_ID || env.ghprbPullId,
      repository,
      headRepository: forkOf(repository, env.CHANGE_FORK),
      // Only the commit that Jenkins itself makes ("nobody@nowhere") counts; see `test-merge.ts`.
      testMergeHead: env.CHANGE_ID ? 'first' : null,
      ciUrl: env.RUN_DISPLAY_URL || env.BUILD_URL,
      shardId: env.BUILD_TAG,
    };
  },
  fullClone: 'Turn off "Shallow clone" in the job\'s checkout (CloneOption: shallow: false).',
};

/** CHANGE_FORK is `owner` if the name is the same, otherwise `owner/name`. */
function forkOf(repository: string | null, fork: string | undefined): string | null {
  if (repository === null || !fork) return null;
  const [, before, name] = /^(.*[/:])[^/:]+\/([^/]+?)(?:\.git)?\/?$/.exec(repository) ?? [];
  if (before === undefined) return null;
  return fork.includes('/') ? `${before}${fork}` : `${before}${fork}/${name}`;
}
