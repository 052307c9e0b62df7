/** What each setting of a build about baselines changes, and that it does so through `update_build`. */

import { describe, expect, it } from 'vitest';
import type { BaselineSettings } from '../../src/domain/baselines/settings.ts';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { CoreServer } from '../support/baselines/core-server.ts';
import type { NewRelease, ReleaseHandle } from '../support/baselines/baseline-server.ts';
import { hash } from '../support/baselines/placed.ts';
import { openWorld, root, storeKinds } from '../support/server-world.ts';
import type { StoreKind } from '../support/server-world.ts';

const repository = 'git.example/shop';
type Pages = Readonly<Record<string, string>>;

/** A server on which main is at commit a, good, with the page `home`. */
class Scene {
  readonly server: CoreServer;
  main!: ReleaseHandle;

  private constructor(server: CoreServer) {
    this.server = server;
  }

  static async open(kind: StoreKind, settings: Partial<BaselineSettings> = {}): Promise<Scene> {
    const scene = new Scene(await CoreServer.open(kind));
    scene.main = await scene.onMain('a', { home: 'home' });
    await scene.server.configure(settings);
    return scene;
  }

  async send(release: NewRelease, pages: Pages): Promise<ReleaseHandle> {
    const handle = await this.start(release, pages);
    await this.server.runsDone(handle);
    return handle;
  }

  async start(release: NewRelease, pages: Pages): Promise<ReleaseHandle> {
    const handle = await this.server.createRelease({ repository, historyNote: 'full', ...release });
    for (const [name, screenshot] of Object.entries(pages)) await this.server.run(handle, name, screenshot);
    return handle;
  }

  onMain(commit: string, pages: Pages, ...history: string[]): Promise<ReleaseHandle> {
    return this.send({ branch: 'main', commit: hash(commit), history: historyOf(history) }, pages);
  }

  onBranch(commit: string, pages: Pages, branch = 'feature', history = ['a']): Promise<ReleaseHandle> {
    return this.send({ branch, commit: hash(commit), history: historyOf(history) }, pages);
  }

  async sees(release: ReleaseHandle, page = 'home'): Promise<[string | null, string]> {
    const { baseline, verdict } = await this.server.answer(release, page);
    return [baseline?.name ?? null, verdict];
  }
}

const historyOf = (commits: string[]) => commits.map((commit) => ({ commit: hash(commit) }));

