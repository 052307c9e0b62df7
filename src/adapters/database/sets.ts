/** Many rows in one statement. They travel as one JSON parameter, so that the text is the same for any number of them. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type RawBuilder } from 'kysely';
import type { Connection } from './connection.ts';
import type { DatabaseKind } from './migrate.ts';
import type { Schema } from './schema.ts';

/** SQLite works in this process, so a statement holds its event loop; PostgreSQL gains by every round trip less. */
const batchRows: Record<DatabaseKind, number> = { sqlite: 200, postgres: 10_000 };

type Row = Readonly<Record<string, string | number | null>>;

/** Calls `work` with a batch at a time; between two of them the event loop turns where the database holds it. */
export async function inBatches<T>(
  { kind }: Connection,
  items: readonly T[],
  work: (batch: readonly T[]) => Promise<void>,
): Promise<void> {
  const size = batchRows[kind];
  for (let start = 0; start < items.length; start += size) {
    if (start > 0 && kind === 'sqlite') await nextTurn();
    await work(items.slice(start, start + size));
  }
}

/** New values of columns: values, or expressions of the row that is changed. */
type Changes<Table extends keyof Schema> = Readonly<
  Partial<Record<keyof Schema[Table], RawBuilder<unknown> | string | number | null>>
>;

/**
 * Changes all rows that meet a condition, a batch at a time, until none is left that does.
 *
 * @param of `key`: the table's primary key. `where`: rows that are changed must not meet it any more
 * @returns how many changed
 */
export async function updateUntilNoneIsLeft<Table extends keyof Schema>(
  { db, kind }: Connection,
  table: Table,
  { key, where, set }: { key: string; where: RawBuilder<boolean>; set: Changes<Table> },
): Promise<number> {
  const limit = batchRows[kind];
  const changes = sql.join(Object.entries(set).map(([column, value]) => sql`${sql.ref(column)} = ${value}`));
  const some = sql`select ${sql.ref(key)} from ${sql.table(table)} where ${where} limit ${limit}`;
  const update = sql`update ${sql.table(table)} set ${changes} where ${sql.ref(key)} in (${some}) and ${where}`;
  let changed = 0;
  for (;;) {
    const { numAffectedRows = 0n } = await update.execute(db);
    changed += Number(numAffectedRows);
    // On PostgreSQL others may have changed some of a batch meanwhile, so one that is not full need not be the last.
    if (numAffectedRows === 0n || (kind === 'sqlite' && numAffectedRows < limit)) return changed;
    if (kind === 'sqlite') await nextTurn();
  }
}

/** The condition that a column has one of many values. */
export function isOneOf(
  { kind }: Connection,
  column: string,
  values: readonly number[] | readonly string[],
): RawBuilder<boolean> {
  if (kind === 'sqlite') {
    return sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`;
  }
  const type = sql.raw(typeof values[0] === 'string' ? 'text[]' : 'bigint[]');
  return sql<boolean>`${sql.ref(column)} = any(${values}::${type})`;
}

/** Inserts rows that all have the same columns; a row that meets an existing one is left out. @returns how many */
export async function insertMany(
  connection: Connection,
  table: keyof Schema,
  rows: readonly Row[],
): Promise<number> {
  let inserted = 0;
  await inBatches(connection, rows, async (batch) => {
    const columns = Object.keys(batch[0]!);
    const { source, value } = recordsOf(connection, table, batch);
    const names = sql.join(columns.map((column) => sql.ref(column)));
    const values = sql.join(columns.map(value));
    const { numAffectedRows = 0n } = await sql`
      insert into ${sql.table(table)} (${names}) select ${values} from ${source} where true on conflict do nothing
    `.execute(connection.db);
    inserted += Number(numAffectedRows);
  });
  return inserted;
}

/** Writes the columns of rows that all have the same ones, each where its key columns are equal. */
export async function updateMany(
  connection: Connection,
  table: keyof Schema,
  key: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  await inBatches(connection, rows, async (batch) => {
    const columns = Object.keys(batch[0]!).filter((column) => !key.includes(column));
    const { source, value } = recordsOf(connection, table, batch);
    const changes = sql.join(columns.map((column) => sql`${sql.ref(column)} = ${value(column)}`));
    const isItsRow = key.map((column) => sql`${sql.ref(`${table}.${column}`)} = ${value(column)}`);
    await sql`
      update ${sql.table(table)} set ${changes} from ${source} where ${sql.join(isItsRow, sql` and `)}
    `.execute(connection.db);
  });
}

/** The rows as a source that a statement can select from, and how it names a column of them. */
function recordsOf({ kind }: Connection, table: string, rows: readonly Row[]) {
  const text = JSON.stringify(rows);
  if (kind === 'sqlite') {
    return {
      source: sql`json_each(${text}) as record`,
      value: (column: string) => sql`record.value ->> ${sql.lit(column)}`,
    };
  }
  return {
    source: sql`json_populate_recordset(null::${sql.table(table)}, ${text}::json) as record`,
    value: (column: string) => sql`${sql.ref(`record.${column}`)}`,
  };
}
