import { describe, expect, it } from 'vitest';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { listRuns } from '../../src/services/runs/list-runs.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { reviewRun } from '../../src/services/runs/review-run.ts';
import { reviewRuns } from '../../src/services/runs/review-runs.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Verdict } from '../../src/domain/runs/verdict.ts';
import type { ReleaseChange } from '../../src/ports/change-feed.ts';
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
  uploadImage,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });

/** A release ready for review with `count` runs that differ and one that does not. */
async function differing(world: World, count: number): Promise<{ release: Release; ids: number[] }> {
  const release = await newRelease(world);
  const [image, refImage, diffImage] = await Promise.all(
    ['a', 'b', 'mask'].map((name) => uploadImage(world, name)),
  );
  const ids: number[] = [];
  for (let index = 0; index < count; index++) {
    const run = await report(world, release, `/${index}`, { image, refImage, diffImage, distortion: 0.1 });
    ids.push(run.id);
  }
  await report(world, release, '/same', { image, refImage: image });
  await runsDone(world.deps, root, named(release));
  return { release, ids };
}

async function judge(
  world: World,
  release: Release,
  runId: number,
  verdict: Verdict,
  operationId: string,
  version?: number,
) {
  return reviewRun(world.deps, root, { ...named(release), runId, verdict, operationId, version });
}

