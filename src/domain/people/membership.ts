/** People and their roles in a build. */

import { AppError } from '../../base/errors.ts';

/** From most to least rights: `admin` manages settings and people, `reviewer` decides, `viewer` views. */
export const roles = ['admin', 'reviewer', 'viewer'] as const;
export type Role = (typeof roles)[number];

/** How a person hears of something: one mail each, one mail a day, or none. */
export const mailChoices = ['now', 'digest', 'none'] as const;
export type MailChoice = (typeof mailChoices)[number];

/** What a person may choose mails about. */
export interface MailChoices {
  /** Releases that are ready for review. */
  review: MailChoice;
  /** Comments that name the person, answers to theirs, and reviews that they are asked for. */
  mention: MailChoice;
}

/** A member of a build, and what they chose. */
export interface Listener {
  user: User;
  role: Role;
  mail: MailChoices;
  /** About releases of this build; null: as `mail` says. */
  ofBuild: MailChoice | null;
}

/**
 * How a member hears that a release is ready for review. Without a choice for the build, only admins do, and only if
 * the build has no address to write to.
 */
export function reviewMailOf({ role, mail, ofBuild }: Listener, hasAddress: boolean): MailChoice {
  if (ofBuild !== null) return ofBuild;
  return role === 'admin' && !hasAddress ? mail.review : 'none';
}

export interface User {
  id: string;
  name: string;
  /** Lower case. */
  email: string;
  /** Whether the person has proven ownership of the address; required to see its invitations. */
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

/** An offered membership for the owner of an e-mail address. */
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

/** Lifetime of an invitation in days. */
export const invitationDays = 14;

export function isInvitationOpen(invitation: Invitation, now: number): boolean {
  return invitation.acceptedAt === null && invitation.revokedAt === null && invitation.expiresAt > now;
}

/** The stronger of two roles. */
export function higherRole(a: Role, b: Role): Role {
  return roles.indexOf(a) <= roles.indexOf(b) ? a : b;
}

const maxEmailLength = 254;
/** Safe for mail servers and headers: one @, no spaces, quotes, brackets or control characters. */
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
