import { describe, expect, it } from 'vitest';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { listReleases } from '../../src/services/releases/list-releases.ts';
import { listRuns } from '../../src/services/runs/list-runs.ts';
import { reportRun } from '../../src/services/runs/report-run.ts';
import { reviewRun } from '../../src/services/runs/review-run.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { factsOf, runStatus } from '../../src/domain/runs/run-status.ts';
import type { ComparisonDetails } from '../../src/domain/comparison/comparison-details.ts';
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
  uploadText,
  type World,
} from '../support/server-world.ts';

const box = { left: 1, top: 2, width: 3, height: 4, changedPixels: 12 };
const forgiven: ComparisonDetails = {
  changedPixels: 0,
  diffRatio: 0,
  regions: [],
  forgivenPixels: 12,
  forgivenRegions: [box],
  forgivenRegionCount: 1,
};

/** A worker's report of two images with only forgiven differences. */
async function reportForgiven(world: World, details: ComparisonDetails = forgiven) {
  const release = await newRelease(world);
  const [image, refImage] = await Promise.all(['a', 'b'].map((name) => uploadImage(world, name)));
  await report(world, release, '/same', { image, refImage: image });
  await report(world, release, '/', { image, refImage });
  const result = {
    diffLog: await uploadText(world, 'log'),
    forgivenMask: await uploadImage(world, 'forgiven'),
    distortion: 0.001,
    comparison: details,
  };
  const run = await report(world, release, '/', result);
  return { release, run, result };
}

describe.each(storeKinds)('forgiven pixels on %s', (kind) => {
  it('leave a run the same, with their count, their mask and their regions', async () => {
    const world = await openWorld(kind);
    const { release, result } = await reportForgiven(world);
    const run = await runNow(world, release, '/');
    expect(run).toMatchObject({
      status: 'diff_not_found',
      diff: {
        image: null,
        forgivenMask: result.forgivenMask,
        failOnForgiven: false,
        details: { forgivenPixels: 12, forgivenRegions: [box], forgivenRegionCount: 1 },
      },
    });
    const { runs, counts } = await listRuns(world.deps, root, named(release));
    expect(runs.forgivenPixels[runs.name.indexOf('/')]).toBe(12);
    expect(runs.forgivenPixels[runs.name.indexOf('/same')]).toBeNull();
    expect(counts).toMatchObject({ total: 2, same: 2, forgiven: 1, undecided: 0 });
    const list = await listReleases(world.deps, root, { buildId: world.build.id });
    expect(list.releases[0]!.counts).toMatchObject({ same: 2, forgiven: 1 });
  });

  it('are reported twice with the same end result; another mask is refused', async () => {
    const world = await openWorld(kind);
    const { release, result, run } = await reportForgiven(world);
    expect(await report(world, release, '/', result)).toEqual(run);
    await expect(
      report(world, release, '/', { ...result, forgivenMask: await uploadImage(world, 'other') }),
    ).rejects.toMatchObject({ code: 'run_already_reported', details: { parameter: 'forgiven_mask' } });
  });

  it('a mask of another build cannot be named', async () => {
    const world = await openWorld(kind);
    const other = await createBuild(world.deps, root, { name: 'Other' });
    const foreign = await uploadImage(world, 'secret', other.id);
    const release = await newRelease(world);
    await expect(
      reportRun(world.deps, root, { ...named(release), runName: '/', forgivenMask: foreign }),
    ).rejects.toMatchObject({ code: 'artifact_not_found', details: { parameter: 'forgiven_mask' } });
  });

  it.each([
    ['the config says so', { failOnForgiven: true }, false, 'diff_found'],
    ['the build says so', {}, true, 'diff_found'],
    ['the config says no, whatever the build says', { failOnForgiven: false }, true, 'diff_not_found'],
    ['nothing was forgiven', { failOnForgiven: true, forgivenPixels: 0 }, true, 'diff_not_found'],
  ] as const)('make a difference or none: %s', async (_when, details, ofBuild, status) => {
    const world = await openWorld(kind);
    if (ofBuild) await updateBuild(world.deps, root, { buildId: world.build.id, failOnForgiven: true });
    const { release } = await reportForgiven(world, { ...forgiven, ...details });
    const run = await runNow(world, release, '/');
    expect(run.status).toBe(status);
    expect(runStatus(factsOf(run))).toBe(status);
  });

  it('as a difference can be judged, and stay one when the setting of the build changes', async () => {
    const world = await openWorld(kind);
    await updateBuild(world.deps, root, { buildId: world.build.id, failOnForgiven: true });
    const log = await listActivity(world.deps, root, { buildId: world.build.id, kind: 'build_changed' });
    expect(log[0]!.detail).toEqual({ failOnForgiven: { from: false, to: true } });
    const { release, run, result } = await reportForgiven(world);
    await runsDone(world.deps, root, named(release));
    await updateBuild(world.deps, root, { buildId: world.build.id, failOnForgiven: false });
    await report(world, release, '/', result);
    const judged = { ...named(release), runId: run.id, operationId: 'o' };
    await reviewRun(world.deps, root, { ...judged, verdict: 'approved' });
    const after = await runNow(world, release, '/');
    expect(after).toMatchObject({ status: 'diff_approved', verdict: 'approved' });
    expect(runStatus(factsOf(after))).toBe('diff_approved');
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing' });
    const { counts } = await listRuns(world.deps, root, named(release));
    expect(counts).toMatchObject({ approved: 1, same: 1, forgiven: 0 });
  });
});
