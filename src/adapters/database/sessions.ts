import type { Selectable } from 'kysely';
import type { Session } from '../../domain/people/login-rules.ts';
import type { SessionRepository } from '../../ports/store/logins.ts';
import type { Connection } from './connection.ts';
import { toUser } from './people.ts';
import type { SessionsTable } from './schema-logins.ts';
import { inBatches, isOneOf } from './sets.ts';

export function sessionRepository(connection: Connection): SessionRepository {
  const { db } = connection;
  return {
    async findByTokenHash(hash) {
      const row = await db
        .selectFrom('sessions')
        .selectAll()
        .where('token_hash', '=', hash)
        .executeTakeFirst();
      if (row === undefined) return null;
      const user = await db
        .selectFrom('users')
        .selectAll()
        .where('id', '=', row.user_id)
        .executeTakeFirstOrThrow();
      return { session: toSession(row), user: toUser(user) };
    },
    async ofUser(userId, now) {
      const query = db
        .selectFrom('sessions')
        .selectAll()
        .where('user_id', '=', userId)
        .where('expires_at', '>', now)
        .orderBy('updated_at', 'desc')
        .orderBy('id');
      return (await query.execute()).map(toSession);
    },
    async lastUsed(userIds) {
      const lastUsed = new Map<string, number>();
      await inBatches(connection, userIds, async (batch) => {
        const query = db
          .selectFrom('sessions')
          .select((eb) => ['user_id', eb.fn.max<number>('updated_at').as('at')])
          .where(isOneOf(connection, 'user_id', batch))
          .groupBy('user_id');
        for (const { user_id: userId, at } of await query.execute()) lastUsed.set(userId, at);
      });
      return lastUsed;
    },
    async touch(id, at) {
      await db.updateTable('sessions').set({ updated_at: at }).where('id', '=', id).execute();
    },
    async delete(id, userId) {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async deleteOfUser(userId) {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

function toSession(row: Selectable<SessionsTable>): Session {
  return {
    id: row.id,
    userId: row.user_id,
    createdAt: row.created_at,
    lastUsedAt: row.updated_at,
    expiresAt: row.expires_at,
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
  };
}
