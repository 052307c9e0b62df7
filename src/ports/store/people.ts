import type { Invitation, MailChoice, Membership, Role, User } from '../../domain/people/membership.ts';
import type { Page } from './page.ts';

export interface PeopleRepository {
  insert(user: User): Promise<void>;
  find(id: string): Promise<User | null>;
  findByEmail(email: string): Promise<User | null>;
  lock(id: string): Promise<User | null>;
  /** Writes name, email, emailVerified, superuser and updatedAt. */
  update(user: User): Promise<void>;
  /** `none` for someone who does not exist. */
  reviewMail(id: string): Promise<MailChoice>;
  setReviewMail(id: string, reviewMail: MailChoice): Promise<void>;
  mentionMail(id: string): Promise<MailChoice>;
  setMentionMail(id: string, mentionMail: MailChoice): Promise<void>;
  count(): Promise<number>;
  /** By name. */
  list(page: Page): Promise<User[]>;
  countSuperusers(): Promise<number>;
  rolesOf(userId: string): Promise<Map<number, Role>>;
  /** Of a build, by name. */
  members(buildId: number): Promise<{ user: User; membership: Membership }[]>;
  findMembership(buildId: number, userId: string): Promise<Membership | null>;
  /** Creates or changes a membership. */
  setRole(membership: Membership): Promise<void>;
  removeMember(buildId: number, userId: string): Promise<void>;
}

export interface InvitationRepository {
  insert(invitation: Invitation): Promise<void>;
  find(id: string): Promise<Invitation | null>;
  /** Newest first. */
  list(buildId: number, page: Page): Promise<Invitation[]>;
  /** Neither accepted nor revoked; they may have expired. */
  openFor(email: string): Promise<Invitation[]>;
  /** Writes role, acceptedAt and revokedAt, once. @returns false if it was accepted or revoked before */
  update(invitation: Invitation): Promise<boolean>;
}
