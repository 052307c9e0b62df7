import pg from 'pg';
import { capitalized } from '../../../base/capitalized.ts';
import { AppError } from '../../../base/errors.ts';
import {
  valuesTable,
  type ColumnKind,
  type FillableDatabase,
  type Row,
  type TableShape,
  type Value,
  type WholeDatabase,
} from '../../../ports/whole-database.ts';
import { codeOf, reasonOf, toAppError } from '../database-errors.ts';
import { createMigrationsTable } from '../migrate.ts';
import { postgresAddress } from '../postgres-address.ts';
import { takeLockAlone } from '../postgres-presence.ts';
import { applyChosen } from './chosen-migrations.ts';
import { postgresTables } from './postgres-tables.ts';
import { batchesOf } from './row-batches.ts';
import { migrationsTable } from './table-order.ts';

/** No such database; no such user, or not from here; wrong password. */
const settingsCodes = new Set(['3D000', '28000', '28P01']);
const fetchRows = 500;
const connectMs = 5_000;
const arrayTypes: Record<ColumnKind, string> = {
  integer: 'int8[]',
  real: 'float8[]',
  text: 'text[]',
  bytes: 'bytea[]',
};

/**
 * Opens a PostgreSQL database for reading, also while servers use it.
 *
 * @throws AppError `unavailable` when it cannot be reached
 */
export async function openWholePostgres(url: string): Promise<WholeDatabase> {
  const client = await connect(url);
  return { ...reading(client, url), close: () => client.end() };
}

/**
 * Opens a PostgreSQL database that no server can use until it is closed.
 *
 * @throws AppError `unavailable` when a server uses it (details: `in_use: true`), or when it cannot be reached
 */
export async function openFillablePostgres(url: string): Promise<FillableDatabase> {
  const client = await connect(url);
  const name = nameOf(url);
  if (!(await takeLockAlone(client))) {
    await client.end();
    throw new AppError('unavailable', `A dpxdt server is using ${name}. Stop it first.`, {
      details: { in_use: true },
    });
  }
  const write = <T>(work: () => Promise<T>) => inTransaction(client, 'read committed', work);
  return {
    ...reading(client, url),
    create: (names) =>
      write(async () => {
        await client.query(createMigrationsTable);
        const isNew = (await namesOfMigrations(client)).length === 0;
        await applyChosen(
          {
            kind: 'postgres',
            run: async (statement) => void (await client.query(statement)),
            applied: async () => (await namesOfMigrations(client)).map((applied) => ({ name: applied })),
            record: async (migration) =>
              void (await client.query(`insert into ${migrationsTable} (name, applied_at) values ($1, $2)`, [
                migration,
                Date.now(),
              ])),
            recordRunsWith: async (migration, runsWith) =>
              void (await client.query(`update ${migrationsTable} set runs_with = $1 where name = $2`, [
                runsWith,
                migration,
              ])),
          },
          names,
        );
        if (isNew) await deleteAll(client, []);
      }),
    async insert(table, rows) {
      const { columns } = table;
      const list = columns.map(({ name: column }) => `"${column}"`).join(', ');
      const arrays = columns.map(({ kind }, index) => `$${index + 1}::${arrayTypes[kind]}`).join(', ');
      const values = columns.map((_, index) => rows.map((row) => row[index]));
      try {
        await client.query({
          name: `fill ${table.name}`,
          text: `insert into "${table.name}" (${list}) select * from unnest(${arrays})`,
          values,
        });
      } catch (error) {
        throw rowError(error, table, name);
      }
    },
    async setLastId({ name: table, idColumn }, id) {
      await client.query('select setval(pg_get_serial_sequence($1, $2), $3, true)', [
        `"${table}"`,
        idColumn,
        String(id),
      ]);
    },
    clear: (kept) => write(() => deleteAll(client, kept)),
    setValue: (key, value) =>
      write(async () => {
        await client.query(`delete from ${valuesTable} where name = $1`, [key]);
        if (value === null) return;
        await client.query(`insert into ${valuesTable} (name, value) values ($1, $2)`, [key, value]);
      }),
    close: () => client.end(),
  };
}

