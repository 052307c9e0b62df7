/** The forges that Depicted tells about a release, and how each names a state. */

import { AppError } from '../../base/errors.ts';
import type { Conclusion } from '../releases/release-conclusion.ts';

export const forgeKinds = [
  'github',
  'gitlab',
  'gitea',
  'forgejo',
  'bitbucket_cloud',
  'bitbucket_data_center',
  'azure_devops',
] as const;
export type ForgeKind = (typeof forgeKinds)[number];

export interface ForgeTraits {
  /** As people write it. */
  title: string;
  /** Where the public service is; null: every installation has another address. */
  baseUrl: string | null;
  /** How a repository is named, for a hint and an error. */
  repositoryExample: string;
  /** Parts of a repository's name between slashes: fewest and most. */
  repositoryParts: readonly [number, number];
  hasComments: boolean;
  /** Whether it takes a status for a commit that lives in a fork. */
  takesForkCommits: boolean;
  /** A status belongs to the pull request as a whole instead of a commit. */
  hasStatusOfPullRequest: boolean;
  /** Whether the same state may be set again, with another text. */
  takesSameState: boolean;
  words: Record<Conclusion, string>;
}

const gitHubWords = {
  pending: 'pending',
  failure: 'failure',
  error: 'error',
  success: 'success',
  skipped: 'success',
};
const bitbucketWords = {
  pending: 'INPROGRESS',
  failure: 'FAILED',
  error: 'FAILED',
  success: 'SUCCESSFUL',
  skipped: 'SUCCESSFUL',
};

const likeGitHub = {
  repositoryExample: 'owner/name',
  repositoryParts: [2, 2],
  hasComments: true,
  takesForkCommits: true,
  hasStatusOfPullRequest: false,
  takesSameState: true,
  words: gitHubWords,
} as const;

export const forgeTraits: Record<ForgeKind, ForgeTraits> = {
  github: { title: 'GitHub', baseUrl: 'https://github.com', ...likeGitHub },
  gitlab: {
    title: 'GitLab',
    baseUrl: 'https://gitlab.com',
    repositoryExample: 'group/project',
    repositoryParts: [2, 21],
    hasComments: true,
    takesForkCommits: false,
    hasStatusOfPullRequest: false,
    takesSameState: false,
    words: {
      pending: 'running',
      failure: 'failed',
      error: 'failed',
      success: 'success',
      skipped: 'success',
    },
  },
  gitea: { title: 'Gitea', baseUrl: null, ...likeGitHub },
  forgejo: { title: 'Forgejo', baseUrl: 'https://codeberg.org', ...likeGitHub },
  bitbucket_cloud: {
    title: 'Bitbucket Cloud',
    baseUrl: 'https://bitbucket.org',
    repositoryExample: 'workspace/name',
    repositoryParts: [2, 2],
    hasComments: true,
    takesForkCommits: false,
    hasStatusOfPullRequest: false,
    takesSameState: true,
    words: bitbucketWords,
  },
  bitbucket_data_center: {
    title: 'Bitbucket Data Center',
    baseUrl: null,
    repositoryExample: 'PROJECT/name',
    repositoryParts: [2, 2],
    hasComments: false,
    takesForkCommits: false,
    hasStatusOfPullRequest: false,
    takesSameState: true,
    words: bitbucketWords,
  },
  azure_devops: {
    title: 'Azure DevOps',
    baseUrl: 'https://dev.azure.com',
    repositoryExample: 'organization/project/repository',
    repositoryParts: [3, 3],
    hasComments: true,
    takesForkCommits: true,
    hasStatusOfPullRequest: true,
    takesSameState: true,
    words: {
      pending: 'pending',
      failure: 'failed',
      error: 'error',
      success: 'succeeded',
      skipped: 'notApplicable',
    },
  },
};

/**
 * The address of a forge without a slash at its end.
 *
 * @throws AppError `invalid_argument`
 */
export function checkForgeAddress(kind: ForgeKind, text: string | undefined): string {
  const { title, baseUrl } = forgeTraits[kind];
  const given = text ?? baseUrl;
  if (given === null) throw refuse('base_url', `base_url is missing: every ${title} has another address.`);
  const url = URL.parse(given);
  const isPlain = url !== null && url.search === '' && url.hash === '' && url.username + url.password === '';
  if (!isPlain || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw refuse(
      'base_url',
      `base_url must be an address such as ${baseUrl ?? 'https://git.example.com'}, without user, query and #, got ${JSON.stringify(given.slice(0, 100))}.`,
    );
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
}

/**
 * The name of a repository without a slash or `.git` at its end, as addresses for git have them.
 *
 * @throws AppError `invalid_argument`, also for such an address: its host would be ignored
 */
export function checkRepository(kind: ForgeKind, given: string): string {
  const { title, repositoryExample, repositoryParts } = forgeTraits[kind];
  const address = cloneAddress.exec(given.trim());
  if (address !== null) {
    throw refuse(
      'repository',
      `repository must be its name on ${title}, ${repositoryExample}, not an address: enter the name, such as ${JSON.stringify(withoutEnd(address[1]!).slice(0, 100))}, and the forge's address as base_url, got ${shownAddress(given)}.`,
    );
  }
  const text = withoutEnd(given);
  const parts = text.split('/');
  const [fewest, most] = repositoryParts;
  const isNumber = kind === 'gitlab' && /^[1-9]\d{0,15}$/.test(text);
  const isName = (part: string) => /^[^\s/\\?#%&<>"'`\p{C}]+$/u.test(part) && part !== '.' && part !== '..';
  if (isNumber || (parts.length >= fewest && parts.length <= most && parts.every(isName))) return text;
  throw refuse(
    'repository',
    `repository must be written as ${title} names it, ${repositoryExample}, got ${JSON.stringify(given.slice(0, 100))}.`,
  );
}

/** `https://host/path`, `ssh://user@host:22/path`, `user@host:path`; the path is in the group. */
const cloneAddress = /^(?:[a-z][a-z+.-]*:\/\/[^/]*\/+|[^\s/@:]+@[^\s/:]+:\/*)(.*)$/i;

function withoutEnd(text: string): string {
  return text.replace(/\/+$/, '').replace(/\.git$/i, '');
}

/** An address may have a password. */
function shownAddress(given: string): string {
  const shown = given.trim().replace(/^([a-z][a-z+.-]*:\/\/)[^/]*@/i, '$1');
  return JSON.stringify(shown.slice(0, 100));
}

function refuse(parameter: string, message: string): AppError {
  return new AppError('invalid_argument', message, { details: { parameter } });
}
