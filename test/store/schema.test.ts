import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { expect, it } from 'vitest';
import { postgresSchema, schemaFiles, sqliteSchema } from '../../scripts/schema-sql.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';

it.each(storeKinds)('docs/schema is what the migrations make of an empty database: %s', async (kind) => {
  const made =
    kind === 'sqlite' ? await sqliteSchema() : await postgresSchema(await createPostgresDatabase());
  expect(made).toContain('schema_migrations');
  expect(readFileSync(schemaFiles[kind], 'utf8'), 'run "npm run schema"').toBe(made);
});

it('docs/schema makes the database that it describes', async () => {
  const database = new DatabaseSync(':memory:');
  database.exec(readFileSync(schemaFiles.sqlite, 'utf8'));
  const { count } = database
    .prepare(`select count(*) as count from sqlite_master where type = 'table'`)
    .get()!;
  expect(count).toBeGreaterThan(15);
  database.close();
  if (!storeKinds.includes('postgres')) return;
  const client = new pg.Client({ connectionString: await createPostgresDatabase() });
  await client.connect();
  await client.query(readFileSync(schemaFiles.postgres, 'utf8'));
  const { rows } = await client.query<{ count: number }>(
    'select count(*)::int as count from pg_tables where schemaname = current_schema()',
  );
  await client.end();
  expect(rows[0]!.count).toBe(Number(count) - 1);
});
