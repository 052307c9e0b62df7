import { hashOf } from './authenticate-session.ts';
import type { Deps } from '../deps.ts';

/** Ends a session permanently, on every server. */
export async function signOut(deps: Deps, token: string): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const found = await tx.sessions.findByTokenHash(hashOf(deps, token));
    if (found !== null) await tx.sessions.delete(found.session.id, found.user.id);
  });
}
