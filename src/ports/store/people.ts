import type {
  Invitation,
  Listener,
  MailChoice,
  MailChoices,
  Membership,
  Role,
  User,
} from '../../domain/people/membership.ts';
import type { Page } from './page.ts';

export interface PeopleRepository {
  insert(user: User): Promise<void>;
  find(id: string): Promise<User | null>;
  findByEmail(email: string): Promise<User | null>;
  lock(id: string): Promise<User | null>;
  /** Writes name, email, emailVerified, superuser and updatedAt. */
  update(user: User): Promise<void>;
  /** `none` for a person who does not exist. */
  mailChoices(id: string): Promise<MailChoices>;
  /** What is not given stays. */
  setMailChoices(id: string, choices: Partial<MailChoices>): Promise<void>;
  /** The builds for which a person chose. */
  buildMail(id: string): Promise<Map<number, MailChoice>>;
  /** Null: no choice for this build. @returns false if the person is no member of it */
  setBuildMail(buildId: number, id: string, choice: MailChoice | null): Promise<boolean>;
  count(): Promise<number>;
  /** By name. */
  list(page: Page): Promise<User[]>;
  countSuperusers(): Promise<number>;
  rolesOf(userId: string): Promise<Map<number, Role>>;
  /** Of a build, by name. */
  members(buildId: number): Promise<{ user: User; membership: Membership }[]>;
  /** The members of a build and what they chose, by name. */
  listeners(buildId: number): Promise<Listener[]>;
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
