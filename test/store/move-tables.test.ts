/** Copying a whole database: every table that there is, exactly, to the other kind and back. */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { tableDigest } from '../../src/adapters/crypto/table-digest.ts';
import { openStore } from '../../src/adapters/database/open-store.ts';
import { migrations } from '../../src/adapters/database/migrations/index.ts';
import { inOrder, kindOf } from '../../src/adapters/database/whole/table-order.ts';
import { openFillablePostgres } from '../../src/adapters/database/whole/whole-postgres.ts';
import { openFillableSqlite } from '../../src/adapters/database/whole/whole-sqlite.ts';
import type { FillableDatabase } from '../../src/ports/whole-database.ts';
import { copyTables, digestTables, isEmpty } from '../../src/services/moving/copy-tables.ts';
import { createPostgresDatabase, storeKinds, type StoreKind } from '../support/server-world.ts';
import { fillEveryTable } from './support/every-table.ts';
import { namesIn, valueOf } from './support/sqlite-values.ts';

const options = { newDigest: tableDigest };
const all = migrations.map(({ name }) => name);
const rowsPerTable = 600;

async function openEmpty(kind: StoreKind): Promise<FillableDatabase & { file: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-move-'));
  const file = join(folder, 'dpxdt.sqlite');
  const database =
    kind === 'sqlite' ? openFillableSqlite(file) : await openFillablePostgres(await createPostgresDatabase());
  onTestFinished(async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await database.create(all);
  return { ...database, file };
}

async function lastIds(database: FillableDatabase): Promise<(bigint | null)[]> {
  const ids: (bigint | null)[] = [];
  for (const table of await database.tables()) ids.push(await database.lastId(table));
  return ids;
}

/** Tables whose rows are not the same in both files, as SQLite itself compares them. */
function differing(file: string, other: string): string[] {
  const database = new DatabaseSync(file);
  database.prepare('attach ? as other').run(other);
  const names = namesIn(database, `select name from sqlite_master where type = 'table'`) as string[];
  const missing = (from: string, to: string) =>
    valueOf(database, `select count(*) from (select * from ${from} except select * from ${to})`);
  const found = names
    .filter((name) => name !== 'schema_migrations')
    .filter(
      (name) =>
        missing(`main.${name}`, `other.${name}`) !== 0 || missing(`other.${name}`, `main.${name}`) !== 0,
    );
  database.close();
  return found;
}

describe.each(storeKinds)('from SQLite to %s and back', (kind) => {
  it('moves every row of every table exactly, with the ids to come', async () => {
    const source = await openEmpty('sqlite');
    const tables = await fillEveryTable(source, rowsPerTable);
    const middle = await openEmpty(kind);
    expect(await isEmpty(middle)).toBe(true);
    const there = await copyTables(source, middle, options);
    expect(there.map(({ name }) => name)).toEqual(tables.map(({ name }) => name));
    expect(there.every(({ rows }) => rows === rowsPerTable)).toBe(true);

    const back = await openEmpty('sqlite');
    expect(await copyTables(middle, back, options)).toEqual(there);
    expect(differing(back.file, source.file)).toEqual([]);
    expect(await lastIds(middle)).toEqual(await lastIds(source));
    expect(await lastIds(back)).toEqual(await lastIds(source));
    expect(tables.length).toBeGreaterThan(20);
  });

  it('continues where it was interrupted', async () => {
    const source = await openEmpty('sqlite');
    await fillEveryTable(source, rowsPerTable);
    const target = await openEmpty(kind);
    const whole = await digestTables(source, options);
    for (const inserts of [1, 7, 20]) {
      let left = inserts;
      const breaking: FillableDatabase = {
        ...target,
        insert: async (table, rows) => {
          if (left-- === 0) throw new Error('the network was cut');
          await target.insert(table, rows);
        },
      };
      await expect(copyTables(source, breaking, options)).rejects.toThrow('the network was cut');
    }
    let inserted = 0;
    const counting: FillableDatabase = {
      ...target,
      insert: async (table, rows) => {
        inserted += rows.length;
        await target.insert(table, rows);
      },
    };
    expect(await copyTables(source, counting, options)).toEqual(whole);
    // 28 batches were stored before.
    expect(inserted).toBeLessThanOrEqual(whole.length * rowsPerTable - 28 * (rowsPerTable - 500));
    expect(inserted).toBeGreaterThan(0);
  });

  it('starts over when the source has changed since it was interrupted', async () => {
    const source = await openEmpty('sqlite');
    await fillEveryTable(source, 20);
    const target = await openEmpty(kind);
    await copyTables(source, target, options);
    await target.setValue('unfinished_move', 'the mark');
    const file = new DatabaseSync(source.file);
    file.exec(`update runs set name = 'renamed' where id = 1`);
    file.exec(`delete from activity where id > 30`);
    file.close();
    const copied = await copyTables(source, target, options);
    expect(copied).toEqual(await digestTables(source, options));
    expect(await target.findValue('unfinished_move'), 'what belongs to the target alone').toBe('the mark');
  });

  it('finds a row that is stored differently than it was read', async () => {
    const source = await openEmpty('sqlite');
    await fillEveryTable(source, 3);
    const target = await openEmpty(kind);
    const lying: FillableDatabase = {
      ...target,
      insert: (table, rows) =>
        target.insert(
          table,
          rows.map((row) =>
            row.map((value) => (typeof value === 'string' ? value.replace('mails', 'mail') : value)),
          ),
        ),
    };
    await expect(copyTables(source, lying, options)).rejects.toThrow(/^The table mails in .* differs/);
  });
});

it.skipIf(!storeKinds.includes('postgres'))('says which table PostgreSQL cannot store', async () => {
  const source = await openEmpty('sqlite');
  const tables = await source.tables();
  const facts = tables.find(({ name }) => name === 'server_facts')!;
  await source.insert(facts, [['a', 'zero \0 byte']]);
  await expect(copyTables(source, await openEmpty('postgres'), options)).rejects.toMatchObject({
    code: 'unprocessable',
    message: expect.stringMatching(/^A row of server_facts cannot be stored in the database/) as string,
  });
});

it.each(storeKinds)('a database that was only migrated is empty, and can be filled: %s', async (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-move-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'dpxdt.sqlite');
  const url = kind === 'sqlite' ? null : await createPostgresDatabase();
  await (await openStore({ sqliteFile: file, ...(url !== null && { databaseUrl: url }) })).close();
  // A closed store leaves PostgreSQL without a farewell, which notices in its own time.
  const database =
    url === null ? openFillableSqlite(file) : await vi.waitFor(() => openFillablePostgres(url), 15_000);
  onTestFinished(() => database.close());
  expect(await isEmpty(database)).toBe(true);
  expect(await database.migrations()).toEqual(all);
  const source = await openEmpty('sqlite');
  await fillEveryTable(source, 5);
  expect(await copyTables(source, database, options)).toEqual(await digestTables(source, options));
});

