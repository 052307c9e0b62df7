import type { BetterAuthOptions } from 'better-auth';
import type { LoginProblem } from '../../domain/logins.ts';
import type { ProviderSettings } from './provider-configs.ts';

/** Whether a verified address that nobody has yet may become a person of this server. */
export type MayJoin = (of: { provider: string; email: string }) => Promise<boolean>;

type ValidateUserInfo = NonNullable<NonNullable<BetterAuthOptions['user']>['validateUserInfo']>;

/**
 * Who may come in by a provider. A person is who the issuer's subject says; an address counts only where the provider
 * has verified it, and only to find whom it was given to.
 */
export function allowLogin({ domain }: ProviderSettings, mayJoin: MayJoin): ValidateUserInfo {
  const refuse = (error: LoginProblem) => ({ error });
  return async ({ user, source }) => {
    if (source.oauth === undefined) return;
    const { providerId: provider, profile = {} } = source.oauth;
    const email = String(user.email ?? '').toLowerCase();
    const isVerified = user.emailVerified === true;
    if (domain !== null) {
      const isHosted = provider !== 'google' || profile['hd'] === domain;
      if (!isVerified) return refuse('unverified_email');
      if (!isHosted || !email.endsWith(`@${domain}`)) return refuse('wrong_domain');
    }
    if (source.action === 'sign-in') return;
    if (!isVerified) return refuse('unverified_email');
    if (source.action === 'create-user' && !(await mayJoin({ provider, email })))
      return refuse('not_invited');
  };
}
