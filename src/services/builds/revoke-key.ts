import { actorOf, isSuperuser, mayUseBuild, requireBuildManagement } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import type { ApiKey } from '../../domain/people/api-key.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from './log-activity.ts';
import { findBuildToUse } from './find-build.ts';

/**
 * Revokes a key permanently; idempotent.
 *
 * @throws AppError `not_found` for a key that does not exist, is not the caller's, or is not of `buildId` if given
 */
export async function revokeKey(
  deps: Deps,
  principal: Principal,
  input: { keyId: string; buildId?: number | undefined },
): Promise<ApiKey> {
  return deps.store.transaction(async (tx) => {
    if (input.buildId !== undefined) {
      await findBuildToUse(tx, principal, input.buildId);
      requireBuildManagement(principal, input.buildId);
    }
    const key = await findKey(tx, principal, input.keyId);
    if (input.buildId !== undefined && key.buildId !== input.buildId) throw keyNotFound(input.keyId);
    if (key.buildId !== null) requireBuildManagement(principal, key.buildId);
    if (key.revokedAt !== null) return key;
    const now = deps.clock.now();
    await tx.keys.revoke(key.id, now);
    await logKey(tx, key, { at: now, actor: actorOf(principal), kind: 'key_revoked' });
    return { ...key, revokedAt: now };
  });
}

export async function findKey(tx: Transaction, principal: Principal, keyId: string): Promise<ApiKey> {
  const key = await tx.keys.find(keyId);
  const mayUse =
    key !== null && (isSuperuser(principal) || (key.buildId !== null && mayUseBuild(principal, key.buildId)));
  if (!mayUse) throw keyNotFound(keyId);
  return key;
}

export async function logKey(
  tx: Transaction,
  key: ApiKey,
  what: { at: number; actor: string; kind: string },
): Promise<void> {
  await logActivity(tx, {
    ...what,
    buildId: key.buildId,
    detail: { key_id: key.id, purpose: key.purpose },
    subject: `key:${key.id}`,
  });
}

export function keyNotFound(keyId: string): AppError {
  return new AppError(
    'not_found',
    `API key "${keyId.slice(0, 60)}" does not exist, or you do not have access to it.`,
    {
      details: { parameter: 'key_id' },
    },
  );
}
