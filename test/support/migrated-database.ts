/** New databases that have every table: copies of one that was migrated once. Migrating takes ten times as long. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { nodeIds } from '../../src/adapters/crypto/node-ids.ts';
import {
  connectPostgres,
  openPostgresStore,
  storeOver,
  type PostgresConnections,
  type PostgresStore,
} from '../../src/adapters/database/postgres-store.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';

let sqliteTemplate: Promise<Buffer> | undefined;

/** @param file where to put it; must not exist */
export async function copyMigratedSqlite(file: string): Promise<void> {
  writeFileSync(file, await (sqliteTemplate ??= migratedSqlite()), { flag: 'wx' });
}

async function migratedSqlite(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-migrated-'));
  const file = join(folder, 'dpxdt.db');
  await (await openSqliteStore({ file })).close();
  const content = readFileSync(file);
  rmSync(folder, { recursive: true });
  return content;
}

const postgresTemplate = 'migrated';
/** Test processes share the cluster; the first makes the template. */
const templateLock = 1;

let postgresIsReady: Promise<void> | undefined;

interface Copy {
  name: string;
  /** A connection to it, for cleaning: another one each time would first have to read about every table. */
  cleaner: pg.Client;
}

/** Copies that a test of this process has left as clean as new ones. */
const cleanCopies: Copy[] = [];
/** Such copies that a store was over, with its connections. */
const connectedCopies: { copy: Copy; connections: PostgresConnections }[] = [];

/**
 * Address of a database in the cluster that all tests share, as it is after the migrations. When the test ends it is
 * cleaned for the next one, which takes a fraction of making another; it is dropped if the test changed more than rows.
 */
export async function createMigratedPostgres(): Promise<string> {
  const copy = await takeCopy();
  onTestFinished(async () => {
    if (await clean(copy, { alone: true })) cleanCopies.push(copy);
    else await drop(copy);
  });
  return urlOf(copy.name);
}

/**
 * A store over a separate database, as it is after the migrations. To close it gives its connections to the next one of
 * this process: each is a process of PostgreSQL, which takes longer to start than most tests take.
 */
export async function openMigratedPostgres(): Promise<PostgresStore> {
  const { copy, connections } = connectedCopies.pop() ?? (await connectCopy());
  return lentStore(storeOver(connections), async () => {
    if (await clean(copy)) return void connectedCopies.push({ copy, connections });
    await connections.close();
    await drop(copy);
  });
}

async function connectCopy(): Promise<{ copy: Copy; connections: PostgresConnections }> {
  const copy = await takeCopy();
  return { copy, connections: await connectPostgres({ url: urlOf(copy.name) }) };
}

/** The store until it is closed: as with a real one, what was called before is finished, and nothing can be called after. */
function lentStore(store: PostgresStore, giveBack: () => Promise<void>): PostgresStore {
  const calls = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;
  const during = async <T>(call: () => Promise<T>): Promise<T> => {
    if (closed !== undefined) throw new Error('The store is closed.');
    const result = call();
    calls.add(result);
    return result.finally(() => calls.delete(result));
  };
  const { identityRecords } = store;
  return {
    transaction: (work) => during(() => store.transaction(work)),
    read: (work) => during(() => store.read(work)),
    readLatest: (work) => during(() => store.readLatest(work)),
    identityRecords: {
      transaction: (work) => during(() => identityRecords.transaction(work)),
      read: (work) => during(() => identityRecords.read(work)),
    },
    health: () => during(() => store.health()),
    now: () => during(() => store.now()),
    close: () => (closed ??= Promise.allSettled(calls).then(giveBack)),
  };
}

async function takeCopy(): Promise<Copy> {
  await (postgresIsReady ??= migratedPostgres());
  return cleanCopies.pop() ?? copyTemplate();
}

