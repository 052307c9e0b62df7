import type { BetterAuthOptions } from 'better-auth';
import type { LoginProblem } from '../../domain/people/login-rules.ts';
import type { ProviderSettings } from './provider-configs.ts';

/** Whether a verified address that no person has may join this server. */
export type MayJoin = (of: { provider: string; email: string }) => Promise<boolean>;

/**
 * Keeps an account of a provider for a person with the same address, until they enter their password.
 *
 * @returns a one-time token, or null where no password can vouch for it
 */
export type OfferLink = (of: { userId: string; provider: string; subject: string }) => Promise<string | null>;

type ValidateUserInfo = NonNullable<NonNullable<BetterAuthOptions['user']>['validateUserInfo']>;

/** Before the token in the code of a refusal. */
const linkPrefix = 'link_needs_password.';

/** The token in a refusal of `allowLogin`, or null. */
export function linkOf(reason: string): string | null {
  return reason.startsWith(linkPrefix) ? reason.slice(linkPrefix.length) : null;
}

/**
 * Who may sign in through a provider. The issuer's subject identifies a person; a verified address
 * lets a new person join, but never identifies an existing one.
 */
export function allowLogin(
  { domain }: ProviderSettings,
  mayJoin: MayJoin,
  offerLink: OfferLink,
): ValidateUserInfo {
  const refuse = (error: LoginProblem | `${typeof linkPrefix}${string}`) => ({ error });
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
    if (source.action === 'link-account') {
      const subject = profile['sub'];
      if (typeof subject !== 'string' || subject === '') return refuse('provider');
      const token = await offerLink({ userId: String(user.id), provider, subject });
      return refuse(token === null ? 'address_taken' : `${linkPrefix}${token}`);
    }
    if (source.action === 'create-user' && !(await mayJoin({ provider, email })))
      return refuse('not_invited');
  };
}
