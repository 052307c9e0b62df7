import type pg from 'pg';
import type { TableShape } from '../../../ports/whole-database.ts';
import { inOrder, kindOf, migrationsTable } from './table-order.ts';

/** The tables of a PostgreSQL database's current schema. */
export async function postgresTables(client: pg.Client): Promise<TableShape[]> {
  const rowsOf = async <T extends pg.QueryResultRow>(sql: string) => (await client.query<T>(sql)).rows;
  const columns = await rowsOf<{ table: string; name: string; type: string; identity: boolean }>(`
    select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
        a.attidentity <> '' as identity
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace`);
  const keys = await rowsOf<{ table: string; name: string }>(`
    select c.relname as table, a.attname as name
      from pg_index i join pg_class c on c.oid = i.indrelid
      cross join unnest(i.indkey) with ordinality as k (attnum, place)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
      where i.indisprimary and c.relnamespace = current_schema()::regnamespace
      order by c.relname, k.place`);
  const foreignKeys = await rowsOf<{ table: string; name: string }>(`
    select distinct c.relname as table, other.relname as name
      from pg_constraint r join pg_class c on c.oid = r.conrelid join pg_class other on other.oid = r.confrelid
      where r.contype = 'f' and c.relnamespace = current_schema()::regnamespace`);
  const names = [...new Set(columns.map(({ table }) => table))].filter((name) => name !== migrationsTable);
  return inOrder(
    names.map((name) => {
      const own = columns.filter(({ table }) => table === name);
      return {
        name,
        columns: own.map((column) => ({ name: column.name, kind: kindOf(name, column.name, column.type) })),
        key: keys.filter(({ table }) => table === name).map((key) => key.name),
        idColumn: own.find(({ identity }) => identity)?.name ?? null,
        refersTo: foreignKeys.filter(({ table }) => table === name).map((other) => other.name),
      };
    }),
  );
}
