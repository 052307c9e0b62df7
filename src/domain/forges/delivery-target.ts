/** Which places of a forge a release is about. */

import type { Release } from '../releases/release.ts';
import type { DeliveryKind, ForgeConnection } from './connection.ts';
import { forgeTraits } from './forge-kinds.ts';

export interface DeliveryTarget {
  kind: DeliveryKind;
  target: string;
}

type Placed = Pick<Release, 'commit'> & {
  git: Pick<Release['git'], 'headCommit' | 'pullRequest' | 'repository' | 'headRepository'>;
};
type Connected = Pick<ForgeConnection, 'kind' | 'repository' | 'comments' | 'summary'>;

/** None where the release tells of no commit, or of another repository. */
export function deliveryTargets(connection: Connected, release: Placed): DeliveryTarget[] {
  if (!isOfRepository(connection, release)) return [];
  const { hasComments, hasStatusOfPullRequest } = forgeTraits[connection.kind];
  const pullRequest = pullRequestOf(release);
  const status = hasStatusOfPullRequest ? pullRequest : statusCommit(connection, release);
  return [
    ...(status === null ? [] : [{ kind: 'status', target: status } as const]),
    ...(status === null || !connection.summary ? [] : [{ kind: 'summary', target: status } as const]),
    ...(pullRequest === null || !connection.comments || !hasComments
      ? []
      : [{ kind: 'comment', target: pullRequest } as const]),
  ];
}

/** The branch's own newest commit, never a test merge; null: no complete hash is known. */
export function statusCommitOf(release: Placed): string | null {
  const commit = release.git.headCommit ?? release.commit;
  return commit !== null && /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(commit) ? commit.toLowerCase() : null;
}

/** GitLab and Bitbucket keep the commits of a fork in the fork, where the connection's token reaches nothing. */
function statusCommit({ kind }: Connected, release: Placed): string | null {
  return isFromFork(release) && !forgeTraits[kind].takesForkCommits ? null : statusCommitOf(release);
}

export function isFromFork({ git: { repository, headRepository } }: Placed): boolean {
  return repository !== null && headRepository !== null && !isSame(repository, headRepository);
}

function pullRequestOf({ git: { pullRequest } }: Placed): string | null {
  return pullRequest !== null && /^[1-9]\d{0,9}$/.test(pullRequest) ? `pull/${pullRequest}` : null;
}

/** The number of a target `pull/12`. */
export function pullRequestNumber(target: string): number | null {
  const match = /^pull\/([1-9]\d{0,9})$/.exec(target);
  return match === null ? null : Number(match[1]);
}

/** Only the last part is compared: addresses for git have other folders around it. */
function isOfRepository({ repository }: Connected, { git }: Placed): boolean {
  if (git.repository === null || /^\d+$/.test(repository)) return true;
  return isSame(lastPart(repository), lastPart(git.repository));
}

function lastPart(repository: string): string {
  return repository
    .replace(/\/+$/, '')
    .split('/')
    .at(-1)!
    .replace(/\.git$/i, '');
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
