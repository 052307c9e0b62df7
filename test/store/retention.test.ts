/** What a build's rules delete, and what they never do. */

import { describe, expect, it } from 'vitest';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { restoreRelease } from '../../src/services/releases/delete-release.ts';
import { freedBy } from '../../src/services/releases/freed-disk.ts';
import { listReleases } from '../../src/services/releases/list-releases.ts';
import { applyRetention, previewRetention } from '../../src/services/releases/retention.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { removeDeleted } from '../../src/services/upkeep/remove-deleted.ts';
import type { Retention } from '../../src/domain/releases/retention.ts';
import { named, openWorld, report, root, storeKinds, uploadImage } from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

const dayMs = 86_400_000;

interface Made {
  branch?: string;
  pages?: string[];
  decision?: 'good' | 'bad' | null;
}

/** A release in which each page shows something new. */
async function make(
  world: World,
  releaseName: string,
  { branch, pages = ['/'], decision = 'good' }: Made = {},
) {
  const buildId = world.build.id;
  const release = await createRelease(world.deps, root, { buildId, releaseName, branch });
  for (const page of pages) {
    const image = await uploadImage(world, `${releaseName}${page}`);
    const run = await report(world, release, page, { image, choosesBaseline: true });
    if (run.status !== 'needs_diff') continue;
    await report(world, release, page, { diffImage: await uploadImage(world, 'diff'), distortion: 0.1 });
  }
  await runsDone(world.deps, root, named(release));
  if (decision !== null) await reviewRelease(world.deps, root, { ...named(release), decision });
  world.clock.advance(dayMs);
  return release;
}

const keep = (world: World, retention: Partial<Retention>) =>
  updateBuild(world.deps, root, { buildId: world.build.id, ...retention });

async function left(world: World): Promise<string[]> {
  const { releases } = await listReleases(world.deps, root, { buildId: world.build.id });
  return releases.map(({ release }) => release.name);
}

const preview = async (world: World, retention?: Partial<Retention>) => {
  const plan = await previewRetention(world.deps, root, { buildId: world.build.id, retention });
  return { names: plan.releases.map(({ name }) => name), kept: plan.kept, freed: plan.freed };
};

describe.each(storeKinds)('P72: retention on %s', (kind) => {
  it('keeps everything unless told otherwise', async () => {
    const world = await openWorld(kind);
    for (const name of ['a', 'b', 'c']) await make(world, name);
    world.clock.advance(1_000 * dayMs);
    expect(await applyRetention(world.deps)).toBe(0);
    expect(await left(world)).toEqual(['c', 'b', 'a']);
  });

  it('previews, deletes, says so, and removes after a day in which it can be undone', async () => {
    const world = await openWorld(kind);
    const [first] = [await make(world, 'a'), await make(world, 'b'), await make(world, 'c')];
    const last = await make(world, 'd');
    // b was compared with a, c with b, d with c: each image but the last is shown twice.
    expect(await preview(world, { keepReleases: 2 })).toMatchObject({
      names: ['a', 'b'],
      kept: 0,
      freed: { artifacts: 1 },
    });
    expect(await left(world)).toHaveLength(4);
    await keep(world, { keepReleases: 2 });
    expect((await preview(world)).names).toEqual(['a', 'b']);
    expect(await applyRetention(world.deps)).toBe(2);
    expect(await left(world)).toEqual(['d', 'c']);
    const [entry] = await listActivity(world.deps, root, { buildId: last.buildId });
    expect(entry).toMatchObject({
      actor: 'server',
      kind: 'retention_deleted',
      detail: { releases: 2, named: ['a #1', 'b #1'] },
    });
    await keep(world, { keepReleases: 0 });
    await restoreRelease(world.deps, root, named(first));
    world.clock.advance(dayMs);
    expect(await removeDeleted(world.deps)).toEqual({ releases: 1, runs: 1, builds: 0 });
    expect(await left(world)).toEqual(['d', 'c', 'a']);
  });

  it('counts what several releases show once, and only if no other shows it', async () => {
    const world = await openWorld(kind);
    const image = await uploadImage(world, 'the same everywhere');
    const showing = async (releaseName: string, pages: string[]) => {
      const release = await createRelease(world.deps, root, { buildId: world.build.id, releaseName });
      for (const page of pages) await report(world, release, page, { image });
      return release;
    };
    const a = await showing('a', ['/', '/2', '/3']);
    const b = await showing('b', ['/']);
    const c = await showing('c', ['/', '/2']);
    const freed = async (...releases: { id: number }[]) =>
      (await freedBy(world.deps.store, world.build.id, releases)).artifacts;
    expect(await freed(a, b, c)).toBe(1);
    expect(await freed(c)).toBe(0);
    expect(await freed(a, c)).toBe(0);
    expect(await freed(b, c)).toBe(0);
    expect(await freed()).toBe(0);
  });

  it('never deletes the newest accepted screenshot of a page', async () => {
    const world = await openWorld(kind);
    await make(world, 'with page', { pages: ['/', '/rare'] });
    for (const name of ['b', 'c', 'd']) await make(world, name);
    await make(world, 'bad', { decision: 'bad', pages: ['/', '/rare'] });
    expect(await preview(world, { keepReleases: 1 })).toMatchObject({ names: ['b', 'c'], kept: 2 });
  });

  it('keeps the newest of main even if a branch has a newer one', async () => {
    const world = await openWorld(kind);
    await make(world, 'main 1', { branch: 'main' });
    await make(world, 'main 2', { branch: 'main' });
    await make(world, 'topic 1', { branch: 'topic' });
    await make(world, 'topic 2', { branch: 'topic' });
    expect((await preview(world, { keepReleases: 1 })).names).toEqual(['main 1', 'topic 1']);
    expect((await preview(world, { branchDays: 1 })).names, 'a day old').toEqual([]);
    world.clock.advance(10 * dayMs);
    await make(world, 'main 3', { branch: 'main' });
    expect((await preview(world, { branchDays: 5 })).names).toEqual(['topic 1', 'topic 2']);
  });

  it('never deletes an open release, nor what one is compared with', async () => {
    const world = await openWorld(kind);
    await make(world, 'a', { decision: null });
    await make(world, 'b');
    await make(world, 'c', { decision: null });
    await make(world, 'd');
    await make(world, 'e');
    expect(await preview(world, { keepReleases: 1 })).toMatchObject({ names: ['d'], kept: 1 });
  });
});
