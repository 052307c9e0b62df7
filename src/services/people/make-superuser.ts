import { actorOf, isSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { ApiKey } from '../../domain/people/api-key.ts';
import type { Deps } from '../deps.ts';
import { findKey, keyNotFound, logKey } from '../builds/revoke-key.ts';

/** Gives a key access to every build and the queue. */
export async function makeSuperuser(
  deps: Deps,
  principal: Principal,
  input: { keyId: string },
): Promise<ApiKey> {
  return deps.store.transaction(async (tx) => {
    if (!isSuperuser(principal)) throw keyNotFound(input.keyId);
    const key = await findKey(tx, principal, input.keyId);
    if (key.superuser) return key;
    await tx.keys.makeSuperuser(key.id);
    await logKey(tx, key, { at: deps.clock.now(), actor: actorOf(principal), kind: 'key_made_superuser' });
    return { ...key, superuser: true };
  });
}
