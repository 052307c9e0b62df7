/** Transactions of PostgreSQL that send statements without waiting for the answers to earlier ones. */
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import type { Transaction } from '../../src/ports/store.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { createMigratedPostgres } from '../support/migrated-database.ts';
import {
  atOnce,
  named,
  newRelease,
  openWorld,
  root,
  storeKinds,
  type World,
} from '../support/server-world.ts';

async function openWithClient(): Promise<{ world: World; client: pg.Client }> {
  const url = await createMigratedPostgres();
  const world = await openWorld('postgres', await openPostgresStore({ url, poolSize: 1 }));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return { world, client };
}

const requests = (world: World, release: Release, count: number, of: string) =>
  atOnce(count, (index) =>
    requestRun(world.deps, root, { ...named(release), url: `http://shop.test/${of}/${index}` }),
  );

const use = (tx: Transaction, sha1: string) => tx.artifactUses.add([{ buildId: 1, sha1, runId: 1 }]);

describe.runIf(storeKinds.includes('postgres'))('round trips to PostgreSQL', () => {
  it('P126: sixteen calls of one release that wait together share five of them', async () => {
    const proxy = await startCuttingProxy(await createMigratedPostgres());
    const world = await openWorld('postgres', await openPostgresStore({ url: proxy.url, poolSize: 1 }));
    const release = await newRelease(world);
    // What every connection prepares once, and what a process reads once of a release.
    await requests(world, release, 16, 'first');
    proxy.roundTrips = 0;
    const answers = await requests(world, release, 16, 'second');
    expect(new Set(answers.map((answer) => answer.release.version)).size, 'one transaction').toBe(1);
    expect(proxy.roundTrips).toBeLessThanOrEqual(5);
  });

  it('a read that needs no snapshot sends only its statements, and those that it asks together at once', async () => {
    const proxy = await startCuttingProxy(await createMigratedPostgres());
    const world = await openWorld('postgres', await openPostgresStore({ url: proxy.url }));
    const ask = () =>
      world.store.readLatest((tx) =>
        Promise.all([tx.builds.find(world.build.id), tx.tasks.nextDue('capture', ['', 'vpn'])]),
      );
    // What the connection prepares once.
    await ask();
    proxy.sent = [];
    const [build, nextDue] = await ask();
    expect([build?.id, nextDue]).toEqual([world.build.id, null]);
    expect(proxy.sent).toHaveLength(1);
    expect(proxy.sent[0]).not.toMatch(/transaction|commit/);
  });

  it('reads without a snapshot share a connection, and the failure of one is its own', async () => {
    const { world } = await openWithClient();
    const find = (id: number) => world.store.readLatest((tx) => tx.builds.find(id));
    const outcomes = await Promise.allSettled([find(world.build.id), find(NaN), find(world.build.id + 1)]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { id: world.build.id } },
      { status: 'rejected' },
      { status: 'fulfilled', value: null },
    ]);
    await expect(find(world.build.id)).resolves.toMatchObject({ id: world.build.id });
  });

  it('a read without a snapshot changes nothing', async () => {
    const { world } = await openWithClient();
    const change = world.store.readLatest((tx) => tx.tasks.noteAsked('capture', '', 1));
    await expect(change).rejects.toThrow('A read changes nothing.');
    await expect(world.store.read((tx) => tx.tasks.askedAt('capture', ''))).resolves.toBeNull();
  });

  it('P126: a statement whose answer no one needs fails its transaction, with its own error', async () => {
    const { world, client } = await openWithClient();
    await client.query(`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'refused here'; end $$`);
    await client.query(
      'create trigger refuse before insert on artifact_uses for each row execute function refuse()',
    );
    const release = await newRelease(world);
    const touched = { ...release, version: release.version + 1 };
    for (const asksMore of [false, true]) {
      const outcome = world.store.transaction(async (tx) => {
        await tx.releases.updateMany([touched]);
        await use(tx, 'f'.repeat(40));
        if (asksMore) await tx.builds.find(1);
      });
      await expect(outcome).rejects.toThrow('refused here');
    }
    const now = await world.store.read((tx) => tx.releases.findById(release.id));
    expect(now?.version).toBe(release.version);
  });

  it('P126: a conflict that such a statement meets is settled by running the transaction again', async () => {
    const { world, client } = await openWithClient();
    await client.query(`create sequence tries`);
    await client.query(`create function refuse() returns trigger language plpgsql as $$ begin
      if nextval('tries') = 1 then raise exception 'conflict' using errcode = '40001'; end if; return new; end $$`);
    await client.query(
      'create trigger refuse before insert on artifact_uses for each row execute function refuse()',
    );
    const effects: string[] = [];
    let runs = 0;
    await world.store.transaction(async (tx) => {
      runs++;
      tx.afterCommit(() => effects.push('done'));
      await use(tx, 'f'.repeat(40));
    });
    expect([runs, effects]).toEqual([2, ['done']]);
    expect((await client.query('select sha1 from artifact_uses')).rows).toEqual([{ sha1: 'f'.repeat(40) }]);
  });

  it('P126: what is asked after the end of a transaction is refused, not run in the next one', async () => {
    const { world, client } = await openWithClient();
    const refused = world.store.transaction(async (tx) => {
      void use(tx, 'e'.repeat(40));
      throw new RangeError('not today');
    });
    await expect(refused).rejects.toThrow('not today');
    let late: Transaction | undefined;
    await world.store.transaction(async (tx) => void (late = tx));
    await expect(late!.builds.find(1)).rejects.toThrow('The transaction has ended.');
    await use(late!, 'f'.repeat(40));
    await world.store.transaction((tx) => tx.builds.find(1));
    expect((await client.query('select sha1 from artifact_uses')).rows).toEqual([]);
  });

  it('P127: plans that were made for an empty table are made again as it grows', async () => {
    const { world, client } = await openWithClient();
    const release = await newRelease(world);
    for (let batch = 0; batch < 200; batch++) await requests(world, release, 8, String(batch));
    // Its connections tell the database what they read when they end.
    await world.store.close();
    const read = `select sum(idx_tup_read) as rows from pg_stat_user_indexes
      where schemaname = current_schema and relname = 'runs'`;
    const rows = async () => Number((await client.query<{ rows: string }>(read)).rows[0]!.rows);
    await expect.poll(async () => (await rows()) > 0).toBe(true);
    // 1,600 names are looked up among up to 1,600 runs: 1.3 million if each reads all runs of its release.
    expect(await rows()).toBeLessThan(700_000);
  });
});
