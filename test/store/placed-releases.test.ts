import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/domain/baselines/placed-release.ts';
import type { Run } from '../../src/domain/runs/run.ts';
import { defaultBaselineSettings } from '../../src/domain/baselines/settings.ts';
import type { BaselineSettings } from '../../src/domain/baselines/settings.ts';
import type { ReleaseOrigin } from '../../src/ports/store/baselines.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { newRelease, openWorld, report, root, storeKinds, uploadImage } from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

const hash = (name: string) => name.padEnd(40, '0');

function originOf(fields: Partial<ReleaseOrigin>): ReleaseOrigin {
  return {
    baseBranch: null,
    headCommit: null,
    tree: null,
    pullRequest: null,
    repository: null,
    headRepository: null,
    authorName: null,
    authorEmail: null,
    history: null,
    own: [],
    historyNote: null,
    isSubset: false,
    skipReason: null,
    baselineReleaseId: null,
    freshReview: false,
    ...fields,
  };
}

async function place(world: World, name: string, fields: Partial<ReleaseOrigin>) {
  const release = await newRelease(world, name);
  await world.store.transaction((tx) => tx.baselines.place(release.id, originOf(fields)));
  return release;
}

const ids = (releases: readonly { id: number }[]) => releases.map(({ id }) => id).sort();

describe.each(storeKinds)('releases with a place in git, %s', (kind) => {
  it('come back as they were told', async () => {
    const world = await openWorld(kind);
    const history: HistoryEntry[] = [{ commit: hash('a'), tree: hash('aa') }, { commit: hash('b') }];
    const told = originOf({
      headCommit: hash('c'),
      tree: hash('cc'),
      baseBranch: 'main',
      pullRequest: '7',
      repository: 'git.example/shop',
      headRepository: 'git.example/fork',
      authorName: 'Ann',
      authorEmail: 'ann@example.com',
      history,
      own: [hash('d')],
      historyNote: 'fetched',
      isSubset: true,
      freshReview: true,
    });
    const release = await place(world, 'r', told);
    const found = await world.store.read((tx) => tx.baselines.find(release.id));
    expect(found?.origin).toMatchObject(told);
    expect(found?.release).toMatchObject({
      id: release.id,
      history: 'read',
      isSubset: true,
      isSkipped: false,
    });
    const absent = await newRelease(world, 'old client');
    const old = await world.store.read((tx) => tx.baselines.find(absent.id));
    expect(old).toMatchObject({ release: { history: 'absent' }, origin: { history: null, own: [] } });
    expect(await world.store.read((tx) => tx.baselines.find(999))).toBeNull();
  });

  it('are found by commit, head and tree, within their build', async () => {
    const world = await openWorld(kind);
    const other = await createBuild(world.deps, root, { name: 'Other' });
    const head = await place(world, 'head', { headCommit: hash('4f2c1aa9bbcc') });
    const short = await place(world, 'short', { headCommit: '4f2c1aa9bbcc' });
    const tree = await place(world, 'tree', { tree: hash('aa') });
    await place(world, 'neither', { headCommit: hash('b'), tree: hash('bb') });
    const find = (buildId: number) =>
      world.store.read((tx) => tx.baselines.releasesOf(buildId, [hash('4f2c1aa9bbcc')], [hash('aa')]));
    expect(ids(await find(world.build.id))).toEqual([head.id, short.id, tree.id]);
    expect(await find(other.id)).toEqual([]);
    expect(await world.store.read((tx) => tx.baselines.releasesOf(world.build.id, [], []))).toEqual([]);
  });

  it('tell what they have of a name, and what they lack', async () => {
    const world = await openWorld(kind);
    const first = await newRelease(world, 'first');
    const second = await newRelease(world, 'second');
    const image = await uploadImage(world, 'home');
    const run = await report(world, first, '/', { image });
    const look = (...releaseIds: number[]) => world.store.read((tx) => tx.baselines.nameIn('/', releaseIds));
    expect(await look(first.id)).toEqual(
      expect.arrayContaining([expect.objectContaining({ releaseId: first.id, status: 'receiving' })]),
    );
    const both = await look(first.id, second.id);
    expect(both.find(({ releaseId }) => releaseId === first.id)?.screenshot).toMatchObject({
      runId: run.id,
      hasImage: true,
      image,
      status: 'no_diff_needed',
      isTakenOver: false,
    });
    expect(both.find(({ releaseId }) => releaseId === second.id)?.screenshot).toBeNull();
    expect(await look()).toEqual([]);
    const names = await world.store.read((tx) => tx.baselines.namesOf([first.id, second.id]));
    expect(names).toEqual([
      { releaseId: first.id, present: ['/'], missing: [], removed: [] },
      { releaseId: second.id, present: [], missing: [], removed: [] },
    ]);
    const history = await world.store.read((tx) => tx.baselines.nameHistory(world.build.id, '/', 10));
    expect(history).toMatchObject([{ runId: run.id, release: { id: first.id } }]);
  });

  it('settings of a build keep what differs from the defaults', async () => {
    const world = await openWorld(kind);
    const signs = () => world.store.read((tx) => tx.baselines.signs(world.build.id));
    expect(await signs()).toEqual({
      newestReleaseId: 0,
      restoredAt: null,
      settings: defaultBaselineSettings,
    });
    const settings = { ...defaultBaselineSettings, mainBranches: ['develop'], firstRun: 'review' as const };
    const save = (baselineSettings: BaselineSettings) =>
      world.store.transaction((tx) => tx.builds.update({ ...world.build, baselineSettings }));
    await save(settings);
    const release = await newRelease(world);
    expect(await signs()).toEqual({ newestReleaseId: release.id, restoredAt: null, settings });
    expect(await world.store.read((tx) => tx.builds.find(world.build.id))).toMatchObject({
      baselineSettings: settings,
    });
    await save(defaultBaselineSettings);
    expect((await signs()).settings).toEqual(defaultBaselineSettings);
  });

  it('a chain of runs that are the same ends where one differs', async () => {
    const world = await openWorld(kind);
    const image = await uploadImage(world, 'home');
    const runs: Run[] = [];
    for (const name of ['one', 'two', 'three']) {
      const release = await newRelease(world, name);
      runs.push(await report(world, release, '/', { image, refImage: image }));
    }
    await world.store.transaction(async (tx) => {
      for (const [index, run] of runs.entries()) {
        await tx.runs.updateMany([{ ...run, baselineRunId: runs[index - 1]?.id ?? null }]);
      }
    });
    const chain = await world.store.read((tx) => tx.baselines.chain(runs[2]!.id));
    expect(chain.map(({ runId }) => runId)).toEqual([runs[2]!.id, runs[1]!.id, runs[0]!.id]);
    expect(chain[0]!.release.name).toBe('three');
    await world.store.transaction((tx) =>
      tx.runs.updateMany([{ ...runs[1]!, baselineRunId: runs[0]!.id, status: 'diff_found' }]),
    );
    const shorter = await world.store.read((tx) => tx.baselines.chain(runs[2]!.id));
    expect(shorter.map(({ runId }) => runId)).toEqual([runs[2]!.id, runs[1]!.id]);
  });
});
