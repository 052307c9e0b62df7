/** Who people are and what they may do in a build. Names of the roles are the same everywhere. */

import { AppError } from '../../base/errors.ts';

/** From all to least: `admin` settings and people, `reviewer` decisions, `viewer` looking. */
export const roles = ['admin', 'reviewer', 'viewer'] as const;
export type Role = (typeof roles)[number];

export interface User {
  id: string;
  name: string;
  /** Lower case. */
  email: string;
  /** Somebody has shown that the address is theirs; only then invitations to it are. */
  emailVerified: boolean;
  superuser: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface Membership {
  buildId: number;
  userId: string;
  role: Role;
  createdAt: number;
  /** An actor. */
  createdBy: string;
}

/** A membership for whoever has an e-mail address. */
export interface Invitation {
  id: string;
  buildId: number;
  /** Lower case. */
  email: string;
  role: Role;
  createdAt: number;
  createdBy: string;
  expiresAt: number;
  acceptedAt: number | null;
  revokedAt: number | null;
  /** SHA-256 of the one-time token in the mail. */
  tokenHash: string | null;
}

/** Days for which an invitation can be claimed. */
export const invitationDays = 14;

export function isInvitationOpen(invitation: Invitation, now: number): boolean {
  return invitation.acceptedAt === null && invitation.revokedAt === null && invitation.expiresAt > now;
}

/** Of two roles the one that allows more. */
export function higherRole(a: Role, b: Role): Role {
  return roles.indexOf(a) <= roles.indexOf(b) ? a : b;
}

const maxEmailLength = 254;
/** What mail servers take and headers survive: one @, no spaces, quotes, brackets or control characters. */
const emailPattern =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/;

/**
 * An e-mail address in lower case.
 *
 * @throws AppError `invalid_argument`
 */
export function checkEmail(parameter: string, text: string): string {
  const email = text.trim().toLowerCase();
  if (email.length > maxEmailLength || !emailPattern.test(email)) {
    throw new AppError(
      'invalid_argument',
      `${parameter} must be an e-mail address such as ada@example.org, got "${text.slice(0, 100)}".`,
      { details: { parameter } },
    );
  }
  return email;
}