it('refuses tables that it could not copy exactly', () => {
  const table = { columns: [], idColumn: null };
  const a = { ...table, name: 'a', key: ['id'], refersTo: ['b'] };
  const b = { ...table, name: 'b', key: ['id'], refersTo: [] };
  expect(inOrder([a, b]).map(({ name }) => name)).toEqual(['b', 'a']);
  expect(() => inOrder([a, { ...b, refersTo: ['a'] }])).toThrow('in a circle');
  expect(() => inOrder([{ ...b, key: [] }])).toThrow('b has no primary key');
  expect(() => kindOf('runs', 'tags', 'jsonb')).toThrow('runs.tags has the unknown type "jsonb"');
});

it('hashes rows that differ differently', () => {
  const digest = (...rows: Parameters<ReturnType<typeof tableDigest>['add']>) => {
    const hash = tableDigest();
    hash.add(...rows);
    return hash.end();
  };
  const random = randomBytes(3);
  const rows = [
    [['a', 'b']],
    [['ab', '']],
    [['a'], ['b']],
    [[1n]],
    [[1]],
    [['1']],
    [[null]],
    [['']],
    [[random]],
  ];
  expect(new Set(rows.map((each) => digest(each as never))).size).toBe(rows.length);
  expect(digest([[1n], [2n]])).toBe(digest([[1n], [2n]]));
});
