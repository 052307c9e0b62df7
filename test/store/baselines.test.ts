import { describe, expect, it } from 'vitest';
import { findRun } from '../../src/services/runs/find-run.ts';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { retryRuns } from '../../src/services/runs/retry-runs.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { reviewRun } from '../../src/services/runs/review-run.ts';
import { runDetail } from '../../src/services/runs/run-detail.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Verdict } from '../../src/domain/runs/verdict.ts';
import {
  named,
  newRelease,
  openWorld,
  releaseNow,
  report,
  root,
  runNow,
  storeKinds,
  uploadImage,
  type World,
} from '../support/server-world.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });

async function markGood(world: World, release: Release, exceptRejected?: boolean) {
  return reviewRelease(world.deps, root, { ...named(release), decision: 'good', exceptRejected });
}

/** A release that is ready for review, with an image for each name; `differs` compares it with another one. */
async function withImages(
  world: World,
  name: string,
  pages: Record<string, { image: string; differs?: boolean; failed?: boolean }>,
): Promise<Release> {
  const release = await newRelease(world, name);
  for (const [page, { image: content, differs, failed }] of Object.entries(pages)) {
    const image = await uploadImage(world, content);
    await report(world, release, page, {
      url: `http://shop.test${page}`,
      image,
      ...(differs === true && {
        refImage: await uploadImage(world, 'before'),
        diffImage: await uploadImage(world, 'mask'),
        distortion: 0.5,
      }),
      ...(failed === true && { runFailed: true }),
    });
  }
  await runsDone(world.deps, root, named(release));
  return release;
}

let operation = 0;
async function judge(world: World, release: Release, page: string, verdict: Verdict): Promise<void> {
  const { id: runId } = await runNow(world, release, page);
  const operationId = String(operation++);
  await reviewRun(world.deps, root, { ...named(release), runId, verdict, operationId });
}

/** The answer of `find_run`: release and image. */
async function baselineOf(world: World, runName: string) {
  const { release, run } = await findRun(world.deps, root, { buildId: world.build.id, runName });
  return { release: release.name, image: run?.current.image ?? null };
}

