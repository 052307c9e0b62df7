/** Links to where a release's code lives. Pure; an address is only built from parts that were checked. */

import type { Release } from '../api/shapes.ts';

export type Source = Pick<
  Release,
  'repository' | 'headRepository' | 'pullRequest' | 'commit' | 'headCommit' | 'branch' | 'ciUrl'
>;

/** Each null where the forge is not known, or where a part is none that it could have. */
export interface ForgeLinks {
  repository: string | null;
  commit: string | null;
  pullRequest: string | null;
  branch: string | null;
}

/** Paths below a repository. */
interface Forge {
  commit: (hash: string) => string;
  pullRequest: (number: number) => string;
  branch: (name: string) => string;
}

const forges: Record<'github' | 'gitlab' | 'bitbucket' | 'azure' | 'gitea', Forge> = {
  github: {
    commit: (hash) => `/commit/${hash}`,
    pullRequest: (number) => `/pull/${number}`,
    branch: (name) => `/tree/${name}`,
  },
  gitlab: {
    commit: (hash) => `/-/commit/${hash}`,
    pullRequest: (number) => `/-/merge_requests/${number}`,
    branch: (name) => `/-/tree/${name}`,
  },
  bitbucket: {
    commit: (hash) => `/commits/${hash}`,
    pullRequest: (number) => `/pull-requests/${number}`,
    branch: (name) => `/branch/${name}`,
  },
  azure: {
    commit: (hash) => `/commit/${hash}`,
    pullRequest: (number) => `/pullrequest/${number}`,
    branch: (name) => `?version=GB${name.replaceAll('/', '%2F')}`,
  },
  gitea: {
    commit: (hash) => `/commit/${hash}`,
    pullRequest: (number) => `/pulls/${number}`,
    branch: (name) => `/src/branch/${name}`,
  },
};

export function forgeLinks(source: Source): ForgeLinks {
  const base = checkedRepository(source.repository);
  const head = checkedRepository(source.headRepository) ?? base;
  const forge = base === null ? null : forgeOf(base, source.ciUrl);
  if (base === null || head === null || forge === null)
    return { repository: null, commit: null, pullRequest: null, branch: null };
  const { pullRequest } = source;
  const hash = checkedCommit(source.headCommit ?? source.commit);
  const branch = checkedBranch(source.branch);
  return {
    repository: `https://${base}`,
    commit: hash === null ? null : `https://${head}${forge.commit(hash)}`,
    pullRequest: pullRequest === null ? null : `https://${base}${forge.pullRequest(pullRequest)}`,
    branch: branch === null ? null : `https://${head}${forge.branch(branch)}`,
  };
}

/** Host, perhaps a port, and at least one part of a path; null for anything else. */
function checkedRepository(repository: string | null): string | null {
  if (repository === null) return null;
  const pattern = /^[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9_~.%-]+)+$/i;
  return pattern.test(repository) && !/\/\.{1,2}(?:\/|$)/.test(repository) ? repository : null;
}

/** The hash without the mark of a changed work tree. */
function checkedCommit(commit: string | null): string | null {
  return /^([0-9a-f]{7,64})(?:\+dirty)?$/i.exec(commit ?? '')?.[1] ?? null;
}

function checkedBranch(branch: string | null): string | null {
  if (branch === null || branch === '' || branch.split('/').some((part) => /^\.{0,2}$/.test(part)))
    return null;
  return branch.split('/').map(encodeURIComponent).join('/');
}

function forgeOf(repository: string, ciUrl: string | null): Forge | null {
  const host = repository.split(/[:/]/, 1)[0]!.toLowerCase();
  const labels = host.split('.');
  if (labels.includes('github')) return forges.github;
  if (labels.includes('gitlab') || isGitLabPage(ciUrl, host)) return forges.gitlab;
  if (labels.includes('bitbucket')) return forges.bitbucket;
  if (host === 'dev.azure.com' || host.endsWith('.visualstudio.com')) return forges.azure;
  if (host === 'codeberg.org' || labels.includes('gitea') || labels.includes('forgejo')) return forges.gitea;
  return null;
}

/** GitLab's own hosts have any name, but their pages have `/-/` in their path. */
function isGitLabPage(address: string | null, host: string): boolean {
  const url = address === null ? null : URL.parse(address);
  return url?.hostname === host && url.pathname.includes('/-/');
}

/** What to write into the configuration of the CI system, so that it clones the whole history. */
export function fullCloneLine({ ciUrl, repository }: Pick<Source, 'ciUrl' | 'repository'>): string {
  const ci = ciUrl === null ? null : URL.parse(ciUrl);
  const host = ci?.hostname ?? repository?.split(/[:/]/, 1)[0] ?? '';
  const path = ci?.pathname ?? '';
  if (path.includes('/actions/runs/') || host === 'github.com') return 'fetch-depth: 0';
  if (path.includes('/-/') || host === 'gitlab.com') return 'GIT_DEPTH: 0';
  if (host === 'bitbucket.org') return 'depth: full';
  if (host === 'dev.azure.com' || host.endsWith('.visualstudio.com')) return 'fetchDepth: 0';
  if (host === 'circleci.com' || host.endsWith('.circleci.com')) return 'method: full';
  return 'git fetch --unshallow';
}

/** `4f2c1aa`, as people say it; a version of another system as is. */
export function shortCommit(commit: string): string {
  const [hash = '', mark] = commit.split('+', 2);
  const short = /^[0-9a-f]{12,64}$/i.test(hash) ? hash.slice(0, 7) : hash;
  return mark === undefined ? short : `${short}+${mark}`;
}
