import { sql, type RawBuilder } from 'kysely';
import {
  identityTables,
  type IdentityCondition,
  type IdentityRecord,
  type IdentityRecordRepository,
} from '../../ports/identity-records.ts';
import type { Connection } from './connection.ts';

/** Names come from our code; anything but a plain name never becomes SQL. */
function columnOf(name: string): RawBuilder<unknown> {
  if (!/^[a-z_]{1,30}$/.test(name)) throw new Error(`no column: ${name}`);
  return sql.ref(name);
}

function tableOf(name: string): RawBuilder<unknown> {
  if (!(identityTables as readonly string[]).includes(name))
    throw new Error(`no table of identity records: ${name}`);
  return sql.table(name);
}

function conditionOf({ column, operator, value }: IdentityCondition): RawBuilder<unknown> {
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

function where(conditions: readonly IdentityCondition[]): RawBuilder<unknown> {
  if (conditions.length === 0) return sql``;
  return sql` where ${sql.join(conditions.map(conditionOf), sql` and `)}`;
}

export function identityRecordRepository({ db }: Connection): IdentityRecordRepository {
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
        await sql<IdentityRecord>`select * from ${tableOf(table)}${where(conditions)}${order} limit ${limit} offset ${offset}`.execute(
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
