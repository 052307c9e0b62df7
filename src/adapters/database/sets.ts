/**
 * Many rows in one statement. They are passed as one JSON parameter, so that the SQL is the same for any number of
 * rows.
 */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type CompiledQuery, type RawBuilder } from 'kysely';
import type { Connection } from './connection.ts';
import type { DatabaseKind } from './migrate.ts';
import type { Schema } from './schema.ts';
import { prepared, run, runUnheard } from './statement.ts';

/** SQLite runs in this process, so a statement blocks the event loop; PostgreSQL benefits from fewer round trips. */
const batchRows: Record<DatabaseKind, number> = { sqlite: 200, postgres: 10_000 };

type Row = Readonly<Record<string, string | number | null>>;

/** Calls `work` with one batch at a time and lets the event loop turn between batches if the database blocks it. */
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

/** New values of columns: values, or expressions over the changed row. */
type Changes<Table extends keyof Schema> = Readonly<
  Partial<Record<keyof Schema[Table], RawBuilder<unknown> | string | number | null>>
>;

/**
 * Changes all rows that meet a condition, one batch at a time, until none is left.
 *
 * @param of `key`: the table's primary key. `where`: changed rows must no longer meet it
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
  // As an array, the batch is looked up by its key; `in` is joined row by row where statistics are missing or old.
  const isInBatch = kind === 'sqlite' ? sql`in (${some})` : sql`= any(array(${some}))`;
  const update = sql`update ${sql.table(table)} set ${changes} where ${sql.ref(key)} ${isInBatch} and ${where}`;
  let changed = 0;
  for (;;) {
    const { numAffectedRows = 0n } = await update.execute(db);
    changed += Number(numAffectedRows);
    // On PostgreSQL, other transactions may have changed rows of the batch, so an incomplete batch need not be the
    // last.
    if (numAffectedRows === 0n || (kind === 'sqlite' && numAffectedRows < limit)) return changed;
    if (kind === 'sqlite') await nextTurn();
  }
}

/** Matches a column against many values. */
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

/**
 * Inserts rows with the same columns.
 *
 * @param onConflict SQL that follows `on conflict`, without values; by default, existing rows stay as they are
 * @returns how many were inserted or changed
 */
export async function insertMany(
  connection: Connection,
  table: keyof Schema,
  rows: readonly Row[],
  onConflict = 'do nothing',
): Promise<number> {
  let inserted = 0;
  await inBatches(connection, rows, async (batch) => {
    const { changed } = await run(connection, insertOf(connection, table, batch, onConflict));
    inserted += changed;
  });
  return inserted;
}

/** As {@link insertMany} where no one needs to know how many: see `runUnheard`. */
export function addMany(
  connection: Connection,
  table: keyof Schema,
  rows: readonly Row[],
  onConflict = 'do nothing',
): Promise<void> {
  return inBatches(connection, rows, (batch) =>
    runUnheard(connection, insertOf(connection, table, batch, onConflict)),
  );
}

const inserts = new Map<string, CompiledQuery<unknown>>();

/** Its only parameter is the JSON of the rows. */
function insertOf(
  connection: Connection,
  table: keyof Schema,
  rows: readonly Row[],
  onConflict: string,
): CompiledQuery<unknown> {
  const columns = Object.keys(rows[0]!);
  const key = [connection.kind, table, ...columns, onConflict].join(' ');
  let insert = inserts.get(key);
  if (insert === undefined) {
    const { source, value } = recordsOf(connection, table, []);
    const names = sql.join(columns.map((column) => sql.ref(column)));
    const values = sql.join(columns.map(value));
    const text = sql`
      insert into ${sql.table(table)} (${names}) select ${values} from ${source} where true
      on conflict ${sql.raw(onConflict)}
    `;
    insert = prepared(text.compile(connection.db));
    inserts.set(key, insert);
  }
  return { ...insert, parameters: [JSON.stringify(rows)] };
}

/** Updates rows by their key columns; all rows must have the same columns. A failure may show later: see `runUnheard`. */
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
    const update = sql`
      update ${sql.table(table)} set ${changes} from ${source} where ${sql.join(isItsRow, sql` and `)}`;
    await runUnheard(connection, update.compile(connection.db));
  });
}

/** Rows with columns of a table as a table expression, and a function that refers to one of its columns. */
export function recordsOf({ kind }: Connection, table: keyof Schema, rows: readonly Row[]) {
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