async function deleteAll(client: pg.Client, keptValues: readonly string[]): Promise<void> {
  const names = (await postgresTables(client)).map(({ name }) => name);
  const list = names.filter((name) => name !== valuesTable).map((name) => `"${name}"`);
  await client.query(`truncate ${list.join(', ')} restart identity`);
  await client.query(`delete from ${valuesTable} where name <> all($1::text[])`, [keptValues]);
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: postgresAddress(url),
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    application_name: 'dpxdt',
    types: { getTypeParser: (oid: number) => parsers[oid] ?? ((text: string) => text) },
  });
  // A lost connection fails the next query; without a listener its error would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (settingsCodes.has(codeOf(error))) {
      throw new AppError(
        'invalid_argument',
        `${capitalized(nameOf(url))} refuses the connection: ${(error as Error).message}. Create the database, or correct its address, user or password.`,
        { cause: error },
      );
    }
    throw new AppError('unavailable', `${capitalized(nameOf(url))} cannot be reached: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
}

/** By the type's number in `pg_type`: bool, bytea, int8, int4, float8. Everything else is text. */
const parsers: Record<number, (text: string) => unknown> = {
  16: (text) => text === 't',
  17: (text) => Buffer.from(text.slice(2), 'hex'),
  20: BigInt,
  23: BigInt,
  701: Number,
};

function reading(client: pg.Client, url: string): Omit<WholeDatabase, 'close'> {
  const first = async (sql: string, values: unknown[] = []): Promise<Value> => {
    const { rows } = await client.query<Value[]>({ text: sql, values, rowMode: 'array' }).catch(rethrow);
    return rows[0]?.[0] ?? null;
  };
  const has = async (table: string) => (await first('select to_regclass($1)', [table])) !== null;
  let isInSnapshot = false;
  const snapshot = async <T>(work: () => Promise<T>): Promise<T> => {
    isInSnapshot = true;
    try {
      return await inTransaction(client, 'repeatable read, read only', work);
    } finally {
      isInSnapshot = false;
    }
  };
  async function* fetched(table: TableShape): AsyncGenerator<Row[]> {
    await client.query(`declare moved no scroll cursor for ${selectAll(table)}`).catch(rethrow);
    for (;;) {
      const { rows } = await client
        .query<Value[]>({ text: `fetch ${fetchRows} from moved`, rowMode: 'array' })
        .catch(rethrow);
      yield* batchesOf(rows);
      if (rows.length < fetchRows) break;
    }
    await client.query('close moved').catch(rethrow);
  }
  return {
    name: nameOf(url),
    migrations: async () => ((await has(migrationsTable)) ? namesOfMigrations(client) : []),
    tables: () => postgresTables(client).catch(rethrow),
    count: async ({ name }) => Number(await first(`select count(*) from "${name}"`)),
    async *rows(table) {
      // A cursor lives as long as its transaction.
      if (isInSnapshot) {
        yield* fetched(table);
        return;
      }
      await client.query('begin isolation level repeatable read, read only').catch(rethrow);
      try {
        yield* fetched(table);
      } finally {
        await client.query('rollback').catch(() => undefined);
      }
    },
    async lastId({ name, idColumn }) {
      if (idColumn === null) return null;
      const sequence = await first('select pg_get_serial_sequence($1, $2)', [`"${name}"`, idColumn]);
      return (await first(`select case when is_called then last_value end from ${String(sequence)}`)) as
        bigint | null;
    },
    findValue: async (name) =>
      (await has(valuesTable))
        ? ((await first(`select value from ${valuesTable} where name = $1`, [name])) as string | null)
        : null,
    async filesAfter(sha1, limit) {
      const { rows } = await client
        .query<{ sha1: string; sha256: string; size: bigint }>(
          'select sha1, sha256, size from artifacts where content is null and sha1 > $1 order by sha1 limit $2',
          [sha1, limit],
        )
        .catch(rethrow);
      return rows.map((row) => ({ ...row, size: Number(row.size) }));
    },
    hasFile: async (sha1) =>
      (await first('select 1 from artifacts where sha1 = $1 and content is null', [sha1])) !== null,
    async countFiles() {
      const { rows } = await client
        .query<{ files: bigint; bytes: bigint }>(
          `select count(*) as files, coalesce(sum(size), 0)::int8 as bytes from artifacts where content is null`,
        )
        .catch(rethrow);
      return { files: Number(rows[0]!.files), bytes: Number(rows[0]!.bytes) };
    },
    snapshot,
  };
}

/** In the order of the key, texts by their bytes: as SQLite does, and on every server alike. */
function selectAll({ name, columns, key }: TableShape): string {
  const order = key.map((column) => {
    const isText = columns.some((one) => one.name === column && one.kind === 'text');
    return `"${column}"${isText ? ' collate "C"' : ''}`;
  });
  const list = columns.map((column) => `"${column.name}"`).join(', ');
  return `select ${list} from "${name}" order by ${order.join(', ')}`;
}

async function namesOfMigrations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from ${migrationsTable} order by name collate "C"`,
  );
  return rows.map(({ name }) => name);
}

async function inTransaction<T>(client: pg.Client, level: string, work: () => Promise<T>): Promise<T> {
  await client.query(`begin isolation level ${level}`).catch(rethrow);
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw toAppError(error);
  }
}

function rethrow(error: unknown): never {
  throw toAppError(error);
}

function rowError(error: unknown, { name: table }: TableShape, database: string): unknown {
  const known = toAppError(error);
  // Data exceptions: a zero byte in a text, which SQLite allows.
  if (known instanceof AppError || !codeOf(error).startsWith('22')) return known;
  const problem = error instanceof Error ? error.message : String(error);
  return new AppError('unprocessable', `A row of ${table} cannot be stored in ${database}: ${problem}.`, {
    cause: error,
  });
}

function nameOf(url: string): string {
  const parsed = URL.parse(url);
  const database = decodeURIComponent(parsed?.pathname.slice(1) ?? '');
  const host = parsed === null || parsed.host === '' ? 'PostgreSQL' : parsed.host;
  return database === '' ? `the default database on ${host}` : `the database "${database}" on ${host}`;
}
