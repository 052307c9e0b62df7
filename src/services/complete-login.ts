import type { LoginAnswer, Logins } from '../ports/logins.ts';
import { hashOf } from './authenticate-session.ts';
import { claimInvitations } from './claim-invitations.ts';
import type { Deps } from './deps.ts';

/**
 * What every login ends with: the browser's earlier session ends, whoever it was of, and open invitations to the
 * person's verified address are claimed.
 *
 * @param earlierToken of the session that the browser had when it asked
 */
export async function completeLogin(
  deps: Deps,
  logins: Logins,
  answer: LoginAnswer,
  earlierToken: string | null,
): Promise<void> {
  const token = answer.cookies
    .map((cookie) => logins.tokenOf(cookie.split(';')[0]))
    .find((one) => one !== null);
  if (token === undefined) return;
  const userId = await deps.store.transaction(async (tx) => {
    if (earlierToken !== null && earlierToken !== token) {
      const earlier = await tx.sessions.findByTokenHash(hashOf(deps, earlierToken));
      if (earlier !== null) await tx.sessions.delete(earlier.session.id, earlier.user.id);
    }
    return (await tx.sessions.findByTokenHash(hashOf(deps, token)))?.user.id ?? null;
  });
  if (userId !== null) await claimInvitations(deps, userId);
}
