import type { LoginAnswer, Logins } from '../../ports/logins.ts';
import { hashOf } from './authenticate-session.ts';
import type { Deps } from '../deps.ts';

/**
 * Completes a login: ends the browser's previous session, even if it was another person's.
 *
 * @param earlierToken token of that session
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
  if (token === undefined || earlierToken === null || earlierToken === token) return;
  await deps.store.transaction(async (tx) => {
    const earlier = await tx.sessions.findByTokenHash(hashOf(deps, earlierToken));
    if (earlier !== null) await tx.sessions.delete(earlier.session.id, earlier.user.id);
  });
}
