import type { FastifyRequest } from 'fastify';
import { requireSuperuser, requireWork } from '../../domain/people/access.ts';
import type { Principal } from '../../domain/people/access.ts';
import { AppError, rootCodeOf } from '../../base/errors.ts';
import { callerNetwork } from '../../domain/network/network-address.ts';
import type { Logins } from '../../ports/logins.ts';
import { authenticateSession } from '../../services/people/authenticate-session.ts';
import type { Deps } from '../../services/deps.ts';
import { checkCsrf, csrfTokenOf, isSafe } from './csrf.ts';
import type { KeyAuthenticator } from '../../services/builds/authenticate-key.ts';
import { basicCredentials, credentialsMissing } from './credentials.ts';
import type { RouteAccess } from '../deps.ts';
import { reviewerName } from './reviewer-name.ts';
import { HttpError } from '../http-error.ts';
import type { WrongKeys } from '../limits/wrong-keys.ts';

export interface Authentication {
  mode: 'on' | 'off';
  core: Pick<Deps, 'store' | 'clock' | 'ids'>;
  logins: Logins | null;
  keys: KeyAuthenticator;
  wrongKeys: WrongKeys;
}

/**
 * Authenticates a request. Credentials are always checked if sent, even if none are needed.
 *
 * @throws AppError `unauthenticated` | `invalid_credentials` | `role_required` | `rate_limited`
 */
export async function authenticate(
  authentication: Authentication,
  request: FastifyRequest,
  access: RouteAccess,
): Promise<Principal> {
  const { mode, keys, wrongKeys, core } = authentication;
  const credentials = basicCredentials(request.raw);
  if (credentials === null) {
    if (mode === 'off') return { kind: 'local', name: reviewerName(request.headers) };
    const person = await personOf(authentication, request, access);
    if (person !== null) return person;
    if (access === 'open' || access === 'read') return { kind: 'anonymous' };
    throw credentialsMissing();
  }
  const { keyId, secret } = credentials;
  const address = callerNetwork(request.ip);
  const tried = { address, keyId, secretHash: core.ids.sha256(new TextEncoder().encode(secret)) };
  const principal = await wrongKeys.check(tried, () =>
    keys.authenticate(keyId, secret, { lastKnown: access === 'monitor' }),
  );
  if (isForSuperusers(access)) requireSuperuser(principal, 'do this');
  if (access === 'worker') requireWork(principal);
  return principal;
}

const isForSuperusers = (access: RouteAccess) => access === 'superuser' || access === 'monitor';

/** The person behind the session cookie. Browsers send cookies automatically, so changing requests also need a token. */
async function personOf(
  { core, logins }: Authentication,
  request: FastifyRequest,
  access: RouteAccess,
): Promise<Principal | null> {
  if (logins === null || (access === 'open' && isSafe(request.method))) return null;
  const token = logins.tokenOf(request.headers.cookie);
  const signedIn = token === null ? null : await authenticateSession(core, token);
  if (token === null || signedIn === null) return null;
  request.sessionToken = token;
  request.sessionId = signedIn.session.id;
  request.csrfToken = csrfTokenOf(core, token);
  if (!isSafe(request.method)) checkCsrf(core, request.csrfToken, request.headers['x-csrf-token']);
  if (isForSuperusers(access)) requireSuperuser(signedIn.principal, 'do this');
  if (access === 'worker') requireWork(signedIn.principal);
  return signedIn.principal;
}

/**
 * Not signed in and nothing public found: suggest signing in, whether or not the resource exists. A refusal that chose its
 * HTTP status keeps it.
 */
export function hideFromAnonymous(error: unknown, principal: Principal): unknown {
  const isHidden =
    principal.kind === 'anonymous' &&
    error instanceof AppError &&
    !(error instanceof HttpError) &&
    rootCodeOf(error.code) === 'not_found';
  return isHidden ? credentialsMissing() : error;
}
