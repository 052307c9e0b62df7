/** Backups of databases from before the newest migrations. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { migrations } from '../../src/adapters/database/migrations/index.ts';
import { openFillablePostgres } from '../../src/adapters/database/whole/whole-postgres.ts';
import { openFillableSqlite } from '../../src/adapters/database/whole/whole-sqlite.ts';
import type { FillableDatabase } from '../../src/ports/whole-database.ts';
import { callDpxdt } from '../support/call-dpxdt.ts';
import { newFolder } from '../support/running-server.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';
import { namesIn, valueOf } from './support/sqlite-values.ts';

const all = migrations.map(({ name }) => name);
/** A program that knew neither shards nor anything after them. */
const old = all.slice(0, all.indexOf('0014-shards'));

it.each(storeKinds)('P76: a backup of an older version is brought up to date, on %s', async (kind) => {
  const folder = newFolder();
  const dataFolder = join(folder, 'data');
  mkdirSync(dataFolder);
  const databaseUrl = kind === 'sqlite' ? null : await createPostgresDatabase();
  const database =
    databaseUrl === null
      ? openFillableSqlite(join(dataFolder, 'dpxdt.sqlite'))
      : await openFillablePostgres(databaseUrl);
  await database.create(old);
  await insertRelease(database);
  await database.close();

  const backup = join(folder, 'backup');
  const place = databaseUrl === null ? [] : ['--database-url', databaseUrl];
  const made = await callDpxdt(['backup', backup, '--data-dir', dataFolder, ...place], {
    currentFolder: folder,
  });
  expect(made.status, made.stderr).toBe(0);
  const to = join(folder, 'to');
  const restored = await callDpxdt(['restore', backup, '--data-dir', to], { currentFolder: folder });
  expect(restored.status, restored.stderr).toBe(0);

  const now = new DatabaseSync(join(to, 'dpxdt.sqlite'));
  expect(namesIn(now, 'select name from schema_migrations order by name')).toEqual(all);
  expect(valueOf(now, `select name || ' ' || number || ' ' || is_subset from releases`)).toBe('r1 3 0');
  now.close();
});

async function insertRelease(database: FillableDatabase): Promise<void> {
  const tables = await database.tables();
  const insert = async (name: string, values: Record<string, bigint | string>) => {
    const table = tables.find((one) => one.name === name)!;
    const row = table.columns.map((column) => values[column.name] ?? (column.kind === 'integer' ? 0n : null));
    await database.insert(table, [row]);
  };
  await insert('builds', { id: 1n, name: 'Shop' });
  await insert('releases', { id: 1n, build_id: 1n, name: 'r1', number: 3n, status: 'reviewing' });
}
