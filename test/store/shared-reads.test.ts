/** Reads that wait together share a snapshot and, where they ask alike, a statement. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CombinedStatements } from '../../src/adapters/database/combined-statements.ts';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import { repositories } from '../../src/adapters/database/repositories.ts';
import type { Schema } from '../../src/adapters/database/schema.ts';
import type { Transaction } from '../../src/ports/store.ts';
import { findRun } from '../../src/services/runs/find-run.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { createMigratedPostgres } from '../support/migrated-database.ts';
import {
  atOnce,
  named,
  newRelease,
  openWorld,
  report,
  root,
  storeKinds,
  uploadImage,
} from '../support/server-world.ts';

const addBuild = (tx: Transaction, name: string) =>
  tx.builds.insert({
    name,
    isPublic: false,
    sendEmail: true,
    emailAlias: null,
    failOnForgiven: false,
    emailAliasConfirmed: false,
    createdAt: 1,
  });

async function connectTo(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

describe.each(storeKinds)('reads at the same time on %s', (kind) => {
  it('each get the answer to their own question', async () => {
    const world = await openWorld(kind);
    const image = await uploadImage(world, 'old');
    const good = await newRelease(world, 'good');
    for (const name of ['/a', '/b', '/c']) await report(world, good, name, { image });
    await runsDone(world.deps, root, named(good));
    await reviewRelease(world.deps, root, { ...named(good), decision: 'good' });
    const newer = await newRelease(world, 'newer');
    await report(world, newer, '/b', { image });
    await reviewRelease(world.deps, root, { ...named(newer), decision: 'good' });
    const find = async (runName: string) => {
      const { release, run } = await findRun(world.deps, root, { buildId: world.build.id, runName });
      return [release.name, run?.name ?? null];
    };
    const names = ['/a', '/b', '/c', '/none', '/a', '/b', "it's"];
    expect(await atOnce(names.length, (index) => find(names[index]!))).toEqual([
      ['good', '/a'],
      ['newer', '/b'],
      ['good', '/c'],
      ['newer', null],
      ['good', '/a'],
      ['newer', '/b'],
      ['newer', null],
    ]);
  });

  it('one that is refused does not affect the others', async () => {
    const { store, build } = await openWorld(kind);
    const outcomes = await Promise.allSettled([
      store.read((tx) => tx.builds.find(build.id)),
      store.read(async (tx) => {
        await tx.builds.find(build.id);
        throw new RangeError('not today');
      }),
      store.read((tx) => tx.builds.find(build.id + 1)),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { id: build.id } },
      { status: 'rejected', reason: new RangeError('not today') },
      { status: 'fulfilled', value: null },
    ]);
  });
});

describe.runIf(storeKinds.includes('postgres'))('reads at the same time on PostgreSQL', () => {
  it('one whose statement fails does not affect the others', async () => {
    const { store, build } = await openWorld('postgres');
    // PostgreSQL has no character with the code 0, and no id beyond 63 bits.
    const outcomes = await Promise.allSettled([
      store.read((tx) => tx.runs.find(1, 'page')),
      store.read((tx) => tx.runs.find(1, 'a\0b')),
      store.read((tx) => tx.builds.find(2 ** 64)),
      store.read((tx) => tx.builds.find(build.id)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect(outcomes[3]).toMatchObject({ value: { id: build.id } });
  });

  it('ask once what many ask, and with one statement what differs only in values', async () => {
    const url = await createMigratedPostgres();
    const store = await openPostgresStore({ url });
    onTestFinished(() => store.close());
    const names = ['a', 'b', 'c'];
    const builds = await Promise.all(names.map((name) => store.transaction((tx) => addBuild(tx, name))));
    const statements: string[] = [];
    const db = new Kysely<Schema>({
      dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) }),
      log: ({ query }) => void statements.push(query.sql),
    });
    onTestFinished(() => db.destroy());
    const found = await db.transaction().execute(async (trx) => {
      const connection = {
        db: trx,
        kind: 'postgres',
        combined: new CombinedStatements((query) => trx.executeQuery(query)),
      } as const;
      const { builds: inBuilds } = repositories(connection);
      const asked = [...builds, ...builds, builds[0]!];
      return Promise.all(asked.map(({ id }) => inBuilds.find(id)));
    });
    expect(found.map((build) => build?.name)).toEqual([...names, ...names, 'a']);
    expect(statements.filter((text) => text.includes('"builds"'))).toEqual([
      expect.stringMatching(/^select answers.* from unnest\(\$1::bigint\[\]\)/),
    ]);
  });

  it('work while another server adds a column, which outdates what is prepared', async () => {
    const url = await createMigratedPostgres();
    const store = await openPostgresStore({ url, poolSize: 3 });
    onTestFinished(() => store.close());
    const { id } = await store.transaction((tx) => addBuild(tx, 'Shop'));
    const readAndWrite = async () => {
      const many = Array.from({ length: 8 }, (_, index) => index);
      const read = await Promise.all(many.map((more) => store.read((tx) => tx.builds.find(id + more))));
      expect(read[0]?.name).toBe('Shop');
      const written = await Promise.all(many.map(() => store.transaction((tx) => tx.builds.find(id))));
      expect(written.map((build) => build?.name)).toEqual(many.map(() => 'Shop'));
    };
    await readAndWrite();
    const other = await connectTo(url);
    await other.query('alter table builds add column more text');
    await readAndWrite();
  });
});
