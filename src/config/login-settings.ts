/** Settings of how people sign in to a server. */

import { z } from 'zod';
import { setting } from './resolve-settings.ts';

const none = 'none';

export const loginSettings = {
  passwordLogin: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: true,
    description: 'Whether people can sign in with an e-mail address and password.',
    environment: 'DPXDT_PASSWORD_LOGIN',
  }),
  googleClientId: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: none,
    description: 'Google OAuth client ID; its redirect URI is PUBLIC_URL/api/auth/callback/google.',
    environment: 'DPXDT_GOOGLE_CLIENT_ID',
  }),
  googleClientSecret: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: none,
    description: 'Google OAuth client secret.',
    environment: 'DPXDT_GOOGLE_CLIENT_SECRET',
    isSecret: true,
  }),
  oidcIssuer: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: none,
    description:
      'Issuer of the OpenID Connect provider that people sign in with (Keycloak, Okta, Entra …), an https URL. The redirect URI is PUBLIC_URL/api/auth/callback/oidc.',
    environment: 'DPXDT_OIDC_ISSUER',
  }),
  oidcClientId: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: none,
    description: 'Client ID at the OpenID Connect provider.',
    environment: 'DPXDT_OIDC_CLIENT_ID',
  }),
  oidcClientSecret: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: none,
    description: 'Client secret at the OpenID Connect provider.',
    environment: 'DPXDT_OIDC_CLIENT_SECRET',
    isSecret: true,
  }),
  oidcName: setting({
    schema: z.string().min(1).max(60),
    kind: 'text',
    default: 'Single sign-on',
    description: 'Label of the OpenID Connect sign-in button.',
    environment: 'DPXDT_OIDC_NAME',
  }),
  loginDomain: setting<string | null>({
    schema: z
      .string()
      .toLowerCase()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain such as example.org'),
    kind: 'text',
    default: null,
    defaultText: 'none; people who use Google then need an invitation',
    description: 'E-mail domain that may sign in with Google or OpenID Connect.',
    environment: 'DPXDT_LOGIN_DOMAIN',
  }),
  createBuilds: setting<'everyone' | 'superusers'>({
    schema: z.enum(['everyone', 'superusers']),
    kind: 'text',
    default: 'everyone',
    description: 'Who may create builds: all signed-in people, or superusers only.',
    environment: 'DPXDT_CREATE_BUILDS',
  }),
  mailDomains: setting<string | null>({
    schema: z
      .string()
      .toLowerCase()
      .regex(
        /^[a-z0-9-]+(\.[a-z0-9-]+)+( *, *[a-z0-9-]+(\.[a-z0-9-]+)+)*$/,
        'must be domains such as example.org, separated by commas',
      ),
    kind: 'text',
    default: null,
    defaultText: 'none',
    description: "Domains whose addresses receive a build's mail without confirmation, separated by commas.",
    environment: 'DPXDT_MAIL_DOMAINS',
  }),
} as const;
