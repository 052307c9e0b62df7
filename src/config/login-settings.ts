/** Settings of how people sign in to a server. */

import { z } from 'zod';
import { setting } from './resolve-settings.ts';

const none = 'none';

export const loginSettings = {
  passwordLogin: setting({
    schema: z.boolean(),
    kind: 'boolean',
    default: true,
    description: 'Whether people may sign in with e-mail address and password.',
    environment: 'DPXDT_PASSWORD_LOGIN',
  }),
  googleClientId: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: none,
    description: 'OAuth client of Google; its redirect address is PUBLIC_URL/api/auth/callback/google.',
    environment: 'DPXDT_GOOGLE_CLIENT_ID',
  }),
  googleClientSecret: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: none,
    description: 'Secret of the OAuth client of Google.',
    environment: 'DPXDT_GOOGLE_CLIENT_SECRET',
    isSecret: true,
  }),
  oidcIssuer: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: none,
    description:
      'OpenID Connect provider that people sign in with (Keycloak, Okta, Entra …): its issuer, an https address. The redirect address is PUBLIC_URL/api/auth/callback/oidc.',
    environment: 'DPXDT_OIDC_ISSUER',
  }),
  oidcClientId: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: none,
    description: 'Client of the OpenID Connect provider.',
    environment: 'DPXDT_OIDC_CLIENT_ID',
  }),
  oidcClientSecret: setting<string | null>({
    schema: z.string().min(1),
    kind: 'text',
    default: null,
    defaultText: none,
    description: 'Secret of the client of the OpenID Connect provider.',
    environment: 'DPXDT_OIDC_CLIENT_SECRET',
    isSecret: true,
  }),
  oidcName: setting({
    schema: z.string().min(1).max(60),
    kind: 'text',
    default: 'Single sign-on',
    description: 'What the button of the OpenID Connect provider says.',
    environment: 'DPXDT_OIDC_NAME',
  }),
  loginDomain: setting<string | null>({
    schema: z
      .string()
      .toLowerCase()
      .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain such as example.org'),
    kind: 'text',
    default: null,
    defaultText: 'none; with Google, people need an invitation then',
    description: 'Only e-mail addresses of this domain may sign in with Google or OpenID Connect.',
    environment: 'DPXDT_LOGIN_DOMAIN',
  }),
  createBuilds: setting<'everyone' | 'superusers'>({
    schema: z.enum(['everyone', 'superusers']),
    kind: 'text',
    default: 'everyone',
    description: 'Who may create builds: everyone who is signed in, or superusers only.',
    environment: 'DPXDT_CREATE_BUILDS',
  }),
  mailDomains: setting<string | null>({
    schema: z
      .string()
      .toLowerCase()
      .regex(
        /^[a-z0-9-]+(\.[a-z0-9-]+)+( *, *[a-z0-9-]+(\.[a-z0-9-]+)+)*$/,
        'must be domains such as example.org, with commas between',
      ),
    kind: 'text',
    default: null,
    defaultText: 'none',
    description:
      "Domains whose addresses get a build's mail without having confirmed it, with commas between.",
    environment: 'DPXDT_MAIL_DOMAINS',
  }),
} as const;
