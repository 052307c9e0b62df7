import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { DatabaseStore } from '../../src/adapters/database/database-store.ts';
import type { Migration } from '../../src/adapters/database/migrate.ts';
import { migrations } from '../../src/adapters/database/migrations/index.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import type { Store, Transaction } from '../../src/ports/store.ts';
import { namesIn, valueOf } from './support/sqlite-values.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function opened(
  file: string,
  options: { migrations?: readonly Migration[]; busyMs?: number } = {},
): Promise<DatabaseStore> {
  const store = await openSqliteStore({ file, ...options });
  onTestFinished(() => store.close());
  return store;
}

const build = {
  name: 'Shop',
  isPublic: false,
  sendEmail: true,
  emailAlias: null,
  failOnForgiven: false,
  emailAliasConfirmed: false,
  createdAt: 1,
};
const addBuild = (name: string) => (tx: Transaction) => tx.builds.insert({ ...build, name });
const buildNames = async (store: Store) =>
  (await store.read((tx) => tx.builds.list({}, { limit: 100, offset: 0 }))).map(({ name }) => name).sort();

describe('the SQLite store', () => {
  it('refuses a second server on the same file, and lets go when it is closed', async () => {
    const file = join(temporaryFolder(), 'data', 'dpxdt.db');
    const first = await openSqliteStore({ file });
    await expect(openSqliteStore({ file })).rejects.toThrow(
      `Another dpxdt server is already using ${file}. Stop it first, or use another --data-dir.`,
    );
    const other = spawnSync(process.execPath, ['--input-type=module', '-e', openingScript(file)], {
      encoding: 'utf8',
    });
    expect(other.stdout).toContain('unavailable Another dpxdt server');
    await first.close();
    await (await openSqliteStore({ file })).close();
  });

  it('keeps what was answered, and opens again where it was', async () => {
    const file = join(temporaryFolder(), 'dpxdt.db');
    const first = await openSqliteStore({ file });
    await first.transaction(addBuild('Shop'));
    await first.close();
    const again = await opened(file);
    expect(await buildNames(again)).toEqual(['Shop']);
    expect(await again.health()).toBe('ok');
    const probe = new DatabaseSync(file, { readOnly: true });
    expect(valueOf(probe, 'pragma journal_mode')).toBe('wal');
    probe.close();
  });

  it.each([
    ['full', 2],
    ['relaxed', 1],
  ] as const)('P3: %s durability is SQLite’s synchronous = %i', async (durability, synchronous) => {
    const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
    onTestFinished(() => prepare.mockRestore());
    const store = await openSqliteStore({ file: join(temporaryFolder(), 'dpxdt.db'), durability });
    onTestFinished(() => store.close());
    const database = prepare.mock.contexts[0] as DatabaseSync;
    await store.transaction(addBuild('Shop'));
    expect(valueOf(database, 'pragma synchronous')).toBe(synchronous);
    expect(valueOf(database, 'pragma journal_mode')).toBe('wal');
  });

  it('P44: a migration that fails changes nothing, and the old version still starts', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'dpxdt.db');
    const first = await openSqliteStore({ file });
    await first.transaction(addBuild('Shop'));
    await first.close();
    const broken: Migration = {
      name: '9999-broken',
      statements: () => ['alter table builds add column extra text', 'insert into nowhere values (1)'],
    };
    await expect(openSqliteStore({ file, migrations: [...migrations, broken] })).rejects.toThrow(
      /cannot be opened or migrated: no such table: nowhere/,
    );
    const backups = readdirSync(folder).filter((name) => name.endsWith('.bak'));
    expect(backups).toEqual([expect.stringMatching(/^dpxdt\.db\.before-9999-broken-\d+\.bak$/)]);
    const copy = new DatabaseSync(join(folder, backups[0]!), { readOnly: true });
    expect(namesIn(copy, 'select name from builds')).toEqual(['Shop']);
    copy.close();
    const old = await opened(file);
    expect(await buildNames(old)).toEqual(['Shop']);
  });

  it('T26: of two accounts of one issuer that a person had, the first stays, and nobody is signed in by the other', async () => {
    const file = join(temporaryFolder(), 'dpxdt.db');
    const before = migrations.slice(
      0,
      migrations.findIndex(({ name }) => name.startsWith('0009')),
    );
    await (await openSqliteStore({ file, migrations: before })).close();
    const database = new DatabaseSync(file);
    const account = database.prepare('insert into accounts values (?, ?, ?, ?, null, ?, 1)');
    for (const id of ['ada', 'ben'])
      database.prepare('insert into users values (?, ?, ?, 1, 0, 1, 1)').run(id, id, `${id}@example.org`);
    account.run('second', 'ada', 'oidc https://login.example', 'another-ada', 20);
    account.run('first', 'ada', 'oidc https://login.example', 'ada-1', 10);
    account.run('google', 'ada', 'google https://accounts.google.com', 'ada-1', 30);
    account.run('bens', 'ben', 'oidc https://login.example', 'ben-1', 10);
    for (const id of ['ada', 'ben'])
      database
        .prepare('insert into sessions values (?, ?, ?, 1, 1, 9999999999999, null, null)')
        .run(id, `hash of ${id}`, id);
    database.close();
    const store = await opened(file);
    const ids = async (table: 'accounts' | 'sessions') =>
      (await store.identityRecords.read((records) => records.find(table, []))).map(({ id }) => id).toSorted();
    expect(await ids('accounts')).toEqual(['bens', 'first', 'google']);
    expect(await ids('sessions')).toEqual(['ben']);
    await expect(
      store.identityRecords.transaction((records) =>
        records.insert('accounts', {
          id: 'x',
          user_id: 'ada',
          provider_id: 'oidc https://login.example',
          account_id: 'third',
          password: null,
          created_at: 1,
          updated_at: 1,
        }),
      ),
    ).rejects.toThrow();
  });

  it('refuses a database that a newer version has changed', async () => {
    const file = join(temporaryFolder(), 'dpxdt.db');
    const newer: Migration = { name: '9999-newer', statements: () => ['create table newer (id integer)'] };
    await (await openSqliteStore({ file, migrations: [...migrations, newer] })).close();
    await expect(openSqliteStore({ file })).rejects.toThrow(
      'changed by a newer version of dpxdt (migration "9999-newer")',
    );
  });

  it('P74: works on a database that a newer version has changed, if that change allows it', async () => {
    const file = join(temporaryFolder(), 'dpxdt.db');
    const newest = migrations.at(-1)!.name;
    const additive: Migration = {
      name: '9998-additive',
      runsWith: newest,
      statements: () => ['alter table builds add column extra text'],
    };
    await (await openSqliteStore({ file, migrations: [...migrations, additive] })).close();
    await (await opened(file)).close();
    const older = migrations.slice(0, -1);
    await expect(openSqliteStore({ file, migrations: older })).rejects.toThrow(
      'changed by a newer version of dpxdt (migration "9998-additive"), and this version cannot work on it',
    );
    const again = await opened(file, { migrations: [...migrations, additive] });
    await again.close();
  });

  it('P21: waits for a lock of another program, then says unavailable, and recovers', async () => {
    const file = join(temporaryFolder(), 'dpxdt.db');
    const store = await opened(file, { busyMs: 100 });
    const shell = new DatabaseSync(file);
    shell.exec('begin immediate');
    await expect(store.transaction(addBuild('blocked'))).rejects.toEqual(code('unavailable'));
    expect(await buildNames(store), 'reads go on').toEqual([]);
    shell.exec('rollback');
    shell.close();
    await store.transaction(addBuild('free'));
    expect(await buildNames(store)).toEqual(['free']);
  });

  it('P20: on a full disk writes are refused, reads go on, and space heals it', async (context) => {
    const folder = temporaryFolder();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk]).status === 0;
    if (!mounted) context.skip('needs the right to mount a small tmpfs');
    const store = await openSqliteStore({ file: join(disk, 'dpxdt.db') });
    try {
      const filler = join(disk, 'filler');
      await store.transaction(addBuild('Shop'));
      fillUp(filler);
      const attempts = await Promise.allSettled(
        Array.from({ length: 200 }, (_, index) => store.transaction(addBuild(`${index}`.padEnd(4_000, 'x')))),
      );
      const refused = attempts.filter((outcome) => outcome.status === 'rejected');
      expect(refused.length).toBeGreaterThan(0);
      for (const { reason } of refused) expect(reason).toEqual(code('storage_full'));
      expect(await store.health()).toBe('degraded');
      expect(await buildNames(store)).toContain('Shop');
      rmSync(filler);
      await store.transaction(addBuild('after'));
      expect(await store.health()).toBe('ok');
      expect(await buildNames(store)).toContain('after');
    } finally {
      await store.close();
      spawnSync('umount', [disk]);
    }
    expect(existsSync(join(disk, 'dpxdt.db'))).toBe(false);
  });
});

function fillUp(path: string): void {
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeFileSync(path, block, { flag: 'a' });
  } catch {
    // The disk is full, as intended.
  }
}

function openingScript(file: string): string {
  const module = join(import.meta.dirname, '../../src/adapters/database/sqlite-store.ts');
  return `
    const { openSqliteStore } = await import(${JSON.stringify(module)});
    await openSqliteStore({ file: ${JSON.stringify(file)} }).catch((error) => console.log(error.code, error.message));
  `;
}

it('says that it is unavailable when its file was deleted or replaced under it', async () => {
  const file = join(temporaryFolder(), 'dpxdt.db');
  const store = await opened(file);
  expect(await store.health()).toBe('ok');
  renameSync(file, `${file}.away`);
  expect(await store.health()).toBe('unavailable');
  writeFileSync(file, '');
  expect(await store.health()).toBe('unavailable');
  renameSync(`${file}.away`, file);
  expect(await store.health()).toBe('ok');
});
