import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { onTestFinished } from 'vitest';
import type { DatabaseStore } from '../../../src/adapters/database/database-store.ts';
import type { Migration } from '../../../src/adapters/database/migrate.ts';
import { migrations } from '../../../src/adapters/database/migrations/index.ts';
import { openPostgresStore } from '../../../src/adapters/database/postgres-store.ts';
import { openSqliteStore } from '../../../src/adapters/database/sqlite-store.ts';
import { createPostgresDatabase } from '../../support/server-world.ts';
import type { StoreKind } from '../../support/server-world.ts';

/** A database that a test may open several times, and look into. */
export interface DatabasePlace {
  open: (known?: readonly Migration[]) => Promise<DatabaseStore>;
  run: (statements: readonly string[]) => Promise<void>;
  rows: (query: string) => Promise<Record<string, unknown>[]>;
}

export async function newPlace(kind: StoreKind): Promise<DatabasePlace> {
  if (kind === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'dpxdt-place-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'dpxdt.db');
    const inside = <T>(work: (database: DatabaseSync) => T): T => {
      const database = new DatabaseSync(file);
      try {
        return work(database);
      } finally {
        database.close();
      }
    };
    return {
      open: (known = migrations) => openSqliteStore({ file, migrations: known }),
      run: async (statements) => inside((database) => statements.forEach((one) => database.exec(one))),
      rows: async (query) => inside((database) => database.prepare(query).all()),
    };
  }
  const url = await createPostgresDatabase();
  const inside = async <T>(work: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return work(client).finally(() => client.end());
  };
  return {
    open: (known = migrations) => openPostgresStore({ url, migrations: known }),
    run: (statements) =>
      inside(async (client) => {
        for (const statement of statements) await client.query(statement);
      }),
    rows: (query) => inside(async (client) => (await client.query<Record<string, unknown>>(query)).rows),
  };
}
