import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/domain/people/access.ts';
import type { Release } from '../../src/domain/model.ts';
import { captureQueue } from '../../src/domain/tasks/tasks.ts';
import { parseShard } from '../../src/domain/releases/shards.ts';
import { followUp } from '../../src/services/baselines/follow-up.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { listReleases } from '../../src/services/releases/list-releases.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { reviewRun } from '../../src/services/runs/review-run.ts';
import { finalizeRelease } from '../../src/services/shards/finalize-release.ts';
import { sweep } from '../../src/services/upkeep/sweep.ts';
import {
  leaseOne,
  named,
  openWorld,
  releaseNow,
  report,
  root,
  runNow,
  storeKinds,
  uploadImage,
  type World,
} from '../support/server-world.ts';

const hash = (name: string) => name.padEnd(40, '0');
const hour = 3_600_000;
const person: Principal = root;

interface Told {
  name?: string;
  id?: string;
  branch?: string;
  commit?: string;
  history?: { commit: string }[];
}

async function start(world: World, shard: string, told: Told = {}): Promise<Release> {
  const { name = 'main 4f2c1aa', id = 'run:7', branch = 'main', commit = hash('c1'), history = [] } = told;
  return createRelease(world.deps, root, {
    buildId: world.build.id,
    releaseName: name,
    shard: parseShard(shard)!,
    shardId: id,
    branch,
    commit,
    history,
    historyNote: 'full',
  });
}

async function send(world: World, release: Release, shard: string, name: string, content = name) {
  const image = await uploadImage(world, content);
  return report(world, release, name, { image, choosesBaseline: true, shard: parseShard(shard)! });
}

async function done(world: World, release: Release, shard: string): Promise<Release> {
  return (await runsDone(world.deps, root, { ...named(release), shard: parseShard(shard)! })).release;
}

/** A whole shard: it begins, sends its pages, and ends. */
async function whole(
  world: World,
  shard: string,
  pages: readonly string[],
  told: Told = {},
): Promise<Release> {
  const release = await start(world, shard, told);
  for (const page of pages) {
    const [name, content] = page.split('=');
    await send(world, release, shard, name!, content);
  }
  return done(world, release, shard);
}

async function names(world: World, release: Release): Promise<string[]> {
  const rows = await world.store.read((tx) => tx.runs.rows(release.id));
  return rows.map(({ name }) => name).sort();
}

async function attempts(world: World): Promise<Release[]> {
  const { releases } = await listReleases(world.deps, root, {
    buildId: world.build.id,
    limit: 50,
    offset: 0,
  });
  return releases.map(({ release }) => release);
}

const judge = async (world: World, release: Release, name: string) => {
  const { id: runId } = await runNow(world, release, name);
  const operationId = `${release.id} ${name}`;
  await reviewRun(world.deps, person, { ...named(release), runId, verdict: 'approved', operationId });
};

/** Main with two shards, good by itself; and a branch of it, of two shards, with one difference. */
async function branchInReview(world: World): Promise<Release> {
  await whole(world, '1/2', ['/a', '/b']);
  await whole(world, '2/2', ['/c']);
  const told = {
    name: 'x 5d',
    id: 'run:8',
    branch: 'x',
    commit: hash('c2'),
    history: [{ commit: hash('c1') }],
  };
  await whole(world, '1/2', ['/a', '/b=changed'], told);
  const release = await whole(world, '2/2', ['/c'], told);
  await report(world, release, '/b', { diffImage: await uploadImage(world, 'diff'), distortion: 0.5 });
  return releaseNow(world, release);
}

const branchTold = { name: 'x 5d', id: 'run:8', branch: 'x', commit: hash('c2') };

