import { betterAuth } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import {
  loginProblems,
  maxPasswordLength,
  minPasswordLength,
  passwordResetSeconds,
  sessionSeconds,
  wrongPassword,
  type LoginProblem,
} from '../../domain/people/login-rules.ts';
import { AppError } from '../../base/errors.ts';
import { nextAddress } from '../../base/next-address.ts';
import type { IdentityRecords } from '../../ports/identity-records.ts';
import type { Logger } from '../../ports/logger.ts';
import type { LoginOrigin, Logins, ProviderOutcome } from '../../ports/logins.ts';
import { allowLogin, linkOf, type MayJoin } from './allow-login.ts';
import { createPasswordHashes, type PasswordHashes } from './password-hashes.ts';
import { profileOf, providerConfigs, type ProviderSettings } from './provider-configs.ts';
import { storedProvider, recordsAdapter } from './records-adapter.ts';

export interface LoginsOptions {
  records: IdentityRecords;
  logger: Logger;
  /** Signs cookies and seals the state of pending logins; 32 bytes or more. */
  secret: string;
  /** The server's address for people; known once it listens. Never taken from a request. */
  publicUrl: () => string;
  hasPasswords: boolean;
  providers: ProviderSettings;
  /** Whether an unknown person may sign in through a provider. */
  mayJoin: MayJoin;
  /** Keeps a provider's account until the person's password was entered; null if there is no password. */
  offerLink: (of: { userId: string; providerId: string; subject: string }) => Promise<string | null>;
  /** Mails a link to set a new password. */
  onResetRequested: (of: { userId: string; email: string; token: string }) => Promise<void>;
}

const basePath = '/api/auth';
const addressHeader = 'x-dpxdt-address';
const problemPath = '/login/problem';

/** Logins by better-auth, which keeps its records in our database. */
export function createLogins(options: LoginsOptions): Logins {
  const { publicUrl, logger } = options;
  const configs = providerConfigs(options.providers);
  const passwords = createPasswordHashes();
  let made: { url: string; auth: ReturnType<typeof makeAuth> } | undefined;

  /** Created on first use: the address is known only then, and an unreachable provider does not delay startup. */
  function auth() {
    if (made?.url !== publicUrl()) made = { url: publicUrl(), auth: makeAuth(options, configs, passwords) };
    return made.auth;
  }

  const cookieName = () => `${cookiePrefix(publicUrl())}.session_token`;

  return {
    hasPasswords: options.hasPasswords,
    providers: configs.map(({ providerId, shownName }) => ({ id: providerId, name: shownName })),

    tokenOf(cookieHeader) {
      const value = cookieOf(cookieHeader, cookieName());
      const dot = value?.lastIndexOf('.') ?? -1;
      return value === null || dot < 1 ? null : value.slice(0, dot);
    },

    async signIn({ email, password }, from) {
      try {
        const { headers } = await auth().api.signInEmail({
          body: { email, password },
          headers: headersOf(from),
          returnHeaders: true,
        });
        return { cookies: headers.getSetCookie() };
      } catch (error) {
        throw isRefusal(error) ? wrongPassword() : error;
      }
    },

    forget() {
      const secure = isSecure(publicUrl()) ? '; Secure' : '';
      return [`${cookieName()}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax${secure}`];
    },

    hashPassword: (password) => passwords.hash(password),

    async changePassword(cookieHeader, { oldPassword, password }, from) {
      const headers = headersOf(from);
      headers.set('cookie', cookieHeader);
      try {
        const changed = await auth().api.changePassword({
          body: { currentPassword: oldPassword, newPassword: password, revokeOtherSessions: true },
          headers,
          returnHeaders: true,
        });
        return { cookies: changed.headers.getSetCookie() };
      } catch (error) {
        if (!isRefusal(error)) throw error;
        throw new AppError('invalid_credentials', 'The present password is wrong.');
      }
    },

    async requestReset(email) {
      await auth().api.requestPasswordReset({ body: { email } });
    },

    async resetPassword(token, password) {
      try {
        await auth().api.resetPassword({ body: { token, newPassword: password } });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        throw new AppError(
          'invalid_argument',
          'This link has already been used or is older than an hour. Request a new one.',
          { details: { parameter: 'token' } },
        );
      }
    },

    async startProvider(provider, next) {
      if (!configs.some(({ providerId }) => providerId === provider)) {
        throw new AppError('not_found', 'This server does not allow signing in with this provider.', {
          details: { parameter: 'provider' },
        });
      }
      const origin = publicUrl();
      try {
        const { headers, response } = await auth().api.signInSocial({
          body: {
            provider,
            callbackURL: new URL(nextAddress(next, origin), origin).href,
            errorCallbackURL: origin + problemPath,
            disableRedirect: true,
          },
          headers: new Headers(),
          returnHeaders: true,
        });
        if (response.url === undefined) throw new Error('no address to go to');
        return { cookies: headers.getSetCookie(), url: response.url };
      } catch (error) {
        if (error instanceof AppError) throw error;
        logger.warn('a sign-in provider is not responding', { provider, problem: words(error) });
        throw new AppError(
          'unavailable',
          'The sign-in provider is not responding. Try again, or use another sign-in method.',
          { cause: error },
        );
      }
    },

    async finishProvider(provider, query, cookieHeader, from): Promise<ProviderOutcome> {
      const origin = publicUrl();
      const headers = headersOf(from);
      if (cookieHeader !== undefined) headers.set('cookie', cookieHeader);
      const address = `${origin}${basePath}/callback/${encodeURIComponent(provider)}?${query}`;
      const response = await auth().handler(new Request(address, { headers }));
      const cookies = response.headers.getSetCookie();
      const location = URL.parse(response.headers.get('location') ?? '', origin);
      const hasSession = cookies.some((cookie) => cookie.startsWith(`${cookieName()}=`));
      if (location === null || location.pathname === problemPath || !hasSession) {
        const reason = location?.searchParams.get('error') ?? `status ${response.status}`;
        const logged = reason.split('.')[0]!.slice(0, 100);
        logger.info('a sign-in through a provider failed', { provider, reason: logged });
        const link = linkOf(reason);
        if (link !== null) return { cookies, problem: 'link_needs_password', link };
        return { cookies, problem: problemOf(reason) };
      }
      return { cookies, next: nextAddress(location.pathname + location.search + location.hash, origin) };
    },
  };
}

