import { sql } from 'kysely';
import type { ServerValueRepository } from '../../ports/store/server-values.ts';
import type { Connection } from './connection.ts';

export function serverValueRepository({ db, kind }: Connection): ServerValueRepository {
  const find = async (name: string) => {
    const row = await db
      .selectFrom('server_facts')
      .select('value')
      .where('name', '=', name)
      .executeTakeFirst();
    return row?.value ?? null;
  };
  return {
    async agree(name, value) {
      await db
        .insertInto('server_facts')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      return (await find(name)) ?? value;
    },
    find,
    async set(name, value) {
      await db
        .insertInto('server_facts')
        .values({ name, value })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
        .execute();
    },
    async lock(name) {
      if (kind === 'postgres') await sql`select pg_advisory_xact_lock(hashtext(${name}))`.execute(db);
    },
    async delete(name) {
      const { numDeletedRows } = await db
        .deleteFrom('server_facts')
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}
