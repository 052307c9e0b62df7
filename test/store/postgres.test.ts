import { readFileSync } from 'node:fs';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Migration } from '../../src/adapters/database/migrate.ts';
import { migrations } from '../../src/adapters/database/migrations/index.ts';
import { openStore } from '../../src/adapters/database/open-store.ts';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import type { Store, Transaction } from '../../src/ports/store.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { findPostgres, startPostgres } from '../support/postgres.ts';
import { createMigratedPostgres } from '../support/migrated-database.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });
const build = {
  name: 'Shop',
  isPublic: false,
  sendEmail: true,
  emailAlias: null,
  failOnForgiven: false,
  emailAliasConfirmed: false,
  createdAt: 1,
};
const addBuild = (tx: Transaction) => tx.builds.insert(build);
const countBuilds = async (store: Store) =>
  (await store.read((tx) => tx.builds.list({}, { limit: 100, offset: 0 }))).length;

/** The database's first process and those that serve the store's connections. */
async function databasePids(url: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'dpxdt'`,
  );
  await client.end();
  const backends = rows.map(({ pid }) => pid);
  const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${backends[0]}/status`, 'utf8'))![1]!;
  return [Number(parent), ...backends];
}

describe.runIf(storeKinds.includes('postgres'))('the PostgreSQL store', () => {
  it('D30: answers unavailable while the database is down, and recovers without a restart', async () => {
    const cluster = await startPostgres(findPostgres()!);
    onTestFinished(() => cluster.destroy());
    const store = await openPostgresStore({ url: cluster.urlOf('postgres'), connectMs: 3_000 });
    onTestFinished(() => store.close());
    await store.transaction(addBuild);
    cluster.stop();
    await expect(store.transaction(addBuild)).rejects.toEqual(code('unavailable'));
    await expect(countBuilds(store)).rejects.toMatchObject({
      code: 'unavailable',
      details: { retry_after: 5 },
    });
    expect(await store.health()).toBe('unavailable');
    cluster.start();
    expect(await store.health()).toBe('ok');
    await store.transaction(addBuild);
    expect(await countBuilds(store)).toBe(2);
  });

  it('P21: answers unavailable while the database is frozen, and recovers when it thaws', async () => {
    const cluster = await startPostgres(findPostgres()!);
    onTestFinished(() => cluster.destroy());
    const url = cluster.urlOf('postgres');
    const store = await openPostgresStore({ url, connectMs: 3_000, silentMs: 2_000 });
    onTestFinished(() => store.close());
    await store.transaction(addBuild);
    const pids = await databasePids(url);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      const calls = await Promise.allSettled([
        store.transaction(addBuild),
        ...Array.from({ length: 12 }, () => countBuilds(store)),
      ]);
      for (const call of calls) {
        expect(call).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
      }
      expect(await store.health()).toBe('unavailable');
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    await expect.poll(() => store.health()).toBe('ok');
    expect(await countBuilds(store), 'what was refused before it began was not done').toBe(1);
    await store.transaction(addBuild);
    expect(await countBuilds(store)).toBe(2);
  });

  it.each(['before', 'after'] as const)(
    'P48: a connection that breaks at a commit, %s the database heard of it, is an unknown outcome',
    async (moment) => {
      const url = await createMigratedPostgres();
      const proxy = await startCuttingProxy(url);
      const store = await openPostgresStore({ url: proxy.url, poolSize: 2 });
      onTestFinished(() => store.close());
      const effects: string[] = [];
      proxy.cut = moment;
      const outcome = await store
        .transaction(async (tx) => {
          await addBuild(tx);
          tx.afterCommit(() => effects.push('told'));
        })
        .catch((error: unknown) => error);
      expect(outcome).toMatchObject({ code: 'outcome_unknown', details: { retry_after: 5 } });
      expect((outcome as Error).message).not.toMatch(/nothing was changed/i);
      expect(effects).toEqual([]);
      const saved = moment === 'after' ? 1 : 0;
      expect(await countBuilds(store), 'what a read has seen needs no commit').toBe(saved);
      await expect.poll(() => proxy.cuts).toBe(2);
      proxy.cut = null;
      // A read on the connection that is just being cut is refused; the next one has another connection.
      await expect.poll(() => countBuilds(store).catch(() => null)).toBe(saved);
      await store.transaction(addBuild);
    },
  );

  it('P48: a backend that is ended while it commits is an unknown outcome; a refused commit is not', async () => {
    const url = await createMigratedPostgres();
    const store = await openPostgresStore({ url });
    onTestFinished(() => store.close());
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    onTestFinished(() => admin.end());
    await admin.query(`create function slow() returns trigger language plpgsql as
      $$ begin
        if new.name = 'refused' then raise exception 'refused'; end if;
        perform pg_sleep(60); return null;
      end $$`);
    await admin.query(`create constraint trigger slow after insert on builds deferrable initially deferred
      for each row execute function slow()`);
    const committing = store.transaction(addBuild).catch((error: unknown) => error);
    const sleeping = `select pg_terminate_backend(pid) as ended from pg_stat_activity
      where datname = current_database() and application_name = 'dpxdt' and wait_event = 'PgSleep'`;
    await expect.poll(async () => (await admin.query(sleeping)).rowCount, { timeout: 10_000 }).toBe(1);
    expect(await committing).toMatchObject({ code: 'outcome_unknown' });
    const refused = store.transaction((tx) => tx.builds.insert({ ...build, name: 'refused' }));
    await expect(refused).rejects.toThrow('refused');
    await expect(refused).rejects.not.toMatchObject({ code: 'outcome_unknown' });
  });

  it('P48: a connection that breaks before the commit has changed nothing, and says so', async () => {
    const url = await createMigratedPostgres();
    const store = await openPostgresStore({ url });
    onTestFinished(() => store.close());
    const outcome = store.transaction(async (tx) => {
      await addBuild(tx);
      const admin = new pg.Client({ connectionString: url });
      await admin.connect();
      // Other tests' databases are copies of the same template: the table has the same id there.
      await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'
          and pid in (select pid from pg_locks where relation = 'builds'::regclass)`);
      await admin.end();
      await addBuild(tx);
    });
    await expect(outcome).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('Nothing was changed') as string,
    });
    expect(await countBuilds(store)).toBe(0);
  });

  it('P44: a migration that fails changes nothing; servers that start together migrate once', async () => {
    const url = await createPostgresDatabase();
    const together = await Promise.all([1, 2, 3].map(() => openPostgresStore({ url, poolSize: 2 })));
    await together[0]!.transaction(addBuild);
    await Promise.all(together.map((store) => store.close()));
    const broken: Migration = {
      name: '9999-broken',
      statements: () => ['alter table builds add column extra text', 'insert into nowhere values (1)'],
    };
    await expect(openPostgresStore({ url, migrations: [...migrations, broken] })).rejects.toThrow(
      /cannot be reached or migrated: relation "nowhere" does not exist/,
    );
    const old = await openPostgresStore({ url });
    onTestFinished(() => old.close());
    expect(await countBuilds(old)).toBe(1);
  });

  it('P74: runs beside a newer version, whose additive change it does not notice', async () => {
    const url = await createMigratedPostgres();
    const old = await openPostgresStore({ url });
    onTestFinished(() => old.close());
    await old.transaction(addBuild);
    const additive: Migration = {
      name: '9998-additive',
      runsWith: migrations.at(-1)!.name,
      statements: () => ['alter table builds add column extra text'],
    };
    const newer = await openPostgresStore({ url, migrations: [...migrations, additive] });
    onTestFinished(() => newer.close());
    for (const store of [old, newer, old]) {
      await store.transaction(addBuild);
      await store.read((tx) => tx.builds.find(1));
    }
    const started = await openPostgresStore({ url });
    onTestFinished(() => started.close());
    expect(await countBuilds(started)).toBe(4);
    const breaking: Migration = {
      name: '9999-breaking',
      statements: () => ['create table other (id bigint)'],
    };
    await (await openPostgresStore({ url, migrations: [...migrations, additive, breaking] })).close();
    await expect(openPostgresStore({ url })).rejects.toThrow(
      'changed by a newer version of dpxdt (migration "9999-breaking"), and this version cannot work on it',
    );
    expect(await countBuilds(old), 'it still runs').toBe(4);
  });

  it('says in a sentence when there is no database, and does not take other addresses', async () => {
    await expect(openPostgresStore({ url: 'postgres://x@127.0.0.1:1/none', connectMs: 500 })).rejects.toEqual(
      code('unavailable'),
    );
    await expect(openStore({ databaseUrl: 'mysql://x/y', sqliteFile: '' })).rejects.toThrow(
      '--database-url must begin with postgres://, got "mysql:"',
    );
  });

  it('P42: tells the time of the database', async () => {
    const store = await openPostgresStore({ url: await createMigratedPostgres() });
    onTestFinished(() => store.close());
    const first = await store.now();
    expect(await store.now()).toBeGreaterThanOrEqual(first);
    expect(Math.abs(first - Date.now())).toBeLessThan(60_000);
  });

  it('refuses writes in a read', async () => {
    const store = await openPostgresStore({ url: await createMigratedPostgres() });
    onTestFinished(() => store.close());
    await expect(store.read(addBuild)).rejects.toThrow(/read-only/);
  });
});
