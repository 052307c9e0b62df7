import { requireSuperuser } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import type { ApiKey } from '../../domain/people/api-key.ts';
import type { Deps } from '../deps.ts';
import { findBuildToUse } from './find-build.ts';

/** The keys of a build, or (without one) the superuser and worker keys; newest first, including revoked ones. */
export async function listKeys(
  deps: Deps,
  principal: Principal,
  input: { buildId: number | null },
): Promise<Omit<ApiKey, 'secretHash'>[]> {
  const { buildId } = input;
  if (buildId === null) requireSuperuser(principal, 'see superuser keys');
  const keys = await deps.store.read(async (tx) => {
    if (buildId !== null) await findBuildToUse(tx, principal, buildId);
    return tx.keys.list(buildId);
  });
  return keys.map(({ secretHash: _secretHash, ...key }) => key);
}
