import { actorOf, requireBuildManagement, requireSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { checkName } from '../../domain/names.ts';
import type { ApiKey } from '../../domain/people/api-key.ts';
import type { Deps } from '../deps.ts';
import { logActivity } from './log-activity.ts';
import { findBuildToUse } from './find-build.ts';

export type CreateKeyInput = { purpose: string } & (
  | { buildId: number }
  | { superuser: true }
  /** A worker key: can access the queue, and builds only through its leased tasks. */
  | { worker: true }
);

/** Creates an API key. The secret is only in this answer. */
export async function createKey(
  deps: Deps,
  principal: Principal,
  input: CreateKeyInput,
): Promise<{ key: ApiKey; secret: string }> {
  const buildId = 'buildId' in input ? input.buildId : null;
  if (buildId === null) requireSuperuser(principal, 'create keys of superusers and workers');
  else requireBuildManagement(principal, buildId);
  checkName('purpose', input.purpose);
  const secret = deps.ids.secret();
  const now = deps.clock.now();
  const key: ApiKey = {
    id: deps.ids.id(),
    secretHash: deps.ids.sha256(new TextEncoder().encode(secret)),
    purpose: input.purpose,
    buildId,
    superuser: 'superuser' in input,
    worker: 'worker' in input,
    createdAt: now,
    createdBy: actorOf(principal),
    revokedAt: null,
    lastUsedAt: null,
    ci: null,
    expiresAt: null,
  };
  await deps.store.transaction(async (tx) => {
    if (buildId !== null) await findBuildToUse(tx, principal, buildId);
    await tx.keys.insert(key);
    await logActivity(tx, {
      at: now,
      buildId,
      actor: key.createdBy,
      kind: 'key_created',
      detail: { key_id: key.id, purpose: key.purpose, superuser: key.superuser, worker: key.worker },
      subject: `key:${key.id}`,
    });
  });
  return { key, secret };
}
