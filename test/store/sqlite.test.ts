import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { GroupCommit } from '../../src/adapters/database/group-commit.ts';
import type { Migration } from '../../src/adapters/database/migrate.ts';
import { migrations } from '../../src/adapters/database/migrations/index.ts';
import type { Repositories } from '../../src/adapters/database/repositories.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import type { Store, Transaction } from '../../src/ports/store.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });

/** The value of a pragma, or of the only column of a query's only row. */
function valueOf(database: DatabaseSync, sql: string): unknown {
  return Object.values(database.prepare(sql).get()!)[0];
}

const namesIn = (database: DatabaseSync, sql: string) =>
  database
    .prepare(sql)
    .all()
    .map((row) => Object.values(row)[0]);

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-sqlite-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function opened(
  file: string,
  options: { migrations?: readonly Migration[]; busyMs?: number } = {},
): Promise<Store> {
  const store = await openSqliteStore({ file, ...options });
  onTestFinished(() => store.close());
  return store;
}

const build = { name: 'Shop', isPublic: false, sendEmail: true, emailAlias: null, createdAt: 1 };
const addBuild = (name: string) => (tx: Transaction) => tx.builds.insert({ ...build, name });
const buildNames = async (store: Store) =>
  (await store.read((tx) => tx.builds.list({}, { limit: 100, offset: 0 }))).map(({ name }) => name).sort();

/** A group commit over a bare table, with a count of the commits. */
function bareGroupCommit(maxGroup = 256) {
  const database = new DatabaseSync(join(temporaryFolder(), 'bare.db'));
  database.exec('pragma journal_mode = wal');
  database.exec('create table entries (text text unique)');
  let groups = 0;
  const queue = new GroupCommit(database, {} as Repositories, {
    maxGroup,
    busyMs: 0,
    sleep: () => Promise.resolve(),
    onWrite: () => groups++,
  });
  onTestFinished(() => void database.close());
  const add = (text: string) => async () => void database.prepare('insert into entries values (?)').run(text);
  const all = () => queue.read(async () => namesIn(database, 'select text from entries order by 1'));
  return { database, queue, add, all, groups: () => groups };
}

describe('group commit', () => {
  it('shares one commit among all that wait, and undoes only what fails', async () => {
    const { queue, add, all, groups } = bareGroupCommit();
    const failing = async () => {
      await add('half')();
      throw new Error('refused');
    };
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 20 }, (_, index) => queue.write(add(`t${index}`))),
      queue.write(failing),
      queue.write(add('t0')),
      queue.write(add('last')),
    ]);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(await all()).toHaveLength(21);
    expect(await all()).not.toContain('half');
    expect(groups()).toBe(1);
  });

  it('bounds a group, answers in order, and runs effects after the commit only', async () => {
    const { database, queue, add, groups } = bareGroupCommit(5);
    const order: string[] = [];
    const work = (text: string) => async (tx: Transaction) => {
      await add(text)();
      tx.afterCommit(() => order.push(`${text} ${database.isTransaction ? 'inside' : 'committed'}`));
    };
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => queue.write(work(String.fromCharCode(97 + index)))),
    );
    expect(groups()).toBe(3);
    expect(order.slice(0, 2)).toEqual(['a committed', 'b committed']);
    expect(order).toHaveLength(12);
    await queue
      .write(async (tx) => {
        tx.afterCommit(() => order.push('never'));
        throw new Error('refused');
      })
      .catch(() => undefined);
    expect(order).not.toContain('never');
  });

  it('fails the whole group when the space runs out, then works again', async () => {
    const { database, queue, add, all } = bareGroupCommit();
    await queue.write(add('first'));
    database.exec(`pragma max_page_count = ${String(valueOf(database, 'pragma page_count'))}`);
    const outcomes = await Promise.allSettled([
      queue.write(add('small')),
      queue.write(add('x'.repeat(100_000))),
      queue.write(add('other')),
    ]);
    const codes = outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason as { code: string });
    expect(codes.map((error) => error.code)).toEqual(['storage_full', 'storage_full', 'storage_full']);
    expect(await all(), 'reads go on, nothing half').toEqual(['first']);
    database.exec('pragma max_page_count = 1000000');
    await queue.write(add('again'));
    expect(await all()).toEqual(['again', 'first']);
    expect(valueOf(database, 'pragma integrity_check')).toBe('ok');
  });

  it('refuses writes in a read', async () => {
    const { queue, add, all } = bareGroupCommit();
    await expect(queue.read(add('sneaky'))).rejects.toThrow();
    await queue.write(add('honest'));
    expect(await all()).toEqual(['honest']);
  });

  it('takes in what is asked for at any moment, and drains', async () => {
    const { queue, add, all } = bareGroupCommit();
    const chain = async (name: string) => {
      for (let index = 0; index < 20; index++) {
        await queue.write(add(`${name}${index}`));
        await queue.read(async () => undefined);
      }
    };
    await Promise.all(['a', 'b', 'c'].map(chain));
    void queue.write(add('late'));
    await queue.drain();
    expect(await all()).toHaveLength(61);
  });
});

describe('the SQLite store', () => {
  it('refuses a second server on the same file, and lets go when it is closed', async () => {
    const file = join(temporaryFolder(), 'data', 'dpxdt.db');
    const first = await openSqliteStore({ file });
    await expect(openSqliteStore({ file })).rejects.toThrow(
      `Another dpxdt server is already using ${file}. Stop it first, or give this one another --data-dir.`,
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
      /cannot be opened or brought up to date: no such table: nowhere/,
    );
    const backups = readdirSync(folder).filter((name) => name.endsWith('.bak'));
    expect(backups).toEqual([expect.stringMatching(/^dpxdt\.db\.before-9999-broken-\d+\.bak$/)]);
    const copy = new DatabaseSync(join(folder, backups[0]!), { readOnly: true });
    expect(namesIn(copy, 'select name from builds')).toEqual(['Shop']);
    copy.close();
    const old = await opened(file);
    expect(await buildNames(old)).toEqual(['Shop']);
  });

  it('refuses a database that a newer version has changed', async () => {
    const file = join(temporaryFolder(), 'dpxdt.db');
    const newer: Migration = { name: '9999-newer', statements: () => ['create table newer (id integer)'] };
    await (await openSqliteStore({ file, migrations: [...migrations, newer] })).close();
    await expect(openSqliteStore({ file })).rejects.toThrow(
      'changed by a newer version of dpxdt (migration "9999-newer")',
    );
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
    // Full, as wanted.
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