function makeAuth(
  options: LoginsOptions,
  configs: ReturnType<typeof providerConfigs>,
  password: PasswordHashes,
) {
  const { logger } = options;
  const origin = options.publicUrl();
  const issuers = new Map(configs.map(({ providerId, issuer }) => [providerId, issuer]));
  return betterAuth({
    appName: 'Depicted',
    baseURL: origin,
    basePath,
    secret: options.secret,
    database: recordsAdapter(options.records, issuers),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    onAPIError: { errorURL: origin + problemPath },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      password,
      minPasswordLength,
      maxPasswordLength,
      resetPasswordTokenExpiresIn: passwordResetSeconds,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: ({ user, token }) =>
        options.onResetRequested({ userId: user.id, email: user.email, token }),
    },
    session: { expiresIn: sessionSeconds, disableSessionRefresh: true },
    verification: { storeIdentifier: 'hashed' },
    account: { updateAccountOnSignIn: false, accountLinking: { enabled: true, trustedProviders: [] } },
    user: {
      validateUserInfo: allowLogin(options.providers, options.mayJoin, ({ userId, provider, subject }) =>
        options.offerLink({ userId, providerId: storedProvider(issuers, provider), subject }),
      ),
    },
    plugins: [
      genericOAuth({
        config: configs.map(({ providerId, discoveryUrl, clientId, clientSecret, hostedDomain }) => ({
          providerId,
          discoveryUrl,
          clientId,
          clientSecret,
          pkce: true,
          requireIdTokenVerification: true,
          scopes: ['openid', 'email', 'profile'],
          mapProfileToUser: profileOf,
          ...(hostedDomain !== null && { authorizationUrlParams: { hd: hostedDomain } }),
        })),
      }),
    ],
    advanced: {
      useSecureCookies: false,
      cookiePrefix: cookiePrefix(origin),
      defaultCookieAttributes: { secure: isSecure(origin), httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [addressHeader] },
    },
    logger: {
      level: 'warn',
      log: (level, message) =>
        logger[level === 'error' ? 'warn' : 'debug']('logins', { problem: message.slice(0, 200) }),
    },
  });
}

function isSecure(origin: string): boolean {
  return origin.startsWith('https:');
}

/** Browsers accept `__Host-` over TLS only. */
function cookiePrefix(origin: string): string {
  return isSecure(origin) ? '__Host-dpxdt' : 'dpxdt';
}

function headersOf({ address, userAgent }: LoginOrigin): Headers {
  const headers = new Headers({ [addressHeader]: address });
  if (userAgent !== null) headers.set('user-agent', userAgent.slice(0, 500).replace(/[^\x20-\x7e]/g, '?'));
  return headers;
}

function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (part.slice(0, equals).trim() !== name) continue;
    try {
      return decodeURIComponent(part.slice(equals + 1).trim());
    } catch {
      return null;
    }
  }
  return null;
}

/** Whether the request was refused, rather than failed because of this server. */
function isRefusal(error: unknown): boolean {
  return isAPIError(error) && error.statusCode < 500;
}

function words(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'unknown';
}

function problemOf(reason: string): LoginProblem {
  if (Object.hasOwn(loginProblems, reason)) return reason as LoginProblem;
  if (reason === 'account_not_linked') return 'unverified_email';
  return /state|nonce_binding/i.test(reason) ? 'state' : 'provider';
}
