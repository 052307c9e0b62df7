import type { DatabaseSync } from 'node:sqlite';
import type { TableShape } from '../../../ports/whole-database.ts';
import { inOrder, kindOf, migrationsTable, type DescribedTable } from './table-order.ts';

/** The tables that a SQLite database describes. */
export function sqliteTables(database: DatabaseSync): TableShape[] {
  const tables = database
    .prepare(
      `select name, sql from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'`,
    )
    .all() as { name: string; sql: string }[];
  return inOrder(
    tables.filter(({ name }) => name !== migrationsTable).map((table) => described(database, table)),
  );
}

function described(database: DatabaseSync, { name, sql }: { name: string; sql: string }): DescribedTable {
  const columns = database.prepare('select name, type, pk from pragma_table_info(?)').all(name) as {
    name: string;
    type: string;
    pk: number;
  }[];
  const refersTo = database.prepare('select "table" as name from pragma_foreign_key_list(?)').all(name);
  const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
  return {
    name,
    columns: columns.map((column) => ({ name: column.name, kind: kindOf(name, column.name, column.type) })),
    key: key.map((column) => column.name),
    idColumn: /\bautoincrement\b/i.test(sql) ? key[0]!.name : null,
    refersTo: [...new Set(refersTo.map((other) => String(other['name'])))],
  };
}
