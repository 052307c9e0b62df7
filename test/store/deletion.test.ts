/** Releases and builds that a person deletes: hidden at once, restored within a day, gone after it. */

import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/domain/people/access.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { deleteBuild, listDeletedBuilds, restoreBuild } from '../../src/services/builds/delete-build.ts';
import { diskOfBuild } from '../../src/services/builds/disk-of-build.ts';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { listBuilds } from '../../src/services/builds/list-builds.ts';
import { followUp } from '../../src/services/baselines/follow-up.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import {
  deleteRelease,
  listDeletedReleases,
  restoreRelease,
} from '../../src/services/releases/delete-release.ts';
import { listReleases } from '../../src/services/releases/list-releases.ts';
import { previewDeletion } from '../../src/services/releases/retention.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { findRun } from '../../src/services/runs/find-run.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { runDetail } from '../../src/services/runs/run-detail.ts';
import { leaseTasks } from '../../src/services/tasks/lease-tasks.ts';
import { dropUnusedArtifacts } from '../../src/services/upkeep/drop-unused-artifacts.ts';
import { removeDeleted } from '../../src/services/upkeep/remove-deleted.ts';
import {
  named,
  newRelease,
  openWorld,
  report,
  root,
  storeKinds,
  uploadImage,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';
import { newPlace } from './support/database-place.ts';

const dayMs = 86_400_000;
const notFound: unknown = expect.objectContaining({ code: 'not_found' });

/** A good release with one page. */
async function goodRelease(world: World, name: string, imageText: string) {
  const release = await newRelease(world, name);
  const image = await uploadImage(world, imageText);
  let run = await report(world, release, '/', { image, choosesBaseline: true });
  if (run.status === 'needs_diff') {
    run = await report(world, release, '/', {
      diffImage: await uploadImage(world, `diff of ${imageText}`),
      distortion: 0.1,
    });
  }
  await runsDone(world.deps, root, named(release));
  await reviewRelease(world.deps, root, { ...named(release), decision: 'good' });
  return { release, run };
}

const remove = (world: World, release: { buildId: number; name: string; number: number }) =>
  deleteRelease(world.deps, root, {
    buildId: release.buildId,
    releaseName: release.name,
    releaseNumber: release.number,
    confirm: release.name,
  });

const namesOf = async (world: World) => {
  const { releases } = await listReleases(world.deps, root, { buildId: world.build.id });
  return releases.map(({ release }) => release.name);
};

describe.each(storeKinds)('P72: deleting on %s', (kind) => {
  it('hides a release, and no longer compares with it', async () => {
    const world = await openWorld(kind);
    const old = await goodRelease(world, 'old', 'one');
    const { release } = await goodRelease(world, 'new', 'two');
    const key = { buildId: world.build.id, runName: '/' };
    expect((await findRun(world.deps, root, key)).release.name).toBe('new');
    await remove(world, release);
    expect(await namesOf(world)).toEqual(['old']);
    expect((await findRun(world.deps, root, key)).release.name).toBe('old');
    await expect(runDetail(world.deps, root, { ...named(release), runName: '/' })).rejects.toEqual(notFound);
    await expect(report(world, release, '/', {})).rejects.toEqual(notFound);
    await expect(remove(world, release)).rejects.toEqual(notFound);
    const next = await newRelease(world, 'next');
    const run = await report(world, next, '/', {
      image: await uploadImage(world, 'x'),
      choosesBaseline: true,
    });
    expect(run.baselineRunId).toBe(old.run.id);
    expect((await newRelease(world, 'new')).number, 'its number is taken').toBe(2);
  });

  it('restores a release as it was, within a day', async () => {
    const world = await openWorld(kind);
    const { release } = await goodRelease(world, 'old', 'one');
    await remove(world, release);
    expect(await listDeletedReleases(world.deps, root, world.build.id)).toMatchObject([
      { release: { id: release.id }, deletedBy: 'local' },
    ]);
    world.clock.advance(dayMs - 1);
    expect(await removeDeleted(world.deps)).toEqual({ releases: 0, runs: 0, builds: 0 });
    expect((await restoreRelease(world.deps, root, named(release))).status).toBe('good');
    await expect(restoreRelease(world.deps, root, named(release))).rejects.toThrow(
      `has no deleted release "${release.name}" number ${release.number} that can be restored.`,
    );
    expect((await findRun(world.deps, root, { buildId: world.build.id, runName: '/' })).release.name).toBe(
      'old',
    );
    world.clock.advance(dayMs);
    expect(await removeDeleted(world.deps)).toEqual({ releases: 0, runs: 0, builds: 0 });
    const kinds = (await listActivity(world.deps, root, { buildId: world.build.id })).map(
      (entry) => entry.kind,
    );
    expect(kinds.slice(0, 2)).toEqual(['release_restored', 'release_deleted']);
  });

  it('asks for the exact name', async () => {
    const world = await openWorld(kind);
    const { release } = await goodRelease(world, 'old', 'one');
    const wrong = { ...named(release), confirm: 'Old' };
    await expect(deleteRelease(world.deps, root, wrong)).rejects.toMatchObject({
      code: 'invalid_argument',
      message: 'confirm is "Old", but the release to delete is "old". Send its exact name.',
    });
  });

  it.each<[string, Principal]>([
    ['a key of the build', { kind: 'key', keyId: 'k', buildId: 1, superuser: false }],
    [
      'a reviewer',
      { kind: 'user', userId: 'u', name: 'U', superuser: false, roles: new Map([[1, 'reviewer']]) },
    ],
  ])('is not for %s', async (_, principal) => {
    const world = await openWorld(kind);
    const { release } = await goodRelease(world, 'old', 'one');
    const refused: unknown = expect.objectContaining({ code: 'role_required' });
    const confirmed = { ...named(release), confirm: 'old' };
    await expect(deleteRelease(world.deps, principal, confirmed)).rejects.toEqual(refused);
    await expect(restoreRelease(world.deps, principal, named(release))).rejects.toEqual(refused);
    const build = { buildId: world.build.id, confirm: world.build.name };
    await expect(deleteBuild(world.deps, principal, build)).rejects.toEqual(refused);
  });

  it('ends the tasks of a release that is not finished', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' });
    expect((await remove(world, release)).release.status).toBe('bad');
    expect(await leaseTasks(world.deps, root, { queue: 'capture', owner: 'w' })).toEqual([]);
  });

  it('removes rows after a day, and files after another, but not what others still use', async () => {
    const place = await newPlace(kind);
    const world = await openWorld(kind, await place.open());
    const old = await goodRelease(world, 'old', 'one');
    const next = await goodRelease(world, 'new', 'two');
    expect(await previewDeletion(world.deps, root, named(old.release)), 'the newer run shows it').toEqual({
      baselines: 0,
      freed: { artifacts: 0, bytes: 0 },
    });
    const alone = await goodRelease(world, 'alone', 'three');
    expect(await previewDeletion(world.deps, root, named(alone.release))).toMatchObject({
      baselines: 1,
      freed: { artifacts: 2 },
    });
    await remove(world, old.release);
    await remove(world, alone.release);
    world.clock.advance(dayMs);
    expect(await removeDeleted(world.deps)).toEqual({ releases: 2, runs: 2, builds: 0 });
    await expect(restoreRelease(world.deps, root, named(old.release))).rejects.toEqual(notFound);
    const kept = await runDetail(world.deps, root, { ...named(next.release), runName: '/' });
    expect(kept.baselineReason, 'keeps the name and number').toContain('Compared with old #1');
    expect(kept.run.ref.image).toBe(old.run.current.image);
    await dropUnusedArtifacts(world.deps);
    world.clock.advance(dayMs);
    await dropUnusedArtifacts(world.deps);
    const digests = (await place.rows('select sha1 from artifacts order by sha1')).map(({ sha1 }) => sha1);
    const { current, ref, diff } = next.run;
    expect(digests).toEqual([current.image, ref.image, diff.image].sort());
    expect(await diskOfBuild(world.deps, root, world.build.id)).toMatchObject({ artifacts: 3 });
  });

  it('a release in review gets another baseline when its own is deleted', async () => {
    const world = await openWorld(kind);
    const buildId = world.build.id;
    const history = (...commits: string[]) => commits.map((commit) => ({ commit: commit.repeat(40) }));
    const at = async (name: string, commit: string, story: { commit: string }[], branch: string) => {
      const release = await createRelease(world.deps, root, {
        buildId,
        releaseName: name,
        branch,
        commit: commit.repeat(40),
        history: story,
        historyNote: 'full',
      });
      const image = await uploadImage(world, name);
      let run = await report(world, release, '/', { image, choosesBaseline: true });
      if (run.status === 'needs_diff') {
        const diffImage = await uploadImage(world, `diff of ${name}`);
        run = await report(world, release, '/', { diffImage, distortion: 0.1 });
      }
      return { release, run };
    };
    const first = await at('first', 'a', [], 'main');
    await runsDone(world.deps, root, named(first.release));
    const second = await at('second', 'b', history('a'), 'main');
    await runsDone(world.deps, root, named(second.release));
    await reviewRelease(world.deps, root, { ...named(second.release), decision: 'good' });
    const branch = await at('branch', 'c', history('b', 'a'), 'topic');
    expect(branch.run.baselineRunId).toBe(second.run.id);
    await remove(world, second.release);
    await followUp(world.deps);
    const now = await runDetail(world.deps, root, { ...named(branch.release), runName: '/' });
    expect(now.run.baselineRunId).toBe(first.run.id);
    await restoreRelease(world.deps, root, named(second.release));
    const other = await at('other', 'd', history('b', 'a'), 'other');
    expect(other.run.baselineRunId, 'as before').toBe(second.run.id);
    const renamed = await report(world, branch.release, '/renamed', {
      image: await uploadImage(world, 'renamed'),
      choosesBaseline: true,
      previousNames: ['/'],
    });
    expect(renamed.baselineRunId, 'the branch finds it again').toBe(second.run.id);
  });

  it('hides a build with its keys, restores it, and removes everything after a day', async () => {
    const place = await newPlace(kind);
    const world = await openWorld(kind, await place.open());
    const other = await createBuild(world.deps, root, { name: 'Other' });
    const shared = await uploadImage(world, 'one', other.id);
    const { release } = await goodRelease(world, 'old', 'one');
    await requestRun(world.deps, root, {
      ...named(await newRelease(world, 'open')),
      url: 'http://shop.test/',
    });
    const key = { kind: 'key', keyId: 'k', buildId: world.build.id, superuser: false } as const;
    const build = { buildId: world.build.id, confirm: 'Shop' };
    await expect(deleteBuild(world.deps, root, { ...build, confirm: 'shop' })).rejects.toMatchObject({
      code: 'invalid_argument',
    });
    await deleteBuild(world.deps, root, build);
    expect((await listBuilds(world.deps, root)).map((found) => found.build.name)).toEqual(['Other']);
    await expect(
      createRelease(world.deps, key, { buildId: build.buildId, releaseName: 'x' }),
    ).rejects.toEqual(notFound);
    await expect(runsDone(world.deps, key, named(release)), 'without reading the build').rejects.toEqual(
      notFound,
    );
    expect(await leaseTasks(world.deps, root, { queue: 'capture', owner: 'w' })).toEqual([]);
    expect(await listDeletedBuilds(world.deps, root)).toMatchObject([{ build: { name: 'Shop' } }]);
    expect(await listDeletedBuilds(world.deps, key)).toEqual([]);
    await restoreBuild(world.deps, root, build.buildId);
    await expect(restoreBuild(world.deps, root, build.buildId), 'is there').rejects.toMatchObject({
      code: 'not_found',
      message: `There is no deleted build ${build.buildId} that can be restored.`,
    });
    expect(await namesOf(world)).toEqual(['open', 'old']);
    await deleteBuild(world.deps, root, build);
    world.clock.advance(dayMs);
    expect(await removeDeleted(world.deps)).toEqual({ releases: 2, runs: 2, builds: 1 });
    await expect(restoreBuild(world.deps, root, build.buildId)).rejects.toEqual(notFound);
    for (const table of ['releases', 'runs', 'artifact_uses', 'missing_runs']) {
      expect(await place.rows(`select * from ${table}`), table).toEqual([]);
    }
    expect(await place.rows('select sha1 from artifacts')).toEqual([{ sha1: shared }]);
    expect(await place.rows('select name from builds')).toEqual([{ name: 'Other' }]);
  });
});
