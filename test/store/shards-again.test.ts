import { describe, expect, it } from 'vitest';
import { captureQueue } from '../../src/domain/tasks/tasks.ts';
import { followUp } from '../../src/services/baselines/follow-up.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
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
} from '../support/server-world.ts';
import {
  hash,
  start,
  send,
  done,
  whole,
  names,
  judge,
  branchInReview,
  branchTold,
} from '../support/shard-jobs.ts';

describe.each(storeKinds)('shards that run again, %s', (kind) => {
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
      await reviewRelease(world.deps, root, { ...named(release), decision: 'reopen' });
    }
    await reviewRelease(world.deps, root, { ...named(release), decision });
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
