import { AppError } from '../../base/errors.ts';
import { ciKindOf, maxTrusts, type CiTrust } from '../../domain/forges/ci-claims.ts';
import { checkName } from '../../domain/names.ts';
import { actorOf, type Principal } from '../../domain/people/access.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from '../builds/log-activity.ts';
import { findBuildToManage } from '../builds/find-build.ts';
import { findConnection } from './find-connection.ts';

export type TrustedJobs =
  { connectionId: number } | { kind: 'circleci' | 'buildkite'; organization: string; project: string };

/** Lets the jobs of a repository or project exchange their tokens for keys of a build. */
export async function createTrust(
  deps: Deps,
  principal: Principal,
  input: { buildId: number } & TrustedJobs,
): Promise<CiTrust> {
  const { buildId } = input;
  return deps.store.transaction(async (tx) => {
    await findBuildToManage(tx, principal, buildId);
    await tx.builds.lock(buildId);
    const trusted = await trustedBy(tx, principal, input);
    const others = await tx.ciTrusts.ofBuild(buildId);
    const same = others.find(
      (other) =>
        other.kind === trusted.kind &&
        other.connectionId === trusted.connectionId &&
        other.organization === trusted.organization &&
        other.project === trusted.project,
    );
    if (same !== undefined) return same;
    if (others.length >= maxTrusts) {
      throw new AppError('conflict', `A build trusts at most ${maxTrusts} CI projects. Remove one first.`);
    }
    const now = deps.clock.now();
    const trust = await tx.ciTrusts.insert({
      buildId,
      ...trusted,
      createdAt: now,
      createdBy: actorOf(principal),
    });
    await logTrust(deps, tx, principal, trust, 'ci_trusted');
    return trust;
  });
}

async function trustedBy(
  tx: Transaction,
  principal: Principal,
  input: { buildId: number } & TrustedJobs,
): Promise<Pick<CiTrust, 'kind' | 'connectionId' | 'organization' | 'project'>> {
  if ('kind' in input) {
    const { kind, organization, project } = input;
    for (const [parameter, id] of [
      ['organization', organization],
      ['project', project],
    ] as const) {
      checkName(parameter, id, 100);
      if (/^[A-Za-z0-9-]+$/.test(id)) continue;
      throw new AppError('invalid_argument', `${parameter} must be its id: letters, digits and hyphens.`, {
        details: { parameter },
      });
    }
    return { kind, connectionId: null, organization, project };
  }
  const { buildId, connectionId } = input;
  const connection = await findConnection(tx, principal, { buildId, connectionId });
  const kind = ciKindOf(connection);
  if (kind === null) {
    throw new AppError(
      'invalid_argument',
      'Only GitHub, GitLab and Forgejo issue tokens to their CI jobs. Use a key of the build.',
      { details: { parameter: 'connection_id' } },
    );
  }
  if (connection.repositoryId === null) {
    throw new AppError('conflict', 'Test the connection first: its repository is known by its number.');
  }
  return { kind, connectionId, organization: null, project: null };
}

export async function listTrusts(
  { store }: Deps,
  principal: Principal,
  { buildId }: { buildId: number },
): Promise<CiTrust[]> {
  return store.read(async (tx) => {
    await findBuildToManage(tx, principal, buildId);
    return tx.ciTrusts.ofBuild(buildId);
  });
}

/** Keys that its jobs have got end within the hour. */
export async function deleteTrust(
  deps: Deps,
  principal: Principal,
  { buildId, trustId }: { buildId: number; trustId: number },
): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await findBuildToManage(tx, principal, buildId);
    const trust = (await tx.ciTrusts.ofBuild(buildId)).find(({ id }) => id === trustId);
    if (trust === undefined) {
      throw new AppError('not_found', `Build ${buildId} trusts no CI project ${trustId}.`, {
        details: { parameter: 'trust_id' },
      });
    }
    await tx.ciTrusts.delete(trustId);
    await logTrust(deps, tx, principal, trust, 'ci_distrusted');
  });
}

async function logTrust(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  { id, buildId, kind, organization, project, connectionId }: CiTrust,
  what: string,
): Promise<void> {
  await logActivity(tx, {
    at: deps.clock.now(),
    buildId,
    actor: actorOf(principal),
    kind: what,
    detail: { kind, connection: connectionId, organization, project },
    subject: `ci_trust:${id}`,
  });
}
