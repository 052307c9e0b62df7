import { madeVisible } from '../../base/invisible-text.ts';

/** Who may vouch for people, from the settings. */
export interface ProviderSettings {
  google: { clientId: string; clientSecret: string } | null;
  /** Keycloak, Okta, Entra and whatever else speaks OpenID Connect. */
  oidc: { issuer: string; clientId: string; clientSecret: string; name: string } | null;
  /** Only addresses of this domain may sign in with a provider. */
  domain: string | null;
}

export interface ProviderConfig {
  providerId: string;
  shownName: string;
  issuer: string;
  /** OpenID Connect Discovery 1.0. */
  discoveryUrl: string;
  clientId: string;
  clientSecret: string;
  /** Google shows accounts of this domain only. */
  hostedDomain: string | null;
}

const googleIssuer = 'https://accounts.google.com';

export function providerConfigs({ google, oidc, domain }: ProviderSettings): ProviderConfig[] {
  const configs: ProviderConfig[] = [];
  if (google !== null) {
    configs.push({
      providerId: 'google',
      shownName: 'Google',
      issuer: googleIssuer,
      discoveryUrl: discoveryOf(googleIssuer),
      ...google,
      hostedDomain: domain,
    });
  }
  if (oidc !== null) {
    const { issuer, clientId, clientSecret, name } = oidc;
    configs.push({
      providerId: 'oidc',
      shownName: name,
      issuer,
      discoveryUrl: discoveryOf(issuer),
      clientId,
      clientSecret,
      hostedDomain: null,
    });
  }
  return configs;
}

function discoveryOf(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

const maxNameLength = 100;

/** A name that can be shown, whatever the provider sends. */
export function profileOf(profile: Record<string, unknown>): { name: string } {
  const given = [profile['name'], profile['preferred_username'], profile['email']].filter(
    (value) => typeof value === 'string',
  );
  const name = (given.find((value) => value.trim() !== '') ?? 'Somebody')
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '')
    .trim();
  return { name: [...madeVisible(name)].slice(0, maxNameLength).join('') || 'Somebody' };
}
