import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../domain/people/access.ts';
import { authenticateSession } from '../../services/people/authenticate-session.ts';
import type { HttpContext } from '../deps.ts';

/**
 * The caller of a long request as of now: it may outlive its reader's rights, so they are checked again with each answer.
 *
 * @returns null when the session has ended or the key was revoked
 */
export function livePrincipal(
  { core, keys }: HttpContext,
  request: FastifyRequest,
): () => Promise<Principal | null> {
  const { principal, sessionToken } = request;
  if (principal.kind === 'key') return async () => ((await keys.isLive(principal.keyId)) ? principal : null);
  if (sessionToken === null) return async () => principal;
  return async () => (await authenticateSession(core, sessionToken))?.principal ?? null;
}
