/** Calls that change runs at the same time share a transaction. */
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import type { Principal } from '../../src/domain/people/access.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import { captureQueue } from '../../src/domain/tasks/tasks.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { reportRun } from '../../src/services/runs/report-run.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { createMigratedPostgres } from '../support/migrated-database.ts';
import {
  atOnce,
  named,
  newRelease,
  openWorld,
  releaseNow,
  report,
  root,
  runNow,
  storeKinds,
  tasksOf,
  uploadImage,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

const request = (world: World, release: Release, path: string, principal: Principal = root) =>
  requestRun(world.deps, principal, { ...named(release), url: `http://shop.test${path}` });

/** A world on a database that the test reaches, too. */
async function openWithClient(): Promise<{ world: World; client: pg.Client }> {
  const url = await createMigratedPostgres();
  const world = await openWorld('postgres', await openPostgresStore({ url }));
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return { world, client };
}

describe.each(storeKinds)('calls at the same time on %s', (kind) => {
  it('are all kept, each with its task, in fewer changes of the release', async () => {
    const world = await openWorld(kind);
    const [first, second] = [await newRelease(world, 'first'), await newRelease(world, 'second')];
    const asked = await atOnce(40, (index) => request(world, index % 4 === 3 ? second : first, `/${index}`));
    expect(new Set(asked.map(({ run }) => run.id)).size).toBe(40);
    for (const { run, release } of asked) {
      expect(await runNow(world, release, run.name)).toEqual(run);
      expect(run.version).toBe(release.version);
    }
    const changes = (await releaseNow(world, first)).version - first.version;
    expect(changes).toBeGreaterThan(0);
    expect(changes, 'one for many calls').toBeLessThan(30);
    const tasks = await tasksOf(world, captureQueue);
    expect(new Set(tasks.map(({ runId }) => runId))).toEqual(new Set(asked.map(({ run }) => run.id)));
  });

  it('one that is refused does not affect the others', async () => {
    const world = await openWorld(kind);
    const image = await uploadImage(world, 'image');
    const [open, closed] = [await newRelease(world, 'open'), await newRelease(world, 'closed')];
    await reviewRelease(world.deps, root, { ...named(closed), decision: 'bad' });
    const stranger: Principal = { kind: 'key', keyId: 'k', buildId: world.build.id + 1, superuser: false };
    const nowhere = { ...open, name: 'nowhere' };
    const outcomes = await Promise.allSettled([
      request(world, open, '/a'),
      request(world, closed, '/b'),
      request(world, nowhere, '/c'),
      request(world, open, '/d', stranger),
      reportRun(world.deps, root, { ...named(open), runName: '/e', image: 'f'.repeat(40) }),
      reportRun(world.deps, root, { ...named(open), runName: '/f', image }),
      request(world, open, '/g'),
    ]);
    const refused = (code: string) => ({ status: 'rejected', reason: { code } });
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      refused('invalid_transition'),
      refused('not_found'),
      refused('not_found'),
      refused('artifact_not_found'),
      { status: 'fulfilled', value: { changed: true } },
      { status: 'fulfilled' },
    ]);
    expect((await tasksOf(world, captureQueue)).length).toBe(2);
    expect(await runNow(world, open, '/e')).toBeNull();
  });

  it('of one run come one after another', async () => {
    const world = await openWorld(kind);
    const image = await uploadImage(world, 'image');
    const release = await newRelease(world);
    const requests = await atOnce(5, () => request(world, release, '/same'));
    expect(new Set(requests.map(({ run }) => run.id)).size).toBe(1);
    const reports = await atOnce(5, () =>
      reportRun(world.deps, root, { ...named(release), runName: '/same', image }),
    );
    expect(reports.filter(({ changed }) => changed).length).toBe(1);
    expect(await tasksOf(world, captureQueue)).toMatchObject([{ status: 'done' }]);
  });

  it('settle the release once, when the last run has its image', async () => {
    const world = await openWorld(kind);
    const image = await uploadImage(world, 'image');
    const release = await newRelease(world);
    const paths = Array.from({ length: 12 }, (_, index) => `/${index}`);
    for (const path of paths) await request(world, release, path);
    await runsDone(world.deps, root, named(release));
    await Promise.all(paths.slice(1).map((runName) => report(world, release, runName, { image })));
    expect((await releaseNow(world, release)).status).toBe('processing');
    await Promise.all([report(world, release, '/0', { image }), report(world, release, '/1', { image })]);
    expect((await releaseNow(world, release)).status).toBe('reviewing');
    const mails = await world.store.read((tx) => tx.mails.ofRelease(release.id));
    expect(mails.length).toBe(1);
  });
});

describe.runIf(storeKinds.includes('postgres'))('calls at the same time on PostgreSQL', () => {
  it('a release that is locked holds up only its calls', async () => {
    const { world, client } = await openWithClient();
    const [locked, free] = [await newRelease(world, 'locked'), await newRelease(world, 'free')];
    await client.query('begin');
    await client.query('select id from releases where id = $1 for update', [locked.id]);
    let isAnswered = false;
    const waiting = request(world, locked, '/held').finally(() => (isAnswered = true));
    await atOnce(20, (index) => request(world, free, `/${index}`));
    expect(isAnswered).toBe(false);
    await client.query('commit');
    expect((await waiting).run.id).toBeGreaterThan(0);
  });

  it('one whose statement fails does not affect the others', async () => {
    const { world, client } = await openWithClient();
    const release = await newRelease(world);
    await client.query(`create function refuse() returns trigger language plpgsql as
      $$ begin if new.name = '/refused' then raise exception 'refused here'; end if; return new; end $$`);
    await client.query('create trigger refuse before insert on runs for each row execute function refuse()');
    const paths = ['/a', '/refused', '/b', '/c'];
    const outcomes = await Promise.allSettled(paths.map((path) => request(world, release, path)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({
      reason: { message: expect.stringContaining('refused here') as string },
    });
  });
});
