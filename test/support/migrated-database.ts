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

/** Address of a new database in the cluster that all tests share; dropped when the test ends. */
export async function createMigratedPostgres(): Promise<string> {
  await (postgresIsReady ??= migratedPostgres());
  const name = `m_${nodeIds().sha1(Buffer.from(nodeIds().id())).slice(0, 16)}`;
  // Copying files is twice as fast as the default, which logs every page.
  await asAdmin((admin) =>
    admin.query(`create database ${name} template ${postgresTemplate} strategy file_copy`),
  );
  onTestFinished(() => asAdmin((admin) => admin.query(`drop database ${name} with (force)`)));
  return urlOf(name);
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

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgresUrl')! });
  await admin.connect();
  await work(admin).finally(() => admin.end());
}

function urlOf(database: string): string {
  const url = new URL(inject('postgresUrl')!);
  url.pathname = `/${database}`;
  return url.href;
}
