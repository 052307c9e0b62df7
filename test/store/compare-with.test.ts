import { describe, expect, it } from 'vitest';
import { compareAgain, compareWith } from '../../src/services/baselines/compare-with.ts';
import { listMissing } from '../../src/services/baselines/list-missing.ts';
import { reviewMissing } from '../../src/services/baselines/review-missing.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { listRuns } from '../../src/services/runs/list-runs.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { reviewRun } from '../../src/services/runs/review-run.ts';
import { runDetail } from '../../src/services/runs/run-detail.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import {
  named,
  openWorld,
  releaseNow,
  report,
  root,
  runNow,
  storeKinds,
  uploadImage,
} from '../support/server-world.ts';
import type { StoreKind, World } from '../support/server-world.ts';

const commits = ['a', 'b', 'c'].map((letter) => letter.repeat(40));

/** Main at two commits, the second unreviewed, and a branch off it. */
async function threeReleases(kind: StoreKind) {
  const world = await openWorld(kind);
  const release = async (at: number, branch: string, screenshots: Readonly<Record<string, string>>) => {
    const made = await createRelease(world.deps, root, {
      buildId: world.build.id,
      releaseName: `release ${at}`,
      branch,
      commit: commits[at],
      history: commits
        .slice(0, at)
        .toReversed()
        .map((commit) => ({ commit })),
      historyNote: 'full',
    });
    for (const [name, screenshot] of Object.entries(screenshots)) {
      const image = await uploadImage(world, screenshot);
      await report(world, made, name, { image, choosesBaseline: true });
    }
    await runsDone(world.deps, root, named(made));
    return made;
  };
  const first = await release(0, 'main', { '/': 'one', '/gone': 'gone' });
  const second = await release(1, 'main', { '/': 'two', '/gone': 'gone' });
  await differs(world, second, '/');
  const pull = await release(2, 'feature', { '/': 'two' });
  return { world, first, second, pull };
}

async function differs(world: World, release: Release, name: string): Promise<void> {
  await report(world, release, name, {
    diffImage: await uploadImage(world, `diff of ${name}`),
    distortion: 0.5,
  });
}

const code = (value: string) => expect.objectContaining({ code: value }) as unknown;

describe.each(storeKinds)('another baseline, %s', (kind) => {
  it('that a reviewer chooses: compared again, the verdict cleared, written down', async () => {
    const { world, first, second, pull } = await threeReleases(kind);
    const run = await runNow(world, pull, '/');
    expect(run).toMatchObject({
      status: 'diff_not_found',
      baselineChoice: { rule: 'walk', isUnreviewed: true },
    });
    const wanted = { ...named(pull), runId: run.id };
    await compareWith(world.deps, root, { ...wanted, baselineName: first.name, baselineNumber: 1 });
    expect((await releaseNow(world, pull)).status).toBe('processing');
    await differs(world, pull, '/');
    await reviewRun(world.deps, root, { ...wanted, verdict: 'rejected', operationId: 'o' });
    const detail = await runDetail(world.deps, root, { ...named(pull), runName: '/' });
    expect(detail.baselineReason).toBe(
      'Compared with main at aaaaaaa (release "release 0" #1), which a reviewer chose.',
    );
    expect(await compareAgain(world.deps, root, named(pull))).toMatchObject({ changed: 0 });
    await compareWith(world.deps, root, { ...wanted, baselineName: second.name, baselineNumber: 1 });
    expect(await runNow(world, pull, '/')).toMatchObject({ status: 'diff_not_found', verdict: 'none' });
    const entries = await listActivity(world.deps, root, {
      buildId: world.build.id,
      kind: 'baseline_changed',
    });
    expect(entries).toHaveLength(2);
  });

  it('is refused where there is no such image, and on a decided release', async () => {
    const { world, first, pull } = await threeReleases(kind);
    const run = await runNow(world, pull, '/');
    const wanted = { ...named(pull), runId: run.id, baselineNumber: 1 };
    const other = (input: object) =>
      compareWith(world.deps, root, { ...wanted, baselineName: first.name, ...input });
    await expect(other({ baselineName: 'none' })).rejects.toEqual(code('not_found'));
    await expect(other({ baselineName: pull.name })).rejects.toEqual(code('not_found'));
    await expect(other({ runId: 999_999 })).rejects.toEqual(code('not_found'));
    await reviewRelease(world.deps, root, { ...named(pull), decision: 'bad' });
    await expect(other({})).rejects.toEqual(code('invalid_transition'));
    await expect(compareAgain(world.deps, root, named(pull))).rejects.toEqual(code('invalid_transition'));
  });

  it('that the settings of the build ask for: compared again with it', async () => {
    const { world, first, pull } = await threeReleases(kind);
    await world.store.transaction(async (tx) => {
      const build = (await tx.builds.find(world.build.id))!;
      const baselineSettings = { ...build.baselineSettings, mainUnreviewed: 'skip' as const };
      await tx.builds.update({ ...build, baselineSettings });
    });
    expect(await compareAgain(world.deps, root, named(pull))).toMatchObject({ changed: 1 });
    expect((await runNow(world, pull, '/')).baselineChoice?.release?.id).toBe(first.id);
  });

  it('missing pages are counted, listed, confirmed and taken back', async () => {
    const { world, pull } = await threeReleases(kind);
    const list = () => listMissing(world.deps, root, named(pull));
    const counts = async () => (await listRuns(world.deps, root, named(pull))).counts;
    expect(await counts()).toMatchObject({ total: 1, same: 1, missing: 1 });
    const { missing, baselineReleases } = await list();
    expect(missing).toMatchObject([{ name: '/gone', verdict: 'undecided', verdictBy: null }]);
    expect(missing[0]!.baselineRunId).not.toBeNull();
    expect(baselineReleases.map(({ id }) => id)).toEqual([missing[0]!.baselineReleaseId]);
    const judge = (verdict: 'confirmed' | 'rejected' | 'undecided', ...names: string[]) =>
      reviewMissing(world.deps, root, { ...named(pull), names, verdict });
    await judge('confirmed', '/gone');
    expect(await counts()).toMatchObject({ missing: 0 });
    await judge('undecided', '/gone');
    expect(await counts()).toMatchObject({ missing: 1 });
    expect((await list()).missing).toMatchObject([{ verdict: 'undecided', verdictAt: null }]);
    await expect(judge('confirmed', '/gone', '/none')).rejects.toEqual(code('not_found'));
    expect((await list()).missing).toMatchObject([{ verdict: 'undecided' }]);
    await expect(judge('confirmed')).rejects.toEqual(code('invalid_argument'));
  });
});
