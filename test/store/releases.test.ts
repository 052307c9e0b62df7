import { describe, expect, it } from 'vitest';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { findRun } from '../../src/services/runs/find-run.ts';
import { reportRun } from '../../src/services/runs/report-run.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { listReleases } from '../../src/services/releases/list-releases.ts';
import {
  atOnce,
  finish,
  leaseOne,
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
  uploadText,
} from '../support/server-world.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });

describe.each(storeKinds)('releases on %s', (kind) => {
  it('D5: numbers twenty attempts that are created at once 1 to 20', async () => {
    const world = await openWorld(kind);
    const releases = await atOnce(20, () => newRelease(world, 'nightly'));
    expect(releases.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    const states = await world.store.read((tx) => tx.releases.findMany(releases.map(({ id }) => id)));
    expect(states.filter(({ status }) => status === 'receiving').map(({ number }) => number)).toEqual([20]);
  });

  it('P17: a new attempt ends an open one and cancels its live tasks; finished ones and decided releases stay', async () => {
    const world = await openWorld(kind);
    const good = await newRelease(world, 'r');
    await reviewRelease(world.deps, root, { ...named(good), decision: 'good' });
    const open = await newRelease(world, 'r');
    await requestRun(world.deps, root, { ...named(open), url: 'http://shop.test/a' });
    await requestRun(world.deps, root, { ...named(open), url: 'http://shop.test/b' });
    const task = await leaseOne(world, 'capture');
    await report(world, open, '/a', { image: await uploadImage(world, 'a'), leaseId: task.leaseId! });
    const newer = await newRelease(world, 'r');

    expect(newer.number).toBe(3);
    expect(await releaseNow(world, good)).toMatchObject({ status: 'good' });
    expect(await releaseNow(world, open)).toMatchObject({ status: 'bad', decisionNote: 'superseded by #3' });
    expect((await tasksOf(world, 'capture')).map(({ status }) => status).sort()).toEqual([
      'canceled',
      'done',
    ]);
    expect(await runNow(world, open, '/a')).toMatchObject({ status: 'no_diff_needed' });
    expect(await runNow(world, open, '/b')).toMatchObject({
      status: 'failed',
      current: { failure: { reason: 'canceled' } },
    });
  });

  it('D7, P14: twenty runs_done at once make one step and one message', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await report(world, release, '/', { image: await uploadImage(world, 'a') });
    const answers = await atOnce(20, () => runsDone(world.deps, root, named(release)));
    expect(answers.every((answer) => answer.release.status === 'reviewing')).toBe(true);
    expect(answers[0]!.resultsUrl).toBe('http://dpxdt.test/release?id=1&name=r1&number=1');
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing', version: 4 });
    const mails = await world.store.read((tx) => tx.mails.ofRelease(release.id));
    expect(mails).toMatchObject([{ kind: 'ready_for_review', recipient: null, sentAt: null }]);
  });

  it('moves on without a message when a release has no runs', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    expect((await runsDone(world.deps, root, named(release))).release.status).toBe('reviewing');
    expect(await world.store.read((tx) => tx.mails.ofRelease(release.id))).toEqual([]);
  });

  it('P15: takes reports while processing, and is reviewing only after the last', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const image = await uploadImage(world, 'a');
    await report(world, release, '/late', { url: 'http://shop.test/late' });
    expect((await runsDone(world.deps, root, named(release))).release.status).toBe('processing');
    await report(world, release, '/late', { image });
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing' });
    await expect(report(world, release, '/more', { image })).rejects.toEqual(code('invalid_transition'));
    await expect(report(world, release, '/late', { image })).resolves.toMatchObject({
      status: 'no_diff_needed',
    });
  });

  it('D29, P19: a decided release takes repeats only, and the baseline stays as it was', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const image = await uploadImage(world, 'a');
    await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' });
    const task = await leaseOne(world, 'capture');
    await report(world, release, '/', { image, leaseId: task.leaseId! });
    await finish(world, task);
    await reviewRelease(world.deps, root, { ...named(release), decision: 'good' });
    const baseline = await findRun(world.deps, root, { buildId: world.build.id, runName: '/' });

    const other = await uploadImage(world, 'b');
    await expect(report(world, release, '/', { image: other })).rejects.toEqual(code('run_already_reported'));
    await expect(report(world, release, '/', { diffFailed: true })).rejects.toEqual(
      code('invalid_transition'),
    );
    await expect(report(world, release, '/new', { image })).rejects.toEqual(code('invalid_transition'));
    await expect(runsDone(world.deps, root, named(release))).rejects.toEqual(code('invalid_transition'));
    await expect(
      requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/?new' }),
    ).rejects.toEqual(code('invalid_transition'));
    await expect(report(world, release, '/', { image })).resolves.toMatchObject({ current: { image } });
    await expect(
      requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' }),
    ).resolves.toBeDefined();
    expect(await findRun(world.deps, root, { buildId: world.build.id, runName: '/' })).toEqual(baseline);
    expect(baseline.run).toMatchObject({ current: { image } });
  });

  it('deciding cancels what still runs; after a reopening it shows as failed and can be asked again', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' });
    const task = await leaseOne(world, 'capture');
    await reviewRelease(world.deps, root, {
      ...named(release),
      decision: 'bad',
      note: 'cancelled by the client',
    });
    expect(await releaseNow(world, release)).toMatchObject({ status: 'bad', decidedBy: 'local' });
    const image = await uploadImage(world, 'a');
    await expect(report(world, release, '/', { image, leaseId: task.leaseId! })).rejects.toEqual(
      code('lease_lost'),
    );
    await expect(finish(world, task)).rejects.toEqual(code('task_not_live'));

    await reviewRelease(world.deps, root, { ...named(release), decision: 'reopen' });
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing', decidedBy: null });
    expect(await runNow(world, release, '/')).toMatchObject({ status: 'failed' });
    const again = await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' });
    expect(again).toMatchObject({ run: { status: 'data_pending' }, release: { status: 'processing' } });
    const second = await leaseOne(world, 'capture');
    expect(second.id).not.toBe(task.id);
    await report(world, release, '/', { image, leaseId: second.leaseId! });
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing' });
  });

  it('refuses a decision that was made on an old view', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const [before, after, mask] = await Promise.all(
      ['a', 'b', 'mask'].map((name) => uploadImage(world, name)),
    );
    await report(world, release, '/1', { image: after, refImage: before, diffImage: mask, distortion: 0.1 });
    await runsDone(world.deps, root, named(release));
    const seen = (await releaseNow(world, release)).version;

    const stale = { ...named(release), version: 1, operationId: 'one' };
    await expect(reviewRelease(world.deps, root, { ...stale, decision: 'good' })).rejects.toEqual(
      code('conflict'),
    );
    const fresh = { ...named(release), version: seen, operationId: 'two' };
    const { release: decided } = await reviewRelease(world.deps, root, { ...fresh, decision: 'good' });
    expect(decided.status).toBe('good');
    await reviewRelease(world.deps, root, { ...named(release), decision: 'reopen' });
    const { release: repeated } = await reviewRelease(world.deps, root, { ...fresh, decision: 'good' });
    expect(repeated.status, 'the same operation again changes nothing').toBe('reviewing');
    await expect(
      reviewRelease(world.deps, root, { ...named(release), version: seen, decision: 'bad' }),
    ).rejects.toThrow('after you viewed it');
  });

  it('counts the differences that arrived after the version seen', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const [before, after, mask] = await Promise.all(
      ['a', 'b', 'mask'].map((name) => uploadImage(world, name)),
    );
    const seen = (await releaseNow(world, release)).version;
    const differs = { image: after, refImage: before, diffImage: mask, distortion: 0.1 };
    await report(world, release, '/1', differs);
    await report(world, release, '/2', differs);
    await expect(
      reviewRelease(world.deps, root, { ...named(release), decision: 'good', version: seen }),
    ).rejects.toThrow('2 new differences arrived');
  });

  it('takes the newest good release by creation as the baseline, of those that have an image', async () => {
    const world = await openWorld(kind);
    const image = await uploadImage(world, 'a');
    const log = await uploadText(world, 'log');
    await expect(findRun(world.deps, root, { buildId: world.build.id, runName: '/' })).rejects.toEqual(
      code('not_found'),
    );
    const first = await newRelease(world, 'first');
    const second = await newRelease(world, 'second');
    await report(world, first, '/', { image, url: 'http://shop.test/' });
    await report(world, second, '/', { log });
    await report(world, second, '/2', { image });
    await reviewRelease(world.deps, root, { ...named(second), decision: 'good' });
    await reviewRelease(world.deps, root, { ...named(first), decision: 'good' });

    const found = await findRun(world.deps, root, { buildId: world.build.id, runName: '/' });
    expect(found).toMatchObject({ release: { name: 'first' }, run: { current: { image } } });
    const other = await findRun(world.deps, root, { buildId: world.build.id, runName: '/2' });
    expect(other.run).toMatchObject({ current: { image } });
    const list = await listReleases(world.deps, root, { buildId: world.build.id });
    expect(list).toMatchObject({ total: 2, baseline: { name: 'second' } });
    expect(list.releases.map(({ release, counts }) => [release.name, counts.total])).toEqual([
      ['second', 2],
      ['first', 1],
    ]);
  });

  it('are found by a part of their name, whatever it is made of', async () => {
    const world = await openWorld(kind);
    for (const name of ['50% Off_Sale', 'a\\b', 'plain']) await newRelease(world, name);
    const found = async (search: string) =>
      (await listReleases(world.deps, root, { buildId: world.build.id, search })).releases.map(
        ({ release }) => release.name,
      );
    expect(await found('PLAI')).toEqual(['plain']);
    expect(await found('% off_s')).toEqual(['50% Off_Sale']);
    expect(await found('\\')).toEqual(['a\\b']);
    expect(await found('n%')).toEqual([]);
    expect(await found('p_ain')).toEqual([]);
  });

  it('names the parameter that is wrong', async () => {
    const world = await openWorld(kind);
    const { id: buildId } = world.build;
    const create = (releaseName: string, url?: string) =>
      createRelease(world.deps, root, { buildId, releaseName, url });
    await expect(create('')).rejects.toThrow('release_name must not be empty');
    await expect(create('x'.repeat(256))).rejects.toThrow('at most 255 characters');
    await expect(create('a\u0000b')).rejects.toEqual(code('name_invalid'));
    await expect(create('r', `http://x/${'y'.repeat(2048)}`)).rejects.toThrow('url must be at most 2048');
    await expect(createRelease(world.deps, root, { buildId: 99, releaseName: 'r' })).rejects.toEqual(
      code('not_found'),
    );
    const release = await newRelease(world);
    const request = (url: string) => requestRun(world.deps, root, { ...named(release), url });
    await expect(request('file:///etc/passwd')).rejects.toEqual(code('url_not_allowed'));
    await expect(request('shop')).rejects.toThrow('url is not an absolute URL');
    await expect(
      requestRun(world.deps, root, { ...named(release), url: 'http://x/', refUrl: 'http://y/' }),
    ).rejects.toThrow('ref_config is missing');
    await expect(report(world, release, '/', { image: 'nonsense' })).rejects.toThrow(
      'image must be an artifact id',
    );
    await expect(report(world, release, '/', { distortion: 1.5 })).rejects.toThrow('distortion must be');
  });

  it('D2: tells a key nothing about other builds', async () => {
    const world = await openWorld(kind);
    const other = await createBuild(world.deps, root, { name: 'Other' });
    const release = await newRelease(world);
    const key = { kind: 'key', keyId: 'k', buildId: other.id, superuser: false } as const;
    const refusal = async (buildId: number) =>
      createRelease(world.deps, key, { buildId, releaseName: 'r1' }).then(
        () => 'done',
        (error: Error) => error.message.replace(/\d+/g, 'N'),
      );
    expect(await refusal(world.build.id)).toBe(await refusal(999));
    await expect(runsDone(world.deps, key, named(release))).rejects.toEqual(code('not_found'));
    await expect(reportRun(world.deps, key, { ...named(release), runName: '/' })).rejects.toEqual(
      code('not_found'),
    );
  });
});
