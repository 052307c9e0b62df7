import { AppError } from '../../base/errors.ts';
import { scopeProblem } from '../../domain/forges/ci-claims.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Transaction } from '../../ports/store.ts';

/** A key that a CI job got for its token may change only the release that it made. @throws AppError `role_required` */
export async function requireOwnRelease(
  tx: Transaction,
  principal: Principal,
  release: Pick<Release, 'id' | 'name' | 'number'>,
): Promise<void> {
  if (principal.kind !== 'key' || principal.ci === undefined) return;
  const key = await tx.keys.find(principal.keyId);
  if (key?.ci?.releaseId === release.id) return;
  throw new AppError(
    'role_required',
    `The key of this CI job is for its own release, not for "${release.name}" number ${release.number}.`,
  );
}

/** @throws AppError `role_required` where a release is not of the commit and branch that the token of a CI job names */
export function requireOwnOrigin(principal: Principal, told: Parameters<typeof scopeProblem>[1]): void {
  if (principal.kind !== 'key' || principal.ci === undefined) return;
  const problem = scopeProblem(principal.ci, told);
  if (problem !== null) throw new AppError('role_required', problem);
}

/** Binds the key of a CI job to the release that it made. @throws AppError `role_required` if it has another */
export async function ownRelease(tx: Transaction, principal: Principal, release: Release): Promise<void> {
  if (principal.kind !== 'key' || principal.ci === undefined) return;
  requireOwnOrigin(principal, {
    commit: release.commit,
    headCommit: release.git.headCommit,
    branch: release.branch,
    pullRequest: release.git.pullRequest,
  });
  if (await tx.keys.bind(principal.keyId, release.id)) return;
  throw new AppError(
    'role_required',
    'The key of this CI job has made a release already: each job makes one.',
  );
}
