import { describe, expect, it } from 'vitest';
import type { Release } from '../../src/domain/releases/release.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { listReleases } from '../../src/services/releases/list-releases.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { finalizeRelease } from '../../src/services/shards/finalize-release.ts';
import { sweep } from '../../src/services/upkeep/sweep.ts';
import {
  named,
  openWorld,
  releaseNow,
  report,
  root,
  storeKinds,
  uploadImage,
  type World,
} from '../support/server-world.ts';
import { hash, start, send, done, whole, names, branchInReview, branchTold } from '../support/shard-jobs.ts';

const hour = 3_600_000;

async function attempts(world: World): Promise<Release[]> {
  const { releases } = await listReleases(world.deps, root, {
    buildId: world.build.id,
    limit: 50,
    offset: 0,
  });
  return releases.map(({ release }) => release);
}

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
});
