/** How people sign in. */

import { AppError } from '../../base/errors.ts';

/** Session lifetime in seconds, regardless of use. */
export const sessionSeconds = 30 * 86_400;
/** Lifetime of a password reset link, in seconds. */
export const passwordResetSeconds = 3_600;

export const minPasswordLength = 10;
export const maxPasswordLength = 128;

/** A signed-in browser. */
export interface Session {
  id: string;
  userId: string;
  createdAt: number;
  /** Accurate to the minute. */
  lastUsedAt: number;
  expiresAt: number;
  ipAddress: string | null;
  userAgent: string | null;
}

/** An external identity provider. */
export interface LoginProvider {
  /** `google` or `oidc`. */
  id: string;
  /** Display name. */
  name: string;
}

/** @throws AppError `invalid_argument` */
export function checkPassword(parameter: string, password: string): string {
  if (password.length >= minPasswordLength && password.length <= maxPasswordLength) return password;
  throw new AppError(
    'invalid_argument',
    `A password must have ${minPasswordLength} to ${maxPasswordLength} characters; this one has ${password.length}.`,
    { details: { parameter } },
  );
}

/** The same sentence for a wrong address, a wrong password, and a person without a password. */
export function wrongPassword(): AppError {
  return new AppError('invalid_credentials', 'The e-mail address or the password is wrong.');
}

/** Why a sign-in through a provider failed. */
export const loginProblems = {
  state: 'This sign-in has expired, was started in another browser, or was already used. Start again.',
  provider: 'The sign-in provider refused, or its answer could not be verified. Start again.',
  unverified_email: 'Your sign-in provider has not verified your e-mail address, so it cannot be used here.',
  wrong_domain: 'Your e-mail address does not belong to the organization that may sign in here.',
  address_taken:
    'Your e-mail address is already in use with another sign-in method. Use that method, or ask a superuser for help.',
  link_needs_password:
    'Your e-mail address already has a password here. Enter it once to link your provider; after that, the provider is enough.',
  not_invited: 'This e-mail address has not been invited yet. Ask an admin of a build for an invitation.',
} as const;
export type LoginProblem = keyof typeof loginProblems;
