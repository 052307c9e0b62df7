/** How people sign in. */

import { AppError } from '../../base/errors.ts';

/** Seconds for which a session lasts, however much it is used. */
export const sessionSeconds = 30 * 86_400;
/** Seconds for which a link to set a new password works. */
export const passwordResetSeconds = 3_600;

export const minPasswordLength = 10;
export const maxPasswordLength = 128;

/** A browser in which somebody is signed in. */
export interface Session {
  id: string;
  userId: string;
  createdAt: number;
  /** Kept to the minute. */
  lastUsedAt: number;
  expiresAt: number;
  ipAddress: string | null;
  userAgent: string | null;
}

/** Somebody else who says who a person is. */
export interface LoginProvider {
  /** `google` or `oidc`. */
  id: string;
  /** For people. */
  name: string;
}

/** @throws AppError `invalid_argument` */
export function checkPassword(parameter: string, password: string): string {
  if (password.length >= minPasswordLength && password.length <= maxPasswordLength) return password;
  throw new AppError(
    'invalid_argument',
    `A password has ${minPasswordLength} to ${maxPasswordLength} characters; this one has ${password.length}.`,
    { details: { parameter } },
  );
}

/** One sentence for a wrong address, a wrong password, and a person who has none. */
export function wrongPassword(): AppError {
  return new AppError('invalid_credentials', 'The e-mail address or the password is wrong.');
}

/** Why a login that a provider answered came to nothing. */
export const loginProblems = {
  state: 'This sign-in was started too long ago, in another browser, or was used already. Start again.',
  provider: 'The sign-in provider refused, or its answer could not be verified. Start again.',
  unverified_email: 'Your sign-in provider has not verified your e-mail address, so it cannot be used here.',
  wrong_domain: 'Your e-mail address is not of the organization that may sign in here.',
  address_taken:
    'Somebody signs in here in another way with your e-mail address. Sign in that way, or ask a superuser for help.',
  link_needs_password:
    'Your e-mail address has an account with a password here. Enter that password once; from then on your provider is enough.',
  not_invited: 'Nobody has invited this e-mail address yet. Ask an admin of a build for an invitation.',
} as const;
export type LoginProblem = keyof typeof loginProblems;