async function copyTemplate(): Promise<Copy> {
  const name = `m_${nodeIds().sha1(Buffer.from(nodeIds().id())).slice(0, 16)}`;
  // Copying files is twice as fast as the default, which logs every page.
  await asAdmin((admin) =>
    admin.query(`create database ${name} template ${postgresTemplate} strategy file_copy`),
  );
  const cleaner = new pg.Client({ connectionString: urlOf(name) });
  cleaner.on('error', () => undefined);
  await cleaner.connect();
  await (cleanState ??= readCleanState(cleaner));
  return { name, cleaner };
}

async function drop({ name, cleaner }: Copy): Promise<void> {
  await cleaner.end().catch(() => undefined);
  await asAdmin((admin) => admin.query(`drop database ${name} with (force)`));
}

function migratedPostgres(): Promise<void> {
  return asAdmin(async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [templateLock]);
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [postgresTemplate]);
    if (rowCount !== 0) return;
    const unfinished = `${postgresTemplate}_${process.pid}`;
    await admin.query(`create database ${unfinished}`);
    await (await openPostgresStore({ url: urlOf(unfinished) })).close();
    await admin.query(`alter database ${unfinished} rename to ${postgresTemplate}`);
  });
}

async function asAdmin(work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgresUrl')! });
  await admin.connect();
  await work(admin).finally(() => admin.end());
}

interface CleanState {
  /** Of everything that is not rows; a copy of the template has it too. */
  schema: string;
  /** Statements that bring the rows and sequences of the template back. */
  restore: string;
}

let cleanState: Promise<CleanState> | undefined;

/** Tables, columns, indexes, constraints and triggers; statistics, which change plans; and whether there are many pages. */
const schemaOf = `select md5(concat(
  (select string_agg(concat(attrelid, ' ', attnum, ' ', attname, ' ', atttypid, ' ', attnotnull), ',' order by attrelid, attnum)
   from pg_attribute where attrelid >= 16384),
  (select string_agg(oid::text, ',' order by oid) from pg_constraint where oid >= 16384),
  (select string_agg(oid::text, ',' order by oid) from pg_trigger where oid >= 16384),
  (select string_agg(proname, ',' order by oid) from pg_proc where oid >= 16384),
  (select count(*) from pg_statistic where starelid >= 16384),
  (select coalesce(sum(pg_relation_size(oid)), 0) > 8000000 from pg_class where oid >= 16384))) as schema`;

/**
 * @param alone whether other connections to it are ended first
 * @returns false if the database is no longer a copy of the template with other rows
 */
async function clean({ cleaner }: Copy, { alone = false } = {}): Promise<boolean> {
  const { schema, restore } = await cleanState!;
  try {
    if (alone) await cleaner.query(endOthers);
    const { rows } = await cleaner.query<{ schema: string }>(schemaOf);
    if (rows[0]!.schema !== schema) return false;
    await cleaner.query(restore);
    return true;
  } catch {
    return false;
  }
}

const endOthers =
  'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';

async function readCleanState(client: pg.Client): Promise<CleanState> {
  const { rows } = await client.query<{ schema: string }>(schemaOf);
  const tables = await client.query<{ name: string }>(
    `select quote_ident(relname) as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  );
  const sequences = await client.query<{ name: string; value: string | null }>(
    `select quote_ident(sequencename) as name, last_value as value from pg_sequences where schemaname = 'public'`,
  );
  const statements = ['begin', `set local session_replication_role = replica`];
  for (const { name } of tables.rows) {
    const kept = await client.query<{ rows: string | null }>(
      `select quote_literal(json_agg(t)::text) as rows from ${name} t`,
    );
    statements.push(`delete from ${name}`);
    const literal = kept.rows[0]!.rows;
    if (literal !== null)
      statements.push(
        `insert into ${name} overriding system value select * from json_populate_recordset(null::${name}, ${literal})`,
      );
  }
  for (const { name, value } of sequences.rows)
    statements.push(`select setval('${name}', ${value ?? 1}, ${value !== null})`);
  return { schema: rows[0]!.schema, restore: [...statements, 'commit'].join(';\n') };
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl')!);
  url.pathname = `/${database}`;
  return url.href;
}