describe.each(storeKinds)('shards, %s', (kind) => {
  it('make one release, in any order, and the last one starts its processing', async () => {
    const world = await openWorld(kind);
    const third = await start(world, '3/3');
    const first = await start(world, '1/3');
    expect(first.id).toBe(third.id);
    await send(world, first, '1/3', '/a');
    await send(world, third, '3/3', '/c');
    expect((await done(world, third, '3/3')).status).toBe('receiving');
    expect((await done(world, first, '1/3')).status).toBe('receiving');
    // Sequential: it begins when the others have ended.
    const last = await whole(world, '2/3', ['/b']);
    expect(last.id).toBe(third.id);
    expect(last).toMatchObject({ status: 'good', decidedBy: 'server', shards: { total: 3, fault: null } });
    expect(await names(world, last)).toEqual(['/a', '/b', '/c']);
    expect(await attempts(world)).toHaveLength(1);
  });

  it('supersede nothing, neither their own release nor one of that name', async () => {
    const world = await openWorld(kind);
    const { id } = await start(world, '1/2');
    const other = await start(world, '1/2', { id: 'run:8' });
    await start(world, '2/2');
    expect([other.number, (await releaseNow(world, other)).status]).toEqual([2, 'receiving']);
    expect((await attempts(world)).map((release) => release.status)).toEqual(['receiving', 'receiving']);
    expect((await start(world, '2/2')).id).toBe(id);
  });

  it('must agree on name and total', async () => {
    const world = await openWorld(kind);
    await start(world, '1/2');
    await expect(start(world, '2/3')).rejects.toMatchObject({
      code: 'conflict',
      message:
        'This release has 2 shards, and this job says 3. All jobs with one shard id must say the same.',
    });
    await expect(start(world, '2/2', { name: 'another' })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        /belongs to release "main 4f2c1aa", and this job names "another"/,
      ) as string,
    });
  });

  it('are found missing pages of only when all have reported', async () => {
    const world = await openWorld(kind);
    await branchInReview(world);
    const told = { ...branchTold, name: 'y', id: 'run:9', history: [{ commit: hash('c1') }] };
    const release = await whole(world, '1/2', ['/a'], told);
    const missing = async () =>
      (await world.store.read((tx) => tx.baselines.missingOf(release.id))).map(({ name }) => name);
    expect(await missing()).toEqual([]);
    await whole(world, '2/2', ['/c'], told);
    expect(await missing()).toEqual(['/b']);
  });

  it('replace their own runs when they report again, and lose the pages that they no longer have', async () => {
    const world = await openWorld(kind);
    await whole(world, '1/2', ['/a', '/b', '/old']);
    const release = await whole(world, '2/2', ['/c']);
    expect(release.status).toBe('good');
    const before = await runNow(world, release, '/c');
    const again = await start(world, '1/2');
    expect(again).toMatchObject({ id: release.id, status: 'receiving', decidedBy: null });
    await send(world, again, '1/2', '/a', 'another');
    await send(world, again, '1/2', '/b');
    expect(await names(world, release)).toEqual(['/a', '/b', '/c', '/old']);
    const end = await done(world, again, '1/2');
    expect(end).toMatchObject({ status: 'good', decidedBy: 'server' });
    expect(await names(world, release)).toEqual(['/a', '/b', '/c']);
    expect((await runNow(world, release, '/a')).current.image).toBe(await uploadImage(world, 'another'));
    expect(await runNow(world, release, '/c')).toEqual(before);
  });

  it('may report again before they ended, as after a job that died', async () => {
    const world = await openWorld(kind);
    const release = await start(world, '1/2');
    await send(world, release, '1/2', '/a', 'first');
    await whole(world, '2/2', ['/c']);
    const end = await whole(world, '1/2', ['/a=second', '/b']);
    expect(end).toMatchObject({ id: release.id, status: 'good' });
    expect(await names(world, release)).toEqual(['/a', '/b', '/c']);
  });

  it('capture their pages again when they run again', async () => {
    const world = await openWorld(kind);
    const release = await start(world, '1/1');
    const ask = () =>
      requestRun(world.deps, root, {
        ...named(release),
        runName: '/a',
        url: 'http://shop.test/',
        shard: { index: 1, total: 1 },
      });
    await ask();
    const first = await leaseOne(world, captureQueue);
    await start(world, '1/1');
    await ask();
    const second = await leaseOne(world, captureQueue);
    expect(second.id).not.toBe(first.id);
    const tasks = await world.store.read((tx) =>
      tx.tasks.list({ queue: captureQueue }, { limit: 10, offset: 0 }),
    );
    expect(tasks.map(({ id, status }) => [id === first.id, status]).sort()).toEqual([
      [false, 'live'],
      [true, 'canceled'],
    ]);
  });

  it('keep what was said about an image that is the same again', async () => {
    const world = await openWorld(kind);
    const release = await branchInReview(world);
    expect(release.status).toBe('reviewing');
    await judge(world, release, '/b');
    expect(await releaseNow(world, release)).toMatchObject({ status: 'good', decidedBy: 'server' });
    const again = await start(world, '1/2', branchTold);
    expect(again).toMatchObject({ id: release.id, status: 'receiving' });
    await send(world, again, '1/2', '/a');
    await send(world, again, '1/2', '/b', 'changed');
    await done(world, again, '1/2');
    const diffImage = await uploadImage(world, 'diff');
    expect(await report(world, release, '/b', { diffImage, distortion: 0.5 })).toMatchObject({
      status: 'diff_approved',
      verdict: 'approved',
    });
    expect((await releaseNow(world, release)).status).toBe('good');
  });

  it('ask again about an image that is another one', async () => {
    const world = await openWorld(kind);
    const release = await branchInReview(world);
    await judge(world, release, '/b');
    const again = await whole(world, '1/2', ['/a', '/b=once more'], branchTold);
    const diffImage = await uploadImage(world, 'diff');
    await report(world, again, '/b', { diffImage, distortion: 0.5 });
    expect(await runNow(world, release, '/b')).toMatchObject({ status: 'diff_found', verdict: 'none' });
    expect((await releaseNow(world, release)).status).toBe('reviewing');
  });

  it.each(['good', 'bad'] as const)('begin another attempt once a person has said %s', async (decision) => {
    const world = await openWorld(kind);
    const release = await branchInReview(world);
    await judge(world, release, '/b');
    if ((await releaseNow(world, release)).status === 'good') {
      await reviewRelease(world.deps, person, { ...named(release), decision: 'reopen' });
    }
    await reviewRelease(world.deps, person, { ...named(release), decision });
    const next = await start(world, '2/2', branchTold);
    expect(next).toMatchObject({ name: release.name, number: 2, status: 'receiving' });
    // What the other shards sent is taken over, so that running one job again is enough.
    expect(await names(world, next)).toEqual(['/a', '/b']);
    await send(world, next, '2/2', '/c');
    expect((await done(world, next, '2/2')).status).not.toBe('receiving');
    expect(await runNow(world, next, '/b')).toMatchObject({ verdict: 'approved', shard: { index: 1 } });
    expect(await releaseNow(world, release)).toMatchObject({ status: decision });
    expect((await start(world, '1/2', branchTold)).id).toBe(next.id);
  });

  it('refuse a page that another shard has, and name both', async () => {
    const world = await openWorld(kind);
    const release = await start(world, '1/2');
    await start(world, '2/2');
    await send(world, release, '1/2', '/a');
    const refusal = {
      code: 'conflict',
      message: 'Run "/a" comes from shard 1 of 2 and from shard 2 of 2. Each page belongs in one shard.',
    };
    await expect(send(world, release, '2/2', '/a')).rejects.toMatchObject(refusal);
    const asked = {
      ...named(release),
      runName: '/a',
      url: 'http://shop.test/',
      shard: { index: 2, total: 2 },
    };
    await expect(requestRun(world.deps, root, asked)).rejects.toMatchObject(refusal);
    // Where all run again, pages may be divided otherwise.
    await done(world, release, '1/2');
    await start(world, '1/2');
    expect((await send(world, release, '2/2', '/a')).shard).toEqual({ index: 2, attempt: 1 });
    await expect(send(world, release, '1/2', '/a')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('are named by every run and end, and by none of a release without them', async () => {
    const world = await openWorld(kind);
    const release = await start(world, '1/2');
    const image = await uploadImage(world, 'a');
    const refused = (message: RegExp) => ({
      code: 'invalid_argument',
      message: expect.stringMatching(message) as string,
    });
    await expect(report(world, release, '/a', { image })).rejects.toMatchObject(
      refused(/ has shards: say with shard/),
    );
    await expect(runsDone(world.deps, root, named(release))).rejects.toMatchObject(
      refused(/ has shards: say with shard which one is done/),
    );
    await expect(done(world, release, '2/2')).rejects.toMatchObject({
      message: 'Shard 2 of 2 has not begun: call create_release with it first.',
    });
    await expect(send(world, release, '2/2', '/a')).rejects.toMatchObject({ code: 'conflict' });
    await done(world, release, '1/2');
    await done(world, release, '1/2');
    await expect(send(world, release, '1/2', '/a')).rejects.toMatchObject({
      message: 'Run "/a" is refused: shard 1 of 2 is done. Call create_release with it first.',
    });
    const whole = await createRelease(world.deps, root, { buildId: world.build.id, releaseName: 'whole' });
    const shard = { index: 1, total: 2 };
    await expect(report(world, whole, '/a', { image, shard })).rejects.toMatchObject(
      refused(/ has no shards/),
    );
    await expect(runsDone(world.deps, root, { ...named(whole), shard })).rejects.toMatchObject(
      refused(/ has no shards/),
    );
  });

  it('of an unknown number are complete when that is said', async () => {
    const world = await openWorld(kind);
    const told = { buildId: world.build.id, shardId: 'run:7' };
    await expect(finalizeRelease(world.deps, root, told)).rejects.toMatchObject({ code: 'not_found' });
    const release = await whole(world, '1/?', ['/a']);
    await start(world, '2/?');
    expect(await finalizeRelease(world.deps, root, told)).toMatchObject({
      status: 'receiving',
      shards: { total: 2, fault: null },
    });
    expect((await done(world, release, '2/?')).status).toBe('good');
    expect((await finalizeRelease(world.deps, root, told)).status).toBe('good');
    // One that comes after all: its total is open until that is said again.
    expect((await whole(world, '3/?', ['/c'])).status).toBe('receiving');
    expect(await finalizeRelease(world.deps, root, told)).toMatchObject({
      status: 'good',
      shards: { total: 3 },
    });
  });

  it('that never began are a fault at once when no more come', async () => {
    const world = await openWorld(kind);
    const told = { buildId: world.build.id, shardId: 'run:7' };
    await whole(world, '1/3', ['/a']);
    await whole(world, '3/3', ['/c']);
    expect(await finalizeRelease(world.deps, root, told)).toMatchObject({
      status: 'receiving',
      shards: { fault: 'shard 2 of 3 never reported' },
    });
    expect(await whole(world, '2/3', ['/b'])).toMatchObject({ status: 'good', shards: { fault: null } });
  });

  it('that are not heard of for an hour are a fault of the release', async () => {
    const world = await openWorld(kind);
    const release = await whole(world, '1/3', ['/a']);
    await start(world, '3/3');
    world.clock.advance(hour - 60_000);
    // A run is news.
    await send(world, release, '3/3', '/c');
    await sweep(world.deps);
    world.clock.advance(hour - 1);
    await sweep(world.deps);
    const before = await releaseNow(world, release);
    expect(before.shards?.fault).toBeNull();
    world.clock.advance(1);
    await sweep(world.deps);
    const after = await releaseNow(world, release);
    expect(after).toMatchObject({
      status: 'receiving',
      version: before.version + 1,
      shards: { fault: 'shards 2 and 3 of 3 never reported' },
    });
    await sweep(world.deps);
    expect((await releaseNow(world, release)).version).toBe(after.version);
    // It can still be completed.
    await whole(world, '2/3', ['/b']);
    expect(await whole(world, '3/3', ['/c'])).toMatchObject({ status: 'good', shards: { fault: null } });
  });

  it('leave runs of other releases their images when what they were compared with goes away', async () => {
    const world = await openWorld(kind);
    const main = await whole(world, '1/1', ['/a', '/b']);
    const told = { ...branchTold, history: [{ commit: hash('c1') }] };
    const branch = await whole(world, '1/1', ['/a', '/b=changed'], told);
    await report(world, branch, '/b', { diffImage: await uploadImage(world, 'diff'), distortion: 0.5 });
    expect((await runNow(world, branch, '/b')).baselineRunId).toBe((await runNow(world, main, '/b')).id);
    await whole(world, '1/1', ['/a']);
    expect(await names(world, main)).toEqual(['/a']);
    // It waits for main, which was open again, and main has no such page any more.
    await followUp(world.deps);
    expect(await runNow(world, branch, '/b')).toMatchObject({
      baselineRunId: null,
      status: 'no_diff_needed',
    });
  });
});
