import type { Selectable } from 'kysely';
import type { LinkOffer, LoginAccount } from '../../domain/people/login-accounts.ts';
import type { AccountRepository, LinkOfferRepository } from '../../ports/store/logins.ts';
import type { Connection } from './connection.ts';
import type { AccountsTable } from './schema-logins.ts';
import { inBatches, isOneOf } from './sets.ts';

export function accountRepository(connection: Connection): AccountRepository {
  const { db } = connection;
  const all = () =>
    db
      .selectFrom('accounts')
      .select(['id', 'user_id', 'provider_id', 'account_id', 'created_at', 'updated_at']);
  return {
    async insert({ id, userId, providerId, subject, createdAt, updatedAt }, passwordHash) {
      await db
        .insertInto('accounts')
        .values({
          id,
          user_id: userId,
          provider_id: providerId,
          account_id: subject,
          password: passwordHash,
          created_at: createdAt,
          updated_at: updatedAt,
        })
        .execute();
    },
    async find(providerId, subject) {
      const row = await all()
        .where('provider_id', '=', providerId)
        .where('account_id', '=', subject)
        .executeTakeFirst();
      return row === undefined ? null : toAccount(row);
    },
    async ofUsers(userIds) {
      const accounts: LoginAccount[] = [];
      await inBatches(connection, userIds, async (batch) => {
        const query = all().where(isOneOf(connection, 'user_id', batch));
        accounts.push(...(await query.execute()).map(toAccount));
      });
      return accounts;
    },
  };
}

/** Offers share a table with the login library's one-time tokens, whose names never look like this. */
const identifierOf = (tokenHash: string) => `link:${tokenHash}`;

export function linkOfferRepository({ db }: Connection): LinkOfferRepository {
  return {
    async insert({ id, tokenHash, offer, createdAt, expiresAt }) {
      await db
        .insertInto('verifications')
        .values({
          id,
          identifier: identifierOf(tokenHash),
          value: JSON.stringify(offer),
          created_at: createdAt,
          updated_at: createdAt,
          expires_at: expiresAt,
        })
        .execute();
    },
    async find(tokenHash) {
      const row = await db
        .selectFrom('verifications')
        .select(['value', 'expires_at'])
        .where('identifier', '=', identifierOf(tokenHash))
        .executeTakeFirst();
      if (row === undefined) return null;
      return { offer: JSON.parse(row.value) as LinkOffer, expiresAt: row.expires_at };
    },
    async delete(tokenHash) {
      const { numDeletedRows } = await db
        .deleteFrom('verifications')
        .where('identifier', '=', identifierOf(tokenHash))
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

function toAccount(row: Omit<Selectable<AccountsTable>, 'password'>): LoginAccount {
  return {
    id: row.id,
    userId: row.user_id,
    providerId: row.provider_id,
    subject: row.account_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
