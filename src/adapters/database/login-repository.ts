import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { Session } from '../../domain/people/login-rules.ts';
import {
  loginTables,
  type LoginCondition,
  type LoginRecord,
  type LoginRecordRepository,
  type SessionRepository,
} from '../../ports/store.ts';
import type { Connection } from './connection.ts';
import { toUser } from './people.ts';
import type { SessionsTable } from './schema.ts';

export function sessionRepository({ db }: Connection): SessionRepository {
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
    async deleteEnded(now) {
      await db.deleteFrom('sessions').where('expires_at', '<=', now).execute();
      await db.deleteFrom('verifications').where('expires_at', '<=', now).execute();
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

/** Names are ours alone: what is no plain name never becomes SQL. */
function columnOf(name: string): RawBuilder<unknown> {
  if (!/^[a-z_]{1,30}$/.test(name)) throw new Error(`no column: ${name}`);
  return sql.ref(name);
}

function tableOf(name: string): RawBuilder<unknown> {
  if (!(loginTables as readonly string[]).includes(name)) throw new Error(`no table for logins: ${name}`);
  return sql.table(name);
}

function conditionOf({ column, operator, value }: LoginCondition): RawBuilder<unknown> {
  const name = columnOf(column);
  if (value === null) return operator === '=' ? sql`${name} is null` : sql`${name} is not null`;
  if (typeof value === 'object') {
    if (value.length === 0) return operator === 'in' ? sql`1 = 0` : sql`1 = 1`;
    return operator === 'in'
      ? sql`${name} in (${sql.join([...value])})`
      : sql`${name} not in (${sql.join([...value])})`;
  }
  return sql`${name} ${sql.raw(operator)} ${value}`;
}

function where(conditions: readonly LoginCondition[]): RawBuilder<unknown> {
  if (conditions.length === 0) return sql``;
  return sql` where ${sql.join(conditions.map(conditionOf), sql` and `)}`;
}

export function loginRecordRepository({ db }: Connection): LoginRecordRepository {
  const affected = async (statement: RawBuilder<unknown>) =>
    Number((await statement.execute(db)).numAffectedRows ?? 0n);
  return {
    async insert(table, record) {
      const columns = sql.join(Object.keys(record).map(columnOf));
      await sql`insert into ${tableOf(table)} (${columns}) values (${sql.join(Object.values(record))})`.execute(
        db,
      );
    },
    async find(table, conditions, { limit = 1_000, offset = 0, orderBy } = {}) {
      const order =
        orderBy === undefined
          ? sql``
          : sql` order by ${columnOf(orderBy.column)} ${sql.raw(orderBy.descending ? 'desc' : 'asc')}`;
      const { rows } =
        await sql<LoginRecord>`select * from ${tableOf(table)}${where(conditions)}${order} limit ${limit} offset ${offset}`.execute(
          db,
        );
      return rows;
    },
    async update(table, conditions, changes) {
      const sets = Object.entries(changes).map(([name, value]) => sql`${columnOf(name)} = ${value}`);
      if (sets.length === 0) return 0;
      return affected(sql`update ${tableOf(table)} set ${sql.join(sets)}${where(conditions)}`);
    },
    delete: (table, conditions) => affected(sql`delete from ${tableOf(table)}${where(conditions)}`),
    async count(table, conditions) {
      const { rows } = await sql<{
        count: number | string;
      }>`select count(*) as count from ${tableOf(table)}${where(conditions)}`.execute(db);
      return Number(rows[0]!.count);
    },
  };
}