describe.each(storeKinds)('reviews on %s', (kind) => {
  it('approves, rejects and takes back; a rejected run stays diff_found on the wire', async () => {
    const world = await openWorld(kind);
    const { release, ids } = await differing(world, 1);
    const id = ids[0]!;
    const approved = await judge(world, release, id, 'approved', 'one');
    expect(approved.result).toMatchObject({
      outcome: 'changed',
      verdict: 'approved',
      verdictBy: 'local',
      previousVerdict: 'none',
    });
    expect(await runNow(world, release, '/0')).toMatchObject({ status: 'diff_approved' });
    await judge(world, release, id, 'rejected', 'two');
    expect(await runNow(world, release, '/0')).toMatchObject({ status: 'diff_found', verdict: 'rejected' });
    await judge(world, release, id, 'none', 'three');
    expect(await runNow(world, release, '/0')).toMatchObject({
      status: 'diff_found',
      verdict: 'none',
      verdictBy: null,
    });
    const log = await listActivity(world.deps, root, { buildId: world.build.id, runId: id });
    expect(log.map((entry) => [entry.kind, entry.detail.from])).toEqual([
      ['run_verdict_taken_back', 'rejected'],
      ['run_rejected', 'approved'],
      ['run_approved', 'none'],
    ]);
  });

  it('is repeat-safe: the same operation again gets the same answer and changes nothing', async () => {
    const world = await openWorld(kind);
    const { release, ids } = await differing(world, 1);
    const id = ids[0]!;
    const answers = await atOnce(10, () => judge(world, release, id, 'approved', 'one'));
    expect(new Set(answers.map(({ result }) => JSON.stringify(result))).size).toBe(1);
    const log = await listActivity(world.deps, root, { buildId: world.build.id, runId: id });
    expect(log).toHaveLength(1);
  });

  it('refuses a verdict on an old view; the same verdict again is nothing to do', async () => {
    const world = await openWorld(kind);
    const { release, ids } = await differing(world, 1);
    const id = ids[0]!;
    const { version } = await runNow(world, release, '/0');
    await judge(world, release, id, 'approved', 'mia', version);
    const same = await judge(world, release, id, 'approved', 'ada', version);
    expect(same.result).toMatchObject({ outcome: 'unchanged', verdictBy: 'local' });
    await expect(judge(world, release, id, 'rejected', 'bob', version)).rejects.toEqual(code('conflict'));
    await expect(judge(world, release, id, 'rejected', 'bob anyway')).resolves.toBeDefined();
  });

  it('refuses an approval of an image that was replaced meanwhile', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const [image, refImage, diffImage, other] = await Promise.all(
      ['a', 'b', 'mask', 'c'].map((name) => uploadImage(world, name)),
    );
    const seen = await report(world, release, '/', { image, refImage, diffImage, url: 'http://shop.test/' });
    await judge(world, release, seen.id, 'approved', 'early');
    await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/', runName: '/' });
    expect(await runNow(world, release, '/'), 'another image, another verdict').toMatchObject({
      verdict: 'none',
    });
    await report(world, release, '/', { image: other, refImage, diffImage });
    await expect(judge(world, release, seen.id, 'approved', 'late', seen.version)).rejects.toEqual(
      code('conflict'),
    );
  });

  it('judges many at once, run by run, and undoes each to what it was', async () => {
    const world = await openWorld(kind);
    const { release, ids } = await differing(world, 3);
    await judge(world, release, ids[2]!, 'rejected', 'before');
    const changes: ReleaseChange[] = [];
    world.deps.feed.subscribe(release.id, (change) => changes.push(change));
    const same = await runNow(world, release, '/same');
    const runs = [...ids, same.id, 999_999].map((runId) => ({ runId, verdict: 'approved' as const }));
    const { results } = await reviewRuns(world.deps, root, { ...named(release), operationId: 'bulk', runs });
    expect(results.map(({ outcome }) => outcome)).toEqual([
      'changed',
      'changed',
      'changed',
      'not_reviewable',
      'not_found',
    ]);
    expect(changes, 'one operation, one event').toMatchObject([{ releaseId: release.id, actor: 'local' }]);
    expect((await listRuns(world.deps, root, named(release))).counts).toMatchObject({
      approved: 3,
      rejected: 0,
    });
    const undo = results
      .filter(({ outcome }) => outcome === 'changed')
      .map(({ runId, previousVerdict, version }) => ({ runId, verdict: previousVerdict, version }));
    await reviewRuns(world.deps, root, { ...named(release), operationId: 'undo', runs: undo });
    expect((await listRuns(world.deps, root, named(release))).counts).toMatchObject({
      undecided: 2,
      rejected: 1,
    });
  });

  it('never changes verdicts of a decided release, and moves no run in the list', async () => {
    const world = await openWorld(kind);
    const { release, ids } = await differing(world, 2);
    const order = async () => (await listRuns(world.deps, root, named(release))).runs.name;
    const before = await order();
    expect(before).toEqual(['/0', '/1', '/same']);
    await judge(world, release, ids[0]!, 'approved', 'one');
    expect(await order()).toEqual(before);
    await reviewRelease(world.deps, root, { ...named(release), decision: 'good' });
    await expect(judge(world, release, ids[1]!, 'approved', 'two')).rejects.toEqual(
      code('invalid_transition'),
    );
    await reviewRelease(world.deps, root, { ...named(release), decision: 'good' });
    await expect(reviewRelease(world.deps, root, { ...named(release), decision: 'bad' })).rejects.toEqual(
      code('invalid_transition'),
    );
    expect(await releaseNow(world, release)).toMatchObject({ status: 'good', decidedBy: 'local' });
  });

  it('approves a thousand in one operation', async () => {
    const world = await openWorld(kind);
    const { release } = await differing(world, 1);
    const template = await runNow(world, release, '/0');
    const ids = await world.store.transaction(async (tx) => {
      const made: number[] = [];
      for (let index = 0; index < 1_000; index++) {
        made.push((await tx.runs.insertMany([{ ...template, name: `/many/${index}` }]))[0]!.id);
      }
      return made;
    });
    const runs = ids.map((runId) => ({ runId, verdict: 'approved' as const }));
    const { results } = await reviewRuns(world.deps, root, { ...named(release), operationId: 'all', runs });
    expect(results.every(({ outcome }) => outcome === 'changed')).toBe(true);
    expect((await listRuns(world.deps, root, named(release))).counts.approved).toBe(1_000);
  });
});
