/** The ways in which people sign in. */

/** The provider of those who sign in with a password. */
export const passwordProvider = 'credential';

/** One of the ways in which a person signs in. */
export interface LoginAccount {
  id: string;
  userId: string;
  /** `credential` for a password; else a provider and its issuer with a space between them. */
  providerId: string;
  /** The issuer's subject; for a password the person's id. */
  subject: string;
  createdAt: number;
  updatedAt: number;
}

/** A provider's account that is offered to somebody who signs in with a password. */
export interface LinkOffer {
  userId: string;
  /** As in {@link LoginAccount}. */
  providerId: string;
  /** The issuer's subject. */
  subject: string;
}

/** How an account signs in: `password`, `google`, `oidc`. */
export function methodOf({ providerId }: Pick<LoginAccount, 'providerId'>): string {
  const provider = providerId.split(' ')[0]!;
  return provider === passwordProvider ? 'password' : provider;
}
