import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { derived } from '../adapters/crypto/aes-vault.ts';
import type { ProviderSettings } from '../adapters/identity/provider-configs.ts';
import { AppError } from '../base/errors.ts';
import type { IdentityRecords } from '../ports/identity-records.ts';
import type { Logins } from '../ports/logins.ts';
import type { Deps } from '../services/deps.ts';
import { isInvited } from '../services/people/is-invited.ts';
import { offerLink } from '../services/people/link-login.ts';
import { mailPasswordReset } from '../services/people/mail-password-reset.ts';
import { setUpUrl, shareSetUp } from '../services/people/set-up.ts';

/** How people sign in; see the settings of the same names. */
export interface LoginOptions {
  passwordLogin: boolean;
  googleClientId: string | null;
  googleClientSecret: string | null;
  oidcIssuer: string | null;
  oidcClientId: string | null;
  oidcClientSecret: string | null;
  oidcName: string;
  loginDomain: string | null;
}

const passwordsOnly: LoginOptions = {
  passwordLogin: true,
  googleClientId: null,
  googleClientSecret: null,
  oidcIssuer: null,
  oidcClientId: null,
  oidcClientSecret: null,
  oidcName: 'Single sign-on',
  loginDomain: null,
};

/** Loads the login library only if needed. @throws AppError `invalid_argument` */
export async function composeLogins(
  core: Deps,
  records: IdentityRecords,
  secret: string,
  options: LoginOptions = passwordsOnly,
): Promise<Logins> {
  const providers = providersOf(options);
  if (!options.passwordLogin && providers.google === null && providers.oidc === null) {
    throw new AppError(
      'invalid_argument',
      'No sign-in method is configured: passwordLogin is off, and neither Google nor OpenID Connect is set. Enable one of them.',
    );
  }
  const { createLogins } = await import('../adapters/identity/create-logins.ts');
  return createLogins({
    records,
    logger: core.logger,
    secret: derived(secret, 'dpxdt logins').toString('base64'),
    publicUrl: () => core.settings.publicUrl,
    hasPasswords: options.passwordLogin,
    providers,
    // An organization's own provider admits only its people; Google admits everyone, so it needs a domain or an
    // invitation.
    mayJoin: async ({ provider, email }) =>
      provider === 'oidc' || options.loginDomain !== null || isInvited(core, email),
    offerLink: (of) => offerLink(core, of),
    onResetRequested: (of) => mailPasswordReset(core, of),
  });
}

function providersOf(options: LoginOptions): ProviderSettings {
  const { googleClientId, googleClientSecret, oidcIssuer, oidcClientId, oidcClientSecret } = options;
  const google = allOrNone('Google', { googleClientId, googleClientSecret });
  const oidc = allOrNone('OpenID Connect', { oidcIssuer, oidcClientId, oidcClientSecret });
  return {
    google: google && { clientId: google.googleClientId, clientSecret: google.googleClientSecret },
    oidc: oidc && {
      issuer: checkIssuer(oidc.oidcIssuer),
      clientId: oidc.oidcClientId,
      clientSecret: oidc.oidcClientSecret,
      name: options.oidcName,
    },
    domain: options.loginDomain,
  };
}

function allOrNone<Names extends string>(
  what: string,
  values: Record<Names, string | null>,
): Record<Names, string> | null {
  const names = Object.keys(values) as Names[];
  const missing = names.filter((name) => values[name] === null);
  if (missing.length === names.length) return null;
  if (missing.length === 0) return values as Record<Names, string>;
  throw new AppError(
    'invalid_argument',
    `Signing in with ${what} also requires the setting ${missing.join(', ')}.`,
  );
}

function checkIssuer(issuer: string): string {
  const url = URL.parse(issuer);
  const isLocal = url?.hostname === 'localhost' || url?.hostname === '127.0.0.1';
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)) return issuer;
  throw new AppError(
    'invalid_argument',
    `oidcIssuer must be an https address such as https://login.example.org/realms/main, got "${issuer.slice(0, 200)}".`,
  );
}

/** Holds the link while it is valid, for `dpxdt admin setup-link` next to a running server. */
export function setUpLinkFile(dataFolder: string): string {
  return join(dataFolder, 'setup-link');
}

export async function forgetSetUpLink(dataFolder: string): Promise<void> {
  await rm(setUpLinkFile(dataFolder), { force: true });
}

/** The link that creates the first superuser; null if there is one. */
export async function offerSetUpLink(core: Deps, dataFolder: string, secret: string): Promise<string | null> {
  const token = await shareSetUp(core, (seed) =>
    derived(secret, `dpxdt set-up ${seed}`).toString('base64url'),
  );
  await forgetSetUpLink(dataFolder);
  if (token === null) return null;
  const link = setUpUrl(core.settings.publicUrl, token);
  await writeFile(setUpLinkFile(dataFolder), `${link}\n`, { mode: 0o600 });
  return link;
}
