import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { AppError } from '../../../base/errors.ts';
import {
  valuesTable,
  type FillableDatabase,
  type Row,
  type StoredFile,
  type TableShape,
  type WholeDatabase,
} from '../../../ports/whole-database.ts';
import { lockFile } from '../file-lock.ts';
import { createMigrationsTable } from '../migrate.ts';
import { sqliteMigrations } from '../sqlite-migrations.ts';
import { applyChosen } from './chosen-migrations.ts';
import { problemWith } from '../full-disk.ts';
import { sqliteTables } from './sqlite-tables.ts';
import { migrationsTable } from './table-order.ts';
import { batchesOf } from './row-batches.ts';

/**
 * Opens an existing SQLite database for reading, also while a server uses it.
 *
 * @throws AppError `unavailable` when it is no database
 */
export function openWholeSqlite(file: string): WholeDatabase {
  const database = open(file, { readOnly: true });
  return { ...reading(database, file), close: async () => database.close() };
}

/**
 * Opens or creates a SQLite database that no server can use until it is closed.
 *
 * @throws AppError `unavailable` when a server uses it (details: `in_use: true`), or when it is no database
 */
export function openFillableSqlite(file: string): FillableDatabase {
  const lock = lockFile(file);
  let database: DatabaseSync | undefined;
  try {
    database = open(file, {});
    database.exec('pragma journal_mode = wal; pragma synchronous = full');
  } catch (error) {
    database?.close();
    lock.release();
    throw problemWith(file, error);
  }
  const undone = (error: unknown): unknown => {
    if (database.isTransaction) database.exec('rollback');
    return problemWith(file, error);
  };
  const inTransaction = (work: () => void): void => {
    try {
      database.exec('begin immediate');
      work();
      database.exec('commit');
    } catch (error) {
      throw undone(error);
    }
  };
  const createTables = async (names: readonly string[]): Promise<void> => {
    database.exec(createMigrationsTable);
    const isNew = namesOfMigrations(database).length === 0;
    database.exec('begin immediate');
    await applyChosen(
      {
        ...sqliteMigrations(database),
        // Whatever may run beside it: a copy is filled only by a program that knows all of it.
        applied: async () => namesOfMigrations(database).map((name) => ({ name })),
      },
      names,
    );
    if (isNew) deleteAll(database, []);
    database.exec('commit');
  };
  const inserts = new Map<string, StatementSync>();
  return {
    ...reading(database, file),
    create: (names) =>
      createTables(names).catch((error: unknown) => {
        throw undone(error);
      }),
    async insert(table, rows) {
      const statement = inserts.get(table.name) ?? database.prepare(insertInto(table));
      inserts.set(table.name, statement);
      inTransaction(() => {
        for (const row of rows) statement.run(...(row as SQLInputValue[]));
      });
    },
    async setLastId({ name }, id) {
      inTransaction(() => {
        database.prepare('delete from sqlite_sequence where name = ?').run(name);
        database.prepare('insert into sqlite_sequence (name, seq) values (?, ?)').run(name, id);
      });
    },
    clear: async (kept) => inTransaction(() => deleteAll(database, kept)),
    async setValue(name, value) {
      inTransaction(() => {
        database.prepare(`delete from ${valuesTable} where name = ?`).run(name);
        if (value !== null) database.prepare(`insert into ${valuesTable} values (?, ?)`).run(name, value);
      });
    },
    async close() {
      database.close();
      lock.release();
    },
  };
}

function open(file: string, options: { readOnly?: boolean }): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, options);
    database.exec('pragma foreign_keys = on; select 1 from sqlite_master');
    return database;
  } catch (error) {
    database?.close();
    const known = problemWith(file, error);
    if (known instanceof AppError && known.code === 'storage_full') throw known;
    const problem = error instanceof Error ? error.message : String(error);
    throw new AppError('unavailable', `The database ${file} cannot be opened: ${problem}.`, { cause: error });
  }
}

function reading(database: DatabaseSync, file: string): Omit<WholeDatabase, 'close'> {
  const first = (sql: string, ...values: SQLInputValue[]): unknown => {
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    return Object.values(statement.get(...values) ?? {})[0] ?? null;
  };
  const has = (table: string) => first('select 1 from sqlite_master where name = ?', table) !== null;
  return {
    name: file,
    migrations: async () => (has(migrationsTable) ? namesOfMigrations(database) : []),
    tables: async () => sqliteTables(database),
    count: async ({ name }) => Number(first(`select count(*) from "${name}"`)),
    async *rows(table) {
      const statement = database.prepare(
        `select ${columnsOf(table)} from "${table.name}" order by ${table.key.map((key) => `"${key}"`).join(', ')}`,
      );
      statement.setReturnArrays(true);
      statement.setReadBigInts(true);
      yield* batchesOf(statement.iterate() as Iterable<unknown> as Iterable<Row>);
    },
    async lastId({ name, idColumn }) {
      if (idColumn === null) return null;
      // 0: there was never a row.
      return first('select seq from sqlite_sequence where name = ? and seq > 0', name) as bigint | null;
    },
    findValue: async (name) =>
      has(valuesTable)
        ? (first(`select value from ${valuesTable} where name = ?`, name) as string | null)
        : null,
    filesAfter: async (sha1, limit) =>
      database
        .prepare(
          `select sha1, sha256, size from artifacts where content is null and sha1 > ? order by sha1 limit ?`,
        )
        .all(sha1, limit) as unknown as StoredFile[],
    hasFile: async (sha1) =>
      first('select 1 from artifacts where sha1 = ? and content is null', sha1) !== null,
    countFiles: async () =>
      database
        .prepare(
          `select count(*) as files, coalesce(sum(size), 0) as bytes from artifacts where content is null`,
        )
        .get() as unknown as { files: number; bytes: number },
    async snapshot(work) {
      database.exec('begin');
      try {
        return await work();
      } finally {
        if (database.isTransaction) database.exec('commit');
      }
    },
  };
}

function namesOfMigrations(database: DatabaseSync): string[] {
  return database
    .prepare(`select name from ${migrationsTable} order by name`)
    .all()
    .map(({ name }) => String(name));
}

function columnsOf({ columns }: TableShape): string {
  return columns.map(({ name }) => `"${name}"`).join(', ');
}

function insertInto(table: TableShape): string {
  const values = table.columns.map(() => '?').join(', ');
  return `insert into "${table.name}" (${columnsOf(table)}) values (${values})`;
}

function deleteAll(database: DatabaseSync, keptValues: readonly string[]): void {
  const tables = sqliteTables(database);
  for (const { name } of tables.toReversed()) {
    if (name === valuesTable) deleteValues(database, keptValues);
    else database.exec(`delete from "${name}"`);
  }
}

function deleteValues(database: DatabaseSync, kept: readonly string[]): void {
  const names = kept.map(() => '?').join(', ');
  database.prepare(`delete from ${valuesTable} where name not in (${names})`).run(...kept);
}
