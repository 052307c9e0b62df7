import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { GroupCommit } from '../../../src/adapters/database/group-commit.ts';
import { applyMigrations } from '../../../src/adapters/database/migrate.ts';
import { migrations } from '../../../src/adapters/database/migrations/index.ts';
import { repositories } from '../../../src/adapters/database/repositories.ts';
import { sqliteKysely } from '../../../src/adapters/database/sqlite-kysely.ts';
import type { Store } from '../../../src/ports/store.ts';

/** A migrated database in memory. */
export async function migratedInMemory(): Promise<DatabaseSync> {
  const database = new DatabaseSync(':memory:');
  await applyMigrations(
    {
      kind: 'sqlite',
      run: async (statement) => void database.exec(statement),
      applied: async () => [],
      record: async () => undefined,
      recordRunsWith: async () => undefined,
    },
    migrations,
  );
  return database;
}

/** An in-memory store that records every statement. */
export async function recordingStore(): Promise<{ store: Store; plansOf: () => Map<string, string[]> }> {
  const database = await migratedInMemory();
  const seen = new Map<string, readonly unknown[]>();
  const db = sqliteKysely(database, { log: ({ query }) => void seen.set(query.sql, query.parameters) });
  const queue = new GroupCommit(database, repositories({ db, kind: 'sqlite' }), {
    maxGroup: 256,
    busyMs: 0,
    sleep: () => Promise.resolve(),
    onWrite: () => undefined,
  });
  onTestFinished(() => void database.close());
  const explain = (sql: string, parameters: readonly unknown[]) =>
    database
      .prepare(`explain query plan ${sql}`)
      .all(...(parameters as SQLInputValue[]))
      .map(({ detail }) => String(detail));
  return {
    store: {
      transaction: (work) => queue.write(work),
      read: (work) => queue.read(work),
      readLatest: (work) => queue.read(work),
      health: async () => 'ok',
      close: async () => undefined,
    },
    plansOf: () => new Map([...seen].map(([sql, parameters]) => [sql, explain(sql, parameters)])),
  };
}
