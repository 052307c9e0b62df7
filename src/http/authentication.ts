import type { FastifyRequest } from 'fastify';
import { requireSuperuser, requireWork } from '../domain/access.ts';
import type { Principal } from '../domain/access.ts';
import { AppError, rootCodeOf } from '../domain/errors.ts';
import type { KeyAuthenticator } from '../services/authenticate-key.ts';
import { basicCredentials, credentialsMissing } from './credentials.ts';
import type { RouteAccess } from './deps.ts';
import type { FailedLogins } from './failed-logins.ts';

export interface Authentication {
  mode: 'on' | 'off';
  keys: KeyAuthenticator;
  failedLogins: FailedLogins;
}

/**
 * Who sent the request. Credentials that are sent are checked always, also where none are needed.
 *
 * @throws AppError `unauthenticated` | `invalid_credentials` | `role_required` | `rate_limited`
 */
export async function authenticate(
  { mode, keys, failedLogins }: Authentication,
  request: FastifyRequest,
  access: RouteAccess,
): Promise<Principal> {
  const credentials = basicCredentials(request.raw);
  if (credentials === null) {
    if (mode === 'off') return { kind: 'local' };
    if (access === 'open' || access === 'read') return { kind: 'anonymous' };
    throw credentialsMissing();
  }
  const { keyId, secret } = credentials;
  failedLogins.check(request.ip, keyId);
  try {
    const principal = await keys.authenticate(keyId, secret);
    if (access === 'superuser') requireSuperuser(principal, 'do this');
    if (access === 'worker') requireWork(principal);
    return principal;
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_credentials')
      failedLogins.failed(request.ip, keyId);
    throw error;
  }
}

/** Nobody signed in and nothing public was found: say that signing in may help, whether or not it is there. */
export function hideFromAnonymous(error: unknown, principal: Principal): unknown {
  const isHidden =
    principal.kind === 'anonymous' && error instanceof AppError && rootCodeOf(error.code) === 'not_found';
  return isHidden ? credentialsMissing() : error;
}
