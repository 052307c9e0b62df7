import { describe, expect, it } from 'vitest';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { listRuns } from '../../src/services/runs/list-runs.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runDetail } from '../../src/services/runs/run-detail.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import type { Release } from '../../src/domain/releases/release.ts';
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
import type { World } from '../support/server-world.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });
const url = 'http://shop.test/';

/** A good release whose run `/` has the image `content`. */
async function establishBaseline(world: World, content: string): Promise<string> {
  const release = await newRelease(world, 'baseline');
  const image = await uploadImage(world, content);
  await report(world, release, '/', { image, url });
  await reviewRelease(world.deps, root, { ...named(release), decision: 'good' });
  return image;
}

async function request(world: World, release: Release, fields: object = {}) {
  return requestRun(world.deps, root, { ...named(release), url, ...fields });
}

describe.each(storeKinds)('runs on %s', (kind) => {
  it('D6, P7: twenty equal reports at once make one run and one task', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const [image, refImage] = await Promise.all([uploadImage(world, 'a'), uploadImage(world, 'b')]);
    const runs = await atOnce(20, () => report(world, release, '/', { image, refImage, url }));
    expect(new Set(runs.map((run) => run.id)).size).toBe(1);
    const tasks = await tasksOf(world, 'run-pdiff');
    expect(tasks).toHaveLength(1);
    expect(JSON.parse(tasks[0]!.payload)).toEqual({
      build_id: world.build.id,
      release_name: 'r1',
      release_number: 1,
      run_name: '/',
      run_sha1sum: image,
      reference_sha1sum: refImage,
    });
    expect((await releaseNow(world, release)).version, 'repeats change nothing').toBe(2);
  });

  it('P8: another image for a filled slot is refused and nothing changes', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const [image, other] = await Promise.all([uploadImage(world, 'a'), uploadImage(world, 'b')]);
    await report(world, release, '/', { image });
    await expect(report(world, release, '/', { image: other })).rejects.toEqual(code('run_already_reported'));
    expect(await runNow(world, release, '/')).toMatchObject({ current: { image } });
  });

  it('settles equal images without a task', async () => {
    const world = await openWorld(kind);
    const image = await establishBaseline(world, 'same');
    const release = await newRelease(world);
    await request(world, release);
    const task = await leaseOne(world, 'capture');
    await report(world, release, '/', { image, leaseId: task.leaseId! });
    expect(await runNow(world, release, '/')).toMatchObject({
      status: 'diff_not_found',
      diff: { distortion: 0 },
    });
    expect(await tasksOf(world, 'run-pdiff')).toEqual([]);
    await finish(world, task);
  });

  it('captures, compares with the baseline, and ends the tasks of what was reported', async () => {
    const world = await openWorld(kind);
    const before = await establishBaseline(world, 'before');
    const release = await newRelease(world);
    const { run } = await request(world, release, {
      config: { injectCss: 'x', targetUrl: 'http://other.test/' },
    });
    expect(run).toMatchObject({ name: '/', status: 'data_pending', ref: { image: before, url } });
    const capture = await leaseOne(world, 'capture');
    expect(JSON.parse(capture.payload)).toEqual({
      build_id: world.build.id,
      release_name: 'r1',
      release_number: 1,
      run_name: '/',
      url,
      config_sha1sum: run.current.config,
      baseline: false,
    });
    const config = await world.store.read((tx) =>
      tx.artifacts.findOwned(world.build.id, run.current.config!),
    );
    expect(config?.contentType).toBe('application/json');
    expect(JSON.parse(new TextDecoder().decode(world.deps.vault.open(config!.artifact.content!)))).toEqual({
      injectCss: 'x',
      targetUrl: url,
    });

    const after = await uploadImage(world, 'after');
    const log = await uploadText(world, 'log');
    await runsDone(world.deps, root, named(release));
    await report(world, release, '/', { image: after, log, leaseId: capture.leaseId! });
    await finish(world, capture);
    const diff = await leaseOne(world, 'run-pdiff');
    expect(JSON.parse(diff.payload)).toMatchObject({ run_sha1sum: after, reference_sha1sum: before });
    const mask = await uploadImage(world, 'mask');
    const details = {
      changedPixels: 12,
      diffRatio: 0.01,
      regionCount: 1,
    };
    await report(world, release, '/', {
      diffImage: mask,
      diffLog: log,
      distortion: 0.25,
      comparison: details,
      leaseId: diff.leaseId!,
    });
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing' });
    await finish(world, diff);
    await expect(finish(world, diff), 'the same finish again').resolves.toBeUndefined();
    expect(await runNow(world, release, '/')).toMatchObject({
      status: 'diff_found',
      diff: { image: mask, distortion: 0.25, details },
    });
    const { runs, changeSets, counts } = await listRuns(world.deps, root, named(release));
    expect(runs).toMatchObject({ name: ['/'], changedPixels: [12], diffRatio: [0.01], changeSet: [null] });
    expect(changeSets).toEqual([]);
    expect(counts).toMatchObject({ total: 1, undecided: 1 });
  });

  it('captures both sides when the baseline is requested too', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await request(world, release, { refUrl: 'http://old.test/', refConfig: { injectCss: 'old' } });
    const tasks = (await tasksOf(world, 'capture')).map(
      (task) => JSON.parse(task.payload) as { baseline: boolean },
    );
    expect(tasks.map(({ baseline }) => baseline).sort()).toEqual([false, true]);
    const image = await uploadImage(world, 'a');
    await report(world, release, '/', { image });
    expect(await runNow(world, release, '/')).toMatchObject({ status: 'data_pending' });
    await report(world, release, '/', { refImage: await uploadImage(world, 'b') });
    expect(await runNow(world, release, '/')).toMatchObject({ status: 'needs_diff' });
    expect((await tasksOf(world, 'capture')).map(({ status }) => status)).toEqual(['done', 'done']);
  });

  it('asking the same again changes nothing; asking for something else empties the slot', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await request(world, release);
    await request(world, release);
    expect(await tasksOf(world, 'capture')).toHaveLength(1);
    const task = await leaseOne(world, 'capture');
    await report(world, release, '/', { image: await uploadImage(world, 'a'), leaseId: task.leaseId! });
    await request(world, release);
    expect(await runNow(world, release, '/')).toMatchObject({ status: 'no_diff_needed' });

    await request(world, release, { config: { injectCss: 'new' } });
    expect(await runNow(world, release, '/')).toMatchObject({
      status: 'data_pending',
      current: { image: null },
    });
    const second = await leaseOne(world, 'capture');
    await request(world, release, { config: { injectCss: 'newer' } });
    await expect(
      report(world, release, '/', { log: await uploadText(world, 'x'), leaseId: second.leaseId! }),
    ).rejects.toEqual(code('lease_lost'));
    expect((await tasksOf(world, 'capture')).map(({ status }) => status)).toEqual([
      'live',
      'canceled',
      'done',
    ]);
  });

  it('T17: an artifact of another build cannot be named, and looks like one that does not exist', async () => {
    const world = await openWorld(kind);
    const other = await createBuild(world.deps, root, { name: 'Other' });
    const foreign = await uploadImage(world, 'secret', other.id);
    const release = await newRelease(world);
    const unknown = '0'.repeat(40);
    const textOf = async (digest: string) =>
      report(world, release, '/', { image: digest }).then(
        () => 'taken',
        (error: Error & { code: string }) => `${error.code} ${error.message.replaceAll(digest, 'ID')}`,
      );
    expect(await textOf(foreign)).toBe(await textOf(unknown));
    expect(await textOf(foreign)).toMatch(/^artifact_not_found image: build 1 has no artifact ID/);
    await expect(report(world, release, '/', { refImage: foreign })).rejects.toEqual(
      code('artifact_not_found'),
    );
    expect(await tasksOf(world, 'run-pdiff')).toEqual([]);
  });

  it('P9: refuses the result of a lease that ran out, also when nobody took it since', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await request(world, release);
    const task = await leaseOne(world, 'capture');
    world.clock.advance(60_001);
    const image = await uploadImage(world, 'a');
    await expect(report(world, release, '/', { image, leaseId: task.leaseId! })).rejects.toEqual(
      code('lease_lost'),
    );
    world.clock.advance(10_000);
    const second = await leaseOne(world, 'capture');
    await expect(report(world, release, '/', { image, leaseId: task.leaseId! })).rejects.toEqual(
      code('lease_lost'),
    );
    await report(world, release, '/', { image, leaseId: second.leaseId! });
    await expect(
      report(world, release, '/', { image, leaseId: task.leaseId! }),
      'a late repeat',
    ).resolves.toMatchObject({
      status: 'no_diff_needed',
    });
  });

  it('shows a run with its neighbours, its history and the reason of its baseline', async () => {
    const world = await openWorld(kind);
    await establishBaseline(world, 'before');
    const release = await newRelease(world);
    await request(world, release);
    await request(world, release, { url: 'http://shop.test/b' });
    await request(world, release, { url: 'http://shop.test/a' });
    const detail = await runDetail(world.deps, root, { ...named(release), runName: '/' });
    expect(detail.position).toEqual({ index: 0, total: 3, previous: null, next: '/a' });
    expect(detail.history.map((row) => row.release.name)).toEqual(['r1', 'baseline']);
    expect(detail.baselineReason).toMatch(/^Compared with baseline #1/);
    expect(detail.tasks).toMatchObject([{ slot: 'current' }]);
    const fresh = await runDetail(world.deps, root, { ...named(release), runName: '/a' });
    expect(fresh.baselineReason).toMatch(/^New:/);
  });

  it('lists only what changed since a version', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const image = await uploadImage(world, 'a');
    for (const name of ['/1', '/2', '/3']) await report(world, release, name, { image });
    const { version } = await releaseNow(world, release);
    await report(world, release, '/2', { log: await uploadText(world, 'more') });
    const since = await listRuns(world.deps, root, { ...named(release), sinceVersion: version });
    expect(since.runs.name).toEqual(['/2']);
  });
});
