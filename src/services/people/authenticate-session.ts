import type { UserPrincipal } from '../../domain/people/access.ts';
import type { Session } from '../../domain/people/login-rules.ts';
import type { Deps } from '../deps.ts';

/** Accuracy of the time of last use. */
const touchMs = 60_000;

export interface SignedIn {
  principal: UserPrincipal;
  session: Session;
}

export function hashOf(deps: Pick<Deps, 'ids'>, token: string): string {
  return deps.ids.sha256(new TextEncoder().encode(token));
}

/**
 * The person behind a session token; null when the session has ended. Session and rights are read every time, so that a revoked
 * session or role stops working immediately on every server.
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
    // Not awaited: reads must answer even while writes are blocked.
    void store.transaction((tx) => tx.sessions.touch(session.id, now)).catch(() => undefined);
  }
  return {
    session,
    principal: { kind: 'user', userId: user.id, name: user.name, superuser: user.superuser, roles },
  };
}
