import { AppError } from '../../base/errors.ts';
import { isSupersededBy } from '../../domain/baselines/superseded.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { findBuildToRead } from '../builds/find-build.ts';
import { describe } from './describe-release.ts';
import type { ReleaseDescription } from './describe-release.ts';

/** Exactly one of the three places in git. */
export interface BuildStatusInput {
  buildId: number;
  commit?: string | undefined;
  branch?: string | undefined;
  pullRequest?: number | undefined;
}

/** Newest releases of a place among which one that was not superseded is looked for. */
const maxReleases = 20;

/**
 * The newest release of a commit, a branch or a pull request, and what it means.
 *
 * @returns null when there is none yet
 * @throws AppError `invalid_argument` | `not_found` when the build is not there
 */
export async function buildStatus(
  deps: Deps,
  principal: Principal,
  input: BuildStatusInput,
): Promise<ReleaseDescription | null> {
  return deps.store.read(async (tx) => {
    const build = await findBuildToRead(tx, principal, input.buildId);
    checkPlace(input);
    const release = await newestOf(tx, input);
    return release === null ? null : describe(deps, tx, principal, build, release);
  });
}

function checkPlace({ commit, branch, pullRequest }: BuildStatusInput): void {
  const given = [commit, branch, pullRequest].filter((value) => value !== undefined);
  if (given.length === 1) return;
  throw new AppError(
    'invalid_argument',
    `Name exactly one of commit, branch and pull_request, got ${given.length}.`,
    { details: { parameter: 'commit' } },
  );
}

export async function newestOf(tx: Transaction, input: BuildStatusInput): Promise<Release | null> {
  const { buildId, commit, branch, pullRequest } = input;
  const list = (filter: { commit?: string; headCommit?: string; branch?: string; pullRequest?: string }) =>
    tx.releases.list({ buildId, ...filter }, { limit: maxReleases, offset: 0 });
  const found =
    commit !== undefined
      ? [...(await list({ commit })), ...(await list({ headCommit: commit }))].sort((a, b) => b.id - a.id)
      : branch !== undefined
        ? await list({ branch })
        : await list({ pullRequest: String(pullRequest) });
  const current = found.find(({ status, decisionNote }) => !isSupersededBy(status, decisionNote));
  return current ?? found[0] ?? null;
}
