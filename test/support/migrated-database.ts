/** New databases that have every table: copies of one that was migrated once. Migrating takes ten times as long. */

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { nodeIds } from '../../src/adapters/crypto/node-ids.ts';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';

let sqliteTemplate: Promise<string> | undefined;

/** @param file where to put it; must not exist */
export async function copyMigratedSqlite(file: string): Promise<void> {
  copyFileSync(await (sqliteTemplate ??= migratedSqlite()), file);
}

async function migratedSqlite(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-migrated-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'dpxdt.db');
  await (await openSqliteStore({ file })).close();
  return file;
}

const postgresTemplate = 'migrated';
/** Test processes share the cluster; the first makes the template. */
const templateLock = 1;

let postgresIsReady: Promise<void> | undefined;

/** Databases of this process that a test has left as clean as new ones. */
const cleanDatabases: string[] = [];

/**
 * Address of a database in the cluster that all tests share, as it is after the migrations. When the test ends it is
 * cleaned for the next one, which takes a fraction of making another; it is dropped if the test changed more than rows.
 */
export async function createMigratedPostgres(): Promise<string> {
  await (postgresIsReady ??= migratedPostgres());
  const name = cleanDatabases.pop() ?? (await copyTemplate());
  onTestFinished(async () => {
    if (await clean(name)) cleanDatabases.push(name);
    else await asAdmin((admin) => admin.query(`drop database ${name} with (force)`));
  });
  return urlOf(name);
}

async function copyTemplate(): Promise<string> {
  const name = `m_${nodeIds().sha1(Buffer.from(nodeIds().id())).slice(0, 16)}`;
  // Copying files is twice as fast as the default, which logs every page.
  await asAdmin((admin) =>
    admin.query(`create database ${name} template ${postgresTemplate} strategy file_copy`),
  );
  return name;
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
  await connected(inject('postgresUrl')!, work);
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return work(client).finally(() => client.end());
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

/** @returns false if the database is no longer a copy of the template with other rows */
async function clean(name: string): Promise<boolean> {
  cleanState ??= connected(urlOf(postgresTemplate), readCleanState);
  const { schema, restore } = await cleanState;
  try {
    return await connected(urlOf(name), async (client) => {
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      const { rows } = await client.query<{ schema: string }>(schemaOf);
      if (rows[0]!.schema !== schema) return false;
      await client.query(restore);
      return true;
    });
  } catch {
    return false;
  }
}

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
