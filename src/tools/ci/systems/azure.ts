import { branchName } from '../branch-name.ts';
import type { CiSystem } from '../ci-job.ts';

export const azure: CiSystem = {
  name: 'Azure Pipelines',
  key: 'azure',
  isHere: (env) => /^true$/i.test(env.TF_BUILD ?? ''),
  read: (env) => {
    const { SYSTEM_COLLECTIONURI: collection, SYSTEM_TEAMPROJECT: project, BUILD_BUILDID: id } = env;
    const ref = env.BUILD_SOURCEBRANCH ?? '';
    const isFork = /^true$/i.test(env.SYSTEM_PULLREQUEST_ISFORK ?? '');
    return {
      commit: env.BUILD_SOURCEVERSION,
      headCommit: env.SYSTEM_PULLREQUEST_SOURCECOMMITID,
      branch: branchName(env.SYSTEM_PULLREQUEST_SOURCEBRANCH || ref),
      tag: /^refs\/tags\/(.+)/.exec(ref)?.[1],
      baseBranch: branchName(env.SYSTEM_PULLREQUEST_TARGETBRANCH),
      // For a repository on GitHub, the id is internal to GitHub and the number is what people see.
      pullRequest: env.SYSTEM_PULLREQUEST_PULLREQUESTNUMBER || env.SYSTEM_PULLREQUEST_PULLREQUESTID,
      repository: env.BUILD_REPOSITORY_URI,
      headRepository: isFork ? env.SYSTEM_PULLREQUEST_SOURCEREPOSITORYURI : null,
      ciUrl:
        collection && project && id
          ? `${collection.replace(/\/?$/, '/')}${encodeURIComponent(project)}/_build/results?buildId=${id}`
          : null,
      // The jobs of a matrix are counted too, but do different things.
      shard: env.SYSTEM_PARALLELEXECUTIONTYPE !== 'MultiConfiguration' && {
        index: env.SYSTEM_JOBPOSITIONINPHASE,
        total: env.SYSTEM_TOTALJOBSINPHASE,
        first: 1,
      },
      shardId: id,
    };
  },
  fullClone: 'Set "fetchDepth: 0" at the step "checkout: self".',
};
