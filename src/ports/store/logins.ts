import type { LinkOffer, LoginAccount } from '../../domain/people/login-accounts.ts';
import type { Session } from '../../domain/people/login-rules.ts';
import type { User } from '../../domain/people/membership.ts';

export interface AccountRepository {
  /** @param passwordHash scrypt with its salt; null for an account of a provider. It is written, never read. */
  insert(account: LoginAccount, passwordHash: string | null): Promise<void>;
  find(providerId: string, subject: string): Promise<LoginAccount | null>;
  /** Unordered. */
  ofUsers(userIds: readonly string[]): Promise<LoginAccount[]>;
}

export interface SessionRepository {
  findByTokenHash(hash: string): Promise<{ session: Session; user: User } | null>;
  /** Those that have not ended, last used first. */
  ofUser(userId: string, now: number): Promise<Session[]>;
  /** When each of the people last used a session that is still kept; those without one are absent. */
  lastUsed(userIds: readonly string[]): Promise<Map<string, number>>;
  touch(id: string, at: number): Promise<void>;
  /** @returns false when the person has no such session */
  delete(id: string, userId: string): Promise<boolean>;
  /** @returns how many ended */
  deleteOfUser(userId: string): Promise<number>;
}

/** Offers wait under the hash of the token that accepts them. */
export interface LinkOfferRepository {
  insert(of: {
    id: string;
    tokenHash: string;
    offer: LinkOffer;
    createdAt: number;
    expiresAt: number;
  }): Promise<void>;
  find(tokenHash: string): Promise<{ offer: LinkOffer; expiresAt: number } | null>;
  /** @returns false if it did not exist */
  delete(tokenHash: string): Promise<boolean>;
}
