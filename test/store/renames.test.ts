import { describe, expect, it } from 'vitest';
import { listMissing } from '../../src/services/baselines/list-missing.ts';
import { reviewMissing } from '../../src/services/baselines/review-missing.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { listRuns } from '../../src/services/runs/list-runs.ts';
import { reviewRuns } from '../../src/services/runs/review-runs.ts';
import { runDetail } from '../../src/services/runs/run-detail.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Verdict } from '../../src/domain/runs/verdict.ts';
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
import type { World } from '../support/server-world.ts';

const base = 'a'.repeat(40);
const pixels = (letter: string) => letter.repeat(64);

/** Pages by name: the text of the image, and the digest of its pixels where a worker told it. */
type Pages = Record<string, string | [string, string]>;

async function send(world: World, name: string, pages: Pages, isMain = false): Promise<Release> {
  const release = await createRelease(world.deps, root, {
    buildId: world.build.id,
    releaseName: name,
    branch: isMain ? 'main' : 'feature',
    commit: isMain ? base : 'b'.repeat(40),
    history: isMain ? [] : [{ commit: base }],
    historyNote: 'full',
  });
  for (const [page, shown] of Object.entries(pages)) {
    const [content, pixelsSha256] = typeof shown === 'string' ? [shown] : shown;
    const image = await uploadImage(world, content);
    await report(world, release, page, { image, choosesBaseline: true, pixelsSha256 });
  }
  await runsDone(world.deps, root, named(release));
  return release;
}

async function judge(world: World, release: Release, page: string, verdict: Verdict): Promise<void> {
  const { id: runId } = await runNow(world, release, page);
  const operationId = `${page} ${verdict}`;
  await reviewRuns(world.deps, root, { ...named(release), runs: [{ runId, verdict }], operationId });
}

async function missingIn(world: World, release: Release) {
  const { missing } = await listMissing(world.deps, root, named(release));
  return missing.map(({ name, verdict, renamed }) => [name, verdict, renamed?.name ?? null]);
}

describe.each(storeKinds)('renamed pages, %s', (kind) => {
  it('are told where one missing and one new page have the same file or the same pixels', async () => {
    const world = await openWorld(kind);
    await send(world, 'main', { '/': 'home', '/old': 'page', '/older': ['first', pixels('c')] }, true);
    const pull = await send(world, 'pull', {
      '/': 'home',
      '/new': 'page',
      '/newer': ['second', pixels('c')],
    });
    expect(await missingIn(world, pull)).toEqual([
      ['/old', 'undecided', '/new'],
      ['/older', 'undecided', '/newer'],
    ]);
    const { counts } = await listRuns(world.deps, root, named(pull));
    expect(counts).toMatchObject({ missing: 2, renamed: 2, new: 2 });
    const detail = async (runName: string) => runDetail(world.deps, root, { ...named(pull), runName });
    expect((await detail('/new')).renamedFrom).toBe('/old');
    expect((await detail('/')).renamedFrom).toBeNull();
  });

  it('that look like others stay missing and new', async () => {
    const world = await openWorld(kind);
    await send(world, 'main', { '/': 'home', '/a': 'error', '/b': 'error' }, true);
    const pull = await send(world, 'pull', { '/': 'home', '/x': 'error', '/y': 'error' });
    expect(await missingIn(world, pull)).toEqual([
      ['/a', 'undecided', null],
      ['/b', 'undecided', null],
    ]);
  });

  it('are decided once, from either side, and taken back from either', async () => {
    const world = await openWorld(kind);
    await send(world, 'main', { '/': 'home', '/old': 'page', '/gone': 'gone' }, true);
    const pull = await send(world, 'pull', { '/': 'home', '/new': 'page' });
    const remove = (verdict: 'confirmed' | 'undecided' | 'rejected') =>
      reviewMissing(world.deps, root, { ...named(pull), names: ['/old'], verdict });
    const now = async () => {
      const [, old] = await missingIn(world, pull);
      return [(await runNow(world, pull, '/new')).verdict, old![1]];
    };
    await judge(world, pull, '/new', 'approved');
    expect(await now()).toEqual(['approved', 'confirmed']);
    await judge(world, pull, '/new', 'none');
    expect(await now()).toEqual(['none', 'undecided']);
    await judge(world, pull, '/new', 'rejected');
    expect(await now()).toEqual(['rejected', 'rejected']);
    await remove('undecided');
    expect(await now()).toEqual(['none', 'undecided']);
    await remove('confirmed');
    expect(await now()).toEqual(['approved', 'confirmed']);
    expect((await releaseNow(world, pull)).status).toBe('reviewing');
    await reviewMissing(world.deps, root, { ...named(pull), names: ['/gone'], verdict: 'confirmed' });
    expect((await releaseNow(world, pull)).status).toBe('good');
  });

  it('are not asked about again when the branch is pushed again', async () => {
    const world = await openWorld(kind);
    await send(world, 'main', { '/': 'home', '/old': 'page' }, true);
    const pull = await send(world, 'pull', { '/': 'home', '/new': 'page' });
    await judge(world, pull, '/new', 'approved');
    expect((await releaseNow(world, pull)).status).toBe('good');
    const again = await send(world, 'again', { '/': 'home', '/new': 'page' });
    expect(await missingIn(world, again)).toEqual([['/old', 'confirmed', '/new']]);
    expect((await releaseNow(world, again)).status).toBe('good');
  });
});
