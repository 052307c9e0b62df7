import type { UserPrincipal } from '../../domain/people/access.ts';
import type { Session } from '../../domain/people/login-rules.ts';
import type { Deps } from '../deps.ts';

/** The time of last use is kept this exactly. */
const touchMs = 60_000;

export interface SignedIn {
  principal: UserPrincipal;
  session: Session;
}

export function hashOf(deps: Pick<Deps, 'ids'>, token: string): string {
  return deps.ids.sha256(new TextEncoder().encode(token));
}

/**
 * Who is signed in with a session's token; null when it has ended. Looked up every time, rights too, so that a revoked
 * session and a role that was taken away are over at once on every server.
 */
export async function authenticateSession(
  deps: Pick<Deps, 'store' | 'clock' | 'ids'>,
  token: string,
): Promise<SignedIn | null> {
  const { store, clock } = deps;
  const tokenHash = hashOf(deps, token);
  const found = await store.read(async (tx) => {
    const known = await tx.sessions.findByTokenHash(tokenHash);
    return known === null ? null : { ...known, roles: await tx.people.rolesOf(known.user.id) };
  });
  const now = clock.now();
  if (found === null || found.session.expiresAt <= now) return null;
  const { session, user, roles } = found;
  if (now - session.lastUsedAt >= touchMs) {
    // Nobody waits for this: where writes must wait, reads still answer.
    void store.transaction((tx) => tx.sessions.touch(session.id, now)).catch(() => undefined);
  }
  return {
    session,
    principal: { kind: 'user', userId: user.id, name: user.name, superuser: user.superuser, roles },
  };
}