describe.each(storeKinds)('settings of baselines, %s', (kind) => {
  it('main_branches: which releases others are compared with', async () => {
    const scene = await Scene.open(kind, { mainBranches: ['release/*'] });
    const release = await scene.onBranch('b', { home: 'home', new: 'new' }, 'release/1');
    expect([await scene.sees(release, 'new'), await scene.server.status(release)]).toEqual([
      [null, 'new'],
      'good',
    ]);
    const other = await scene.onBranch('c', { home: 'home', new: 'new' }, 'main');
    expect(await scene.server.status(other)).toBe('reviewing');
  });

  it('baseline newest_good: the latest good release whatever the branch, marked by people only', async () => {
    const scene = await Scene.open(kind, { baseline: 'newest_good' });
    const branch = await scene.onBranch('b', { home: 'changed' });
    expect(await scene.sees(branch)).toEqual([scene.main.name, 'ask']);
    await scene.server.judge(branch, 'home', 'approved');
    expect(await scene.server.status(branch)).toBe('reviewing');
    await scene.server.decide(branch, 'good');
    const other = await scene.onBranch('c', { home: 'changed' }, 'other');
    expect(await scene.sees(other)).toEqual([branch.name, 'same']);
    expect(await scene.server.status(other)).toBe('reviewing');
    await scene.server.configure({ baseline: 'auto' });
    expect(await scene.sees(await scene.onBranch('d', { home: 'home' }, 'third'))).toEqual([
      scene.main.name,
      'same',
    ]);
  });

  it.each([
    ['accept', 'good'],
    ['review', 'reviewing'],
  ] as const)('first_run %s: a new page on main leaves it %s', async (firstRun, status) => {
    const scene = await Scene.open(kind, { firstRun });
    const release = await scene.onMain('b', { home: 'home', new: 'new' }, 'a');
    expect(await scene.server.status(release)).toBe(status);
    if (status === 'good') return;
    await scene.server.judge(release, 'new', 'approved');
    expect(await scene.server.status(release)).toBe('good');
  });

  it.each([
    ['review', 'reviewing'],
    ['pass', 'good'],
  ] as const)('new_images %s: a new page of a branch leaves it %s', async (newImages, status) => {
    const scene = await Scene.open(kind, { newImages });
    const release = await scene.onBranch('b', { home: 'home', new: 'new' });
    expect(await scene.server.status(release)).toBe(status);
  });

  it.each([
    ['review', 'reviewing'],
    ['pass', 'good'],
  ] as const)('removed_images %s: a missing page leaves its release %s', async (removedImages, status) => {
    const scene = await Scene.open(kind, { removedImages });
    const both = await scene.onMain('b', { home: 'home', about: 'about' }, 'a');
    const release = await scene.onBranch('c', { home: 'home' }, 'feature', ['b', 'a']);
    expect(await scene.server.missing(release)).toEqual(['about']);
    expect([await scene.server.status(both), await scene.server.status(release)]).toEqual(['good', status]);
  });

  it.each(['use', 'skip'] as const)(
    'main_unreviewed %s: what a branch is compared with while main waits for review',
    async (mainUnreviewed) => {
      const scene = await Scene.open(kind, { mainUnreviewed });
      const unreviewed = await scene.onMain('b', { home: 'changed' }, 'a');
      const branch = await scene.onBranch('c', { home: 'changed' }, 'feature', ['b', 'a']);
      const expected = mainUnreviewed === 'use' ? [unreviewed.name, 'same'] : [scene.main.name, 'ask'];
      expect(await scene.sees(branch)).toEqual(expected);
    },
  );

  it('baseline_wait_seconds: how long a run waits for main', async () => {
    const scene = await Scene.open(kind, { baselineWaitSeconds: 60 });
    const main = { branch: 'main', commit: hash('b'), history: historyOf(['a']) };
    await scene.start(main, {});
    const branch = await scene.onBranch('c', { home: 'home' }, 'feature', ['b', 'a']);
    expect(await scene.sees(branch)).toEqual([null, 'waits']);
    await scene.server.pass(50);
    expect(await scene.sees(branch)).toEqual([null, 'waits']);
    await scene.server.pass(20);
    expect(await scene.sees(branch)).toEqual([scene.main.name, 'same']);
    await scene.server.configure({ baselineWaitSeconds: 0 });
    await scene.start({ ...main, commit: hash('d') }, {});
    expect(await scene.sees(await scene.onBranch('e', { home: 'home' }, 'x', ['d', 'a']))).toEqual([
      scene.main.name,
      'same',
    ]);
  });

  it.each<[string, Partial<BaselineSettings>, number, string]>([
    ['carry_over exact', { carryOver: 'exact' }, 0, 'approved'],
    ['carry_over off', { carryOver: 'off' }, 0, 'ask'],
    ['carry_over_days 2, a day later', { carryOverDays: 2 }, 1, 'approved'],
    ['carry_over_days 2, three days later', { carryOverDays: 2 }, 3, 'ask'],
    ['fresh_review', { freshReview: true }, 0, 'ask'],
  ])('%s: the next push of an approved image', async (_, settings, days, verdict) => {
    const scene = await Scene.open(kind, settings);
    const first = await scene.onBranch('b', { home: 'changed', more: 'more' });
    await scene.server.judge(first, 'home', 'approved');
    await scene.server.pass(days * 86_400);
    const second = await scene.onBranch('c', { home: 'changed', more: 'more' });
    expect((await scene.server.answer(second, 'home')).verdict).toBe(verdict);
  });

  it('a release in review in which new settings leave nothing to decide becomes good', async () => {
    const scene = await Scene.open(kind);
    const release = await scene.onBranch('b', { home: 'home', new: 'new' });
    const differs = await scene.onBranch('c', { home: 'changed' }, 'other');
    expect(await scene.server.status(release)).toBe('reviewing');
    await scene.server.configure({ newImages: 'pass' });
    expect(await scene.server.status(release)).toBe('good');
    expect(await scene.server.status(differs)).toBe('reviewing');
  });

  it('a change is in the activity, and what is as it was is not', async () => {
    const world = await openWorld(kind);
    const buildId = world.build.id;
    const change = { firstRun: 'review', mainBranches: ['develop'], carryOverDays: 90 } as const;
    await updateBuild(world.deps, root, { buildId, ...change });
    await updateBuild(world.deps, root, { buildId, ...change });
    const activity = await listActivity(world.deps, root, { buildId, kind: 'build_changed' });
    expect(activity.map(({ detail }) => detail)).toEqual([
      {
        firstRun: { from: 'accept', to: 'review' },
        mainBranches: { from: ['main', 'master', 'trunk'], to: ['develop'] },
      },
    ]);
    const build = await world.store.read((tx) => tx.builds.find(buildId));
    expect(build!.baselineSettings).toMatchObject({ firstRun: 'review', nameReviewers: false });
  });

  it('changes of different settings at once are both kept', async () => {
    const world = await openWorld(kind);
    const buildId = world.build.id;
    await Promise.all([
      updateBuild(world.deps, root, { buildId, carryOverDays: 7 }),
      updateBuild(world.deps, root, { buildId, nameReviewers: true }),
      updateBuild(world.deps, root, { buildId, name: 'Renamed' }),
    ]);
    expect(await world.store.read((tx) => tx.builds.find(buildId))).toMatchObject({
      name: 'Renamed',
      baselineSettings: { carryOverDays: 7, nameReviewers: true },
    });
  });
});