describe.each(storeKinds)('what a page is compared with, on %s', (kind) => {
  it('a release with rejected runs is not marked good, in a sentence with the count', async () => {
    const world = await openWorld(kind);
    const release = await withImages(world, 'r', {
      '/a': { image: 'a', differs: true },
      '/b': { image: 'b', differs: true },
      '/c': { image: 'c', differs: true },
    });
    await judge(world, release, '/a', 'rejected');
    await judge(world, release, '/b', 'rejected');
    await expect(markGood(world, release)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/2 rejected runs/) as string,
      details: { rejected: 2 },
    });
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing' });
    await judge(world, release, '/a', 'none');
    await judge(world, release, '/b', 'approved');
    expect((await markGood(world, release)).release.status).toBe('good');
  });

  it('good except rejected: marks it good, says so, and the rejected pages keep their former baseline', async () => {
    const world = await openWorld(kind);
    const first = await withImages(world, 'first', { '/a': { image: 'a1' }, '/b': { image: 'b1' } });
    await markGood(world, first);
    const second = await withImages(world, 'second', {
      '/a': { image: 'a2', differs: true },
      '/b': { image: 'b2', differs: true },
      '/new': { image: 'n2', differs: true },
    });
    await judge(world, second, '/a', 'rejected');
    await judge(world, second, '/new', 'rejected');
    const { release, baseline } = await reviewRelease(world.deps, root, {
      ...named(second),
      decision: 'good',
      exceptRejected: true,
      note: 'the header is being fixed',
    });
    expect(release).toMatchObject({
      status: 'good',
      decisionNote: 'Good except 2 rejected runs: the header is being fixed',
    });
    expect(baseline).toMatchObject({ id: second.id });
    const [entry] = await listActivity(world.deps, root, { buildId: world.build.id, kind: 'release_good' });
    expect(entry!.detail).toMatchObject({ except_rejected: 2, note: 'the header is being fixed' });

    expect(await baselineOf(world, '/a')).toEqual({
      release: 'first',
      image: await uploadImage(world, 'a1'),
    });
    expect(await baselineOf(world, '/b')).toEqual({
      release: 'second',
      image: await uploadImage(world, 'b2'),
    });
    expect(await baselineOf(world, '/new')).toEqual({ release: 'second', image: null });

    const next = await newRelease(world, 'next');
    await requestRun(world.deps, root, { ...named(next), url: 'http://shop.test/a' });
    expect(await runNow(world, next, '/a')).toMatchObject({
      baselineRunId: (await runNow(world, first, '/a')).id,
      ref: { state: 'done', image: await uploadImage(world, 'a1') },
    });
    const detail = await runDetail(world.deps, root, { ...named(next), runName: '/a' });
    expect(detail.baselineReason).toContain('first #1');
    await requestRun(world.deps, root, { ...named(next), url: 'http://shop.test/new' });
    expect(await runNow(world, next, '/new')).toMatchObject({ baselineRunId: null, ref: { state: 'none' } });
  });

  it('good except rejected of a release that has none is the same as good; with other decisions it is refused', async () => {
    const world = await openWorld(kind);
    const release = await withImages(world, 'r', { '/a': { image: 'a' } });
    expect((await markGood(world, release, true)).release).toMatchObject({
      status: 'good',
      decisionNote: null,
    });
    for (const decision of ['bad', 'reopen'] as const) {
      await expect(
        reviewRelease(world.deps, root, { ...named(release), decision, exceptRejected: true }),
      ).rejects.toEqual(code('invalid_argument'));
    }
  });

  it('a page that failed in a good release keeps its former baseline, whatever failed', async () => {
    const world = await openWorld(kind);
    const first = await withImages(world, 'first', {
      '/capture': { image: 'c1' },
      '/kept': { image: 'k1' },
      '/canceled': { image: 'x1' },
      '/diff': { image: 'd1' },
    });
    await markGood(world, first);
    const second = await newRelease(world, 'second');
    const image = await uploadImage(world, 'anything');
    await report(world, second, '/capture', { runFailed: true });
    // An image reported with a failure is not usable either.
    await report(world, second, '/kept', { image, runFailed: true });
    await report(world, second, '/diff', {
      image,
      refImage: await uploadImage(world, 'd1'),
      diffFailed: true,
    });
    await requestRun(world.deps, root, { ...named(second), url: 'http://shop.test/canceled' });
    await markGood(world, second);
    for (const [page, content] of [
      ['/capture', 'c1'],
      ['/kept', 'k1'],
      ['/canceled', 'x1'],
      ['/diff', 'd1'],
    ] as const) {
      expect(await baselineOf(world, page), page).toEqual({
        release: 'first',
        image: await uploadImage(world, content),
      });
    }
  });

  it('goes back through good releases only, newest by creation, page by page', async () => {
    const world = await openWorld(kind);
    const releases: Release[] = [];
    for (const name of ['1', '2', '3', '4', '5']) {
      releases.push(
        await withImages(world, name, {
          '/': { image: `p${name}`, failed: name === '4' },
          ...(name === '2' && { '/old': { image: 'old' } }),
        }),
      );
    }
    const [r1, r2, r3, r4] = releases;
    await markGood(world, r4!);
    await expect(baselineOf(world, '/')).resolves.toEqual({ release: '4', image: null });
    await markGood(world, r1!);
    await expect(baselineOf(world, '/')).resolves.toMatchObject({ release: '1' });
    await markGood(world, r2!);
    await expect(baselineOf(world, '/')).resolves.toMatchObject({ release: '2' });
    await reviewRelease(world.deps, root, { ...named(r3!), decision: 'bad' });
    await expect(baselineOf(world, '/')).resolves.toMatchObject({ release: '2' });
    await expect(baselineOf(world, '/old')).resolves.toMatchObject({ release: '2' });
    await reviewRelease(world.deps, root, { ...named(r2!), decision: 'reopen' });
    await expect(baselineOf(world, '/')).resolves.toMatchObject({ release: '1' });
    await expect(baselineOf(world, '/old')).resolves.toEqual({ release: '4', image: null });
  });

  it('an older run that was made later is not the newer baseline: releases are ordered, not runs', async () => {
    const world = await openWorld(kind);
    const [older, newer, newest] = [
      await newRelease(world, 'older'),
      await newRelease(world, 'newer'),
      await newRelease(world, 'newest'),
    ];
    await report(world, newer, '/', { image: await uploadImage(world, 'newer') });
    await report(world, older, '/', { image: await uploadImage(world, 'older') });
    for (const release of [older, newer, newest]) await markGood(world, release);
    expect(await baselineOf(world, '/')).toMatchObject({ release: 'newer' });
  });

  it('says which release is the baseline after every decision', async () => {
    const world = await openWorld(kind);
    const older = await withImages(world, 'older', { '/': { image: 'a' } });
    const newer = await withImages(world, 'newer', { '/': { image: 'b' } });
    expect((await markGood(world, newer)).baseline).toMatchObject({ name: 'newer' });
    expect(await markGood(world, older)).toMatchObject({
      release: { name: 'older', status: 'good' },
      baseline: { name: 'newer' },
    });
    const reopened = await reviewRelease(world.deps, root, { ...named(newer), decision: 'reopen' });
    expect(reopened.baseline).toMatchObject({ name: 'older' });
    const bad = await reviewRelease(world.deps, root, { ...named(newer), decision: 'bad' });
    expect(bad.baseline).toMatchObject({ name: 'older' });
    const none = await reviewRelease(world.deps, root, { ...named(older), decision: 'reopen' });
    expect(none.baseline).toBeNull();
  });

  it('a page that is asked for again takes the baseline of that moment', async () => {
    const world = await openWorld(kind);
    const first = await withImages(world, 'first', { '/': { image: 'a1' } });
    await markGood(world, first);
    const next = await newRelease(world, 'next');
    await requestRun(world.deps, root, { ...named(next), url: 'http://shop.test/' });
    await report(world, next, '/', { runFailed: true });
    await retryRuns(world.deps, root, named(next));
    expect(await runNow(world, next, '/')).toMatchObject({ ref: { image: await uploadImage(world, 'a1') } });
  });
});
