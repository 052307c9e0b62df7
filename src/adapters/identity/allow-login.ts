import type { BetterAuthOptions } from 'better-auth';
import type { LoginProblem } from '../../domain/people/login-rules.ts';
import type { ProviderSettings } from './provider-configs.ts';

/** Whether a verified address that nobody has yet may become a person of this server. */
export type MayJoin = (of: { provider: string; email: string }) => Promise<boolean>;

/**
 * Keeps an account of a provider for a person who has the same address, until they give their password.
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
 * Who may come in by a provider. A person is who the issuer's subject says; an address that the provider has verified
 * lets somebody join, but never makes them a person who is there already.
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
