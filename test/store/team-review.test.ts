/** What a team decides about a release: new pages, failures, and approvals of several people. */
import { describe, expect, it } from 'vitest';
import { describeRelease } from '../../src/services/releases/describe-release.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { reviewRuns } from '../../src/services/runs/review-runs.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import type { Principal } from '../../src/domain/people/access.ts';
import type { Release, Verdict } from '../../src/domain/model.ts';
import {
  named,
  newRelease,
  openWorld,
  report,
  root,
  runNow,
  storeKinds,
  uploadImage,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

let operations = 0;

async function judge(
  world: World,
  release: Release,
  name: string,
  verdict: Verdict,
  { by = root, note, version }: { by?: Principal; note?: string; version?: number } = {},
) {
  const { id: runId } = await runNow(world, release, name);
  const { results } = await reviewRuns(world.deps, by, {
    ...named(release),
    operationId: `operation ${operations++}`,
    runs: [{ runId, verdict, version }],
    note,
  });
  return results[0]!;
}

const failure = { reason: 'http_status', message: 'The page answered with status 500.' };
const countsOf = async (world: World, release: Release) =>
  (await describeRelease(world.deps, root, named(release))).counts;

describe.each(storeKinds)('deciding on %s', (kind) => {
  it('a new page is judged in a release without history, too; rejected, it never becomes a baseline', async () => {
    const world = await openWorld(kind);
    const first = await newRelease(world, 'first');
    for (const name of ['/kept', '/broken']) {
      await report(world, first, name, { image: await uploadImage(world, name) });
    }
    await runsDone(world.deps, root, named(first));
    await judge(world, first, '/kept', 'approved');
    await judge(world, first, '/broken', 'rejected');
    await reviewRelease(world.deps, root, { ...named(first), decision: 'good', exceptRejected: true });
    const before = async (name: string) =>
      world.store.read((tx) => tx.runs.baselineBefore({ id: 1e9, buildId: first.buildId }, name));
    expect([(await before('/kept'))?.releaseId, await before('/broken')]).toEqual([first.id, null]);
    const next = await newRelease(world, 'next');
    await report(world, next, '/kept', { image: await uploadImage(world, '/kept') });
    await runsDone(world.deps, root, named(next));
    expect(await countsOf(world, next), 'and no one misses it').toMatchObject({ missing: 0 });
  });

  it('a failure is accepted with a reason: it stays failed, and holds nothing back', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const image = await uploadImage(world, 'a');
    await report(world, release, '/same', { image, refImage: image });
    await report(world, release, '/down', { runFailed: true, failure });
    await runsDone(world.deps, root, named(release));
    const concluded = async () => (await describeRelease(world.deps, root, named(release))).conclusion;
    expect(await concluded()).toBe('error');
    await expect(judge(world, release, '/down', 'approved')).rejects.toThrow('say why');
    expect((await judge(world, release, '/down', 'rejected', { note: 'no' })).outcome).toBe('not_reviewable');
    await judge(world, release, '/down', 'approved', { note: 'is being rebuilt' });
    expect(await runNow(world, release, '/down')).toMatchObject({
      status: 'failed',
      verdict: 'approved',
      verdictNote: 'is being rebuilt',
    });
    expect(await countsOf(world, release)).toMatchObject({ failed: 1, accepted: 1, approved: 0 });
    expect(await concluded()).toBe('success');
    expect((await judge(world, release, '/down', 'none')).verdict).toBe('none');
    expect(await concluded()).toBe('error');
  });

  it('an accepted failure is asked about again once something else happens', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await report(world, release, '/down', { runFailed: true, failure });
    await judge(world, release, '/down', 'approved', { note: 'is being rebuilt' });
    await report(world, release, '/down', { runFailed: true, failure });
    expect(await runNow(world, release, '/down'), 'the same').toMatchObject({ verdict: 'approved' });
    await report(world, release, '/down', { runFailed: true, failure: { ...failure, reason: 'tls_error' } });
    expect(await runNow(world, release, '/down'), 'another failure').toMatchObject({ verdict: 'none' });
    await judge(world, release, '/down', 'approved', { note: 'still' });
    await report(world, release, '/down', { image: await uploadImage(world, 'b') });
    expect(await runNow(world, release, '/down'), 'no failure').toMatchObject({
      status: 'no_diff_needed',
      verdict: 'none',
      verdictNote: null,
    });
  });
});
