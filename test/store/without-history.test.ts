/** A client that sends no history: its runs are compared with the latest good release, permanently. */
import { describe, expect, it } from 'vitest';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { reviewRun } from '../../src/services/runs/review-run.ts';
import { runDetail } from '../../src/services/runs/run-detail.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import { named, openWorld, releaseNow, report, root, runNow, storeKinds } from '../support/server-world.ts';
import { uploadImage } from '../support/server-world.ts';
import type { StoreKind, World } from '../support/server-world.ts';

const url = 'http://shop.test/';

/** Clients of the original send at most a branch. */
async function oldRelease(world: World, releaseName: string): Promise<Release> {
  return createRelease(world.deps, root, { buildId: world.build.id, releaseName, branch: 'main' });
}

async function request(world: World, release: Release, runName: string, screenshot: string): Promise<void> {
  await requestRun(world.deps, root, { ...named(release), runName, url });
  await report(world, release, runName, { image: await uploadImage(world, screenshot) });
}

/** A good release, and one in review with a page that differs. */
async function goodAndNext(kind: StoreKind) {
  const world = await openWorld(kind);
  const good = await oldRelease(world, 'good');
  await request(world, good, '/', 'before');
  await runsDone(world.deps, root, named(good));
  await reviewRelease(world.deps, root, { ...named(good), decision: 'good' });
  const next = await oldRelease(world, 'next');
  await request(world, next, '/', 'after');
  await request(world, next, '/new', 'new');
  await runsDone(world.deps, root, named(next));
  const diffImage = await uploadImage(world, 'diff');
  await report(world, next, '/', { diffImage, distortion: 0.5 });
  return { world, good, next };
}

const judge = async (world: World, release: Release, name: string, verdict: 'approved' | 'rejected') => {
  const { id } = await runNow(world, release, name);
  return reviewRun(world.deps, root, {
    ...named(release),
    runId: id,
    verdict,
    operationId: `${name} ${verdict}`,
  });
};

describe.each(storeKinds)('a release without history, %s', (kind) => {
  it('is compared with the latest good release, and says so', async () => {
    const { world, good, next } = await goodAndNext(kind);
    const baseline = await runNow(world, good, '/');
    expect(await runNow(world, next, '/')).toMatchObject({
      baselineRunId: baseline.id,
      status: 'diff_found',
    });
    const reasonOf = async (runName: string) =>
      (await runDetail(world.deps, root, { ...named(next), runName })).baselineReason;
    expect(await reasonOf('/')).toBe(
      'Compared with good #1, the latest good release that had an accepted screenshot of this page when the run was requested.',
    );
    expect(await reasonOf('/new')).toBe(
      'New: no good release had an accepted screenshot of this name, and the client provided no baseline.',
    );
  });

  it.each(['reopen', 'bad'] as const)(
    'keeps its baseline when that is decided otherwise: %s',
    async (decision) => {
      const { world, good, next } = await goodAndNext(kind);
      const before = { release: await releaseNow(world, next), run: await runNow(world, next, '/') };
      await reviewRelease(world.deps, root, { ...named(good), decision: 'reopen' });
      if (decision === 'bad') await reviewRelease(world.deps, root, { ...named(good), decision });
      expect({ release: await releaseNow(world, next), run: await runNow(world, next, '/') }).toEqual(before);
    },
  );

  it('takes verdicts on new pages, too', async () => {
    const { world, next } = await goodAndNext(kind);
    for (const verdict of ['approved', 'rejected'] as const) {
      await judge(world, next, '/new', verdict);
      expect(await runNow(world, next, '/new')).toMatchObject({ status: 'no_diff_needed', verdict });
    }
  });

  it('takes no verdict over, and never becomes good by itself', async () => {
    const { world, next } = await goodAndNext(kind);
    expect((await judge(world, next, '/', 'approved')).result).toMatchObject({ outcome: 'changed' });
    expect((await releaseNow(world, next)).status).toBe('reviewing');
    const again = await oldRelease(world, 'again');
    await request(world, again, '/', 'after');
    await runsDone(world.deps, root, named(again));
    const diffImage = await uploadImage(world, 'diff');
    await report(world, again, '/', { diffImage, distortion: 0.5 });
    expect(await runNow(world, again, '/')).toMatchObject({ status: 'diff_found', verdict: 'none' });
    expect((await releaseNow(world, again)).status).toBe('reviewing');
  });
});
