/** Where a measured server keeps its data: a separate folder and, if requested, a separate PostgreSQL database. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { findPostgres, startPostgres, type PostgresCluster } from '../../test/support/postgres.ts';
import { outFolder } from './product.ts';

export type DatabaseKind = 'sqlite' | 'postgres';

/** The data of one server; `remove` deletes it. */
export interface Place {
  dataFolder: string;
  /** Null: SQLite in the data folder. */
  databaseUrl: string | null;
  remove(): void;
}

let cluster: PostgresCluster | undefined;
const folders = new Set<string>();
process.on('exit', () => {
  removeAll();
  cluster?.destroy();
});

/** Deletes leftovers of failed parts. */
export function removeAll(): void {
  for (const folder of folders) removeFolder(folder);
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  rmSync(`${folder}.log`, { force: true });
  folders.delete(folder);
}

/** An empty place on the repository's disk, because syncing a folder in memory would cost nothing. */
export async function newPlace(kind: DatabaseKind): Promise<Place> {
  mkdirSync(outFolder, { recursive: true });
  const dataFolder = mkdtempSync(join(outFolder, 'data-'));
  folders.add(dataFolder);
  return {
    dataFolder,
    databaseUrl: kind === 'sqlite' ? null : await newDatabase(),
    remove: () => removeFolder(dataFolder),
  };
}

let databases = 0;

async function newDatabase(): Promise<string> {
  const programs = findPostgres();
  if (programs === null) throw new Error('PostgreSQL is not installed on this machine.');
  cluster ??= await startPostgres(programs, { durable: true });
  const name = `bench_${process.pid}_${databases++}`;
  await withPostgres(cluster.urlOf('postgres'), (client) => client.query(`create database ${name}`));
  return cluster.urlOf(name);
}

async function withPostgres<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export type Sql = (text: string) => Promise<Record<string, unknown>[]>;

/** Changes a place's database in one transaction while no server uses it. */
export async function withDatabase(place: Place, work: (sql: Sql) => Promise<void>): Promise<void> {
  if (place.databaseUrl !== null) {
    await withPostgres(place.databaseUrl, async (client) => {
      await client.query('begin');
      await work(async (text) => (await client.query<Record<string, unknown>>(text)).rows);
      await client.query('commit');
      await client.query('vacuum analyze');
    });
    return;
  }
  const database = new DatabaseSync(join(place.dataFolder, 'dpxdt.sqlite'));
  database.exec('pragma synchronous = off');
  database.exec('pragma cache_size = -262144');
  database.exec('begin');
  await work(async (text) => database.prepare(text).all());
  database.exec('commit');
  database.close();
}
