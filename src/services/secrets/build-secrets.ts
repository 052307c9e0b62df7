import { AppError } from '../../base/errors.ts';
import {
  buildSecretLimits,
  checkSecretName,
  checkSecretOrigins,
  checkSecretValue,
} from '../../domain/capture/build-secrets.ts';
import type { BuildSecret } from '../../domain/capture/build-secrets.ts';
import { actorOf } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { Transaction } from '../../ports/store.ts';
import { findBuildToManage } from '../builds/find-build.ts';
import type { Deps } from '../deps.ts';
import { sealedText } from './sealed-text.ts';
import { logActivity } from '../builds/log-activity.ts';

/** A secret without its value, which leaves the server with tasks alone. */
export type ListedSecret = Omit<BuildSecret, 'value' | 'buildId'>;

/** By name. @throws AppError `not_found` | `role_required` */
export async function listBuildSecrets(
  deps: Deps,
  principal: Principal,
  { buildId }: { buildId: number },
): Promise<ListedSecret[]> {
  return deps.store.read(async (tx) => {
    await findBuildToManage(tx, principal, buildId);
    return (await tx.buildSecrets.ofBuild(buildId)).map(
      ({ value: _value, buildId: _buildId, ...listed }) => listed,
    );
  });
}

/**
 * Adds a secret, or replaces the one of that name: the value is always given, so that a secret is bound to other origins only
 * by those who know it.
 *
 * @throws AppError `not_found` | `role_required` | `invalid_argument` | `conflict` beyond 100 secrets
 */
export async function setBuildSecret(
  deps: Deps,
  principal: Principal,
  input: { buildId: number; name: string; value: string; origins: readonly string[] },
): Promise<ListedSecret> {
  const listed = {
    buildId: input.buildId,
    name: checkSecretName(input.name),
    origins: checkSecretOrigins(input.origins),
    updatedBy: actorOf(principal),
  };
  const text = checkSecretValue(input.value);
  return deps.store.transaction(async (tx) => {
    const build = await findBuildToManage(tx, principal, input.buildId);
    await tx.builds.lock(build.id);
    const others = (await tx.buildSecrets.ofBuild(build.id)).filter(({ name }) => name !== listed.name);
    if (others.length >= buildSecretLimits.secrets) {
      throw new AppError(
        'conflict',
        `A build has at most ${buildSecretLimits.secrets} secrets. Delete one first.`,
      );
    }
    const made = { ...listed, updatedAt: deps.clock.now() };
    await tx.buildSecrets.put({ ...made, value: sealedText(deps.vault, text) });
    await logChange(deps, tx, principal, made, 'secret_set');
    return made;
  });
}

/** @throws AppError `not_found` | `role_required` */
export async function deleteBuildSecret(
  deps: Deps,
  principal: Principal,
  { buildId, name }: { buildId: number; name: string },
): Promise<void> {
  await deps.store.transaction(async (tx) => {
    await findBuildToManage(tx, principal, buildId);
    if (!(await tx.buildSecrets.delete(buildId, name))) {
      throw new AppError('not_found', `Build ${buildId} has no secret ${JSON.stringify(name)}.`, {
        details: { parameter: 'secret_name' },
      });
    }
    await logChange(deps, tx, principal, { buildId, name, origins: [] }, 'secret_deleted');
  });
}

async function logChange(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  { buildId, name, origins }: Pick<BuildSecret, 'buildId' | 'name' | 'origins'>,
  kind: string,
): Promise<void> {
  await logActivity(tx, {
    at: deps.clock.now(),
    buildId,
    actor: actorOf(principal),
    kind,
    detail: { name, ...(origins.length > 0 && { origins: origins.join(' ') }) },
    subject: `secret:${name}`,
  });
}
