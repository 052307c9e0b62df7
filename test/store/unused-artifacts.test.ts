/** Artifacts go a day after the last run that used them, and no earlier. */

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { migrations } from '../../src/adapters/database/migrations/index.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { download } from '../../src/services/artifacts/download.ts';
import { findArtifacts } from '../../src/services/artifacts/find-artifacts.ts';
import { dropUnusedArtifacts } from '../../src/services/upkeep/drop-unused-artifacts.ts';
import { joinStore } from '../../src/services/upkeep/join-store.ts';
import { sweepOrphans } from '../../src/services/upkeep/sweep-orphans.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import {
  atOnce,
  named,
  newRelease,
  openWorld,
  report,
  root,
  runNow,
  storeKinds,
  uploadImage,
  uploadText,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';
import { newPlace } from './support/database-place.ts';
import type { DatabasePlace } from './support/database-place.ts';

const dayMs = 86_400_000;

const drop = async ({ deps }: World) => dropUnusedArtifacts(deps);

async function isOwned({ store, build }: World, sha1: string, buildId = build.id): Promise<boolean> {
  return (await store.read((tx) => tx.artifacts.owned(buildId, [sha1]))).has(sha1);
}

/** The runs that use an artifact. */
async function usesOf(place: DatabasePlace, sha1: string): Promise<number[]> {
  const rows = await place.rows(`select run_id from artifact_uses where sha1 = '${sha1}' order by run_id`);
  return rows.map((row) => Number(row['run_id']));
}

describe.each(storeKinds)('P72: unused artifacts on %s', (kind) => {
  it('keeps what a run shows, and drops the rest a day after its upload', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const used = {
      image: await uploadImage(world, 'image'),
      log: await uploadText(world, 'log'),
      refImage: await uploadImage(world, 'before'),
      diffImage: await uploadImage(world, 'diff'),
      distortion: 0.1,
    };
    await report(world, release, '/', used);
    await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' });
    const { config } = (await runNow(world, release, '/')).current;
    const unused = await uploadImage(world, 'never reported');
    world.clock.advance(dayMs - 1);
    expect(await drop(world)).toMatchObject({ checked: 0 });
    world.clock.advance(1);
    expect(await drop(world)).toMatchObject({ checked: 6, disowned: 1, artifacts: 1 });
    expect(await isOwned(world, unused)).toBe(false);
    for (const sha1 of [used.image, used.log, used.refImage, used.diffImage, config!]) {
      expect(await isOwned(world, sha1)).toBe(true);
    }
    world.clock.advance(10 * dayMs);
    expect(await drop(world), 'what is in use is not checked again').toMatchObject({ checked: 0 });
  });

  it('counts the image of a baseline that the server chose as used by both runs', async () => {
    const place = await newPlace(kind);
    const world = await openWorld(kind, await place.open());
    const first = await newRelease(world, 'a');
    const image = await uploadImage(world, 'one');
    const baseline = await report(world, first, '/', { image });
    await runsDone(world.deps, root, named(first));
    await reviewRelease(world.deps, root, { ...named(first), decision: 'good' });
    const second = await newRelease(world, 'b');
    const next = await report(world, second, '/', {
      image: await uploadImage(world, 'two'),
      choosesBaseline: true,
    });
    expect(next.baselineRunId).toBe(baseline.id);
    expect(await usesOf(place, image)).toEqual([baseline.id, next.id]);
  });

  it.each<[string, (world: World, sha1: string) => Promise<unknown>]>([
    ['uploaded again', (world) => uploadImage(world, 'again')],
    [
      'asked for by a client that need not upload it then',
      async (world, sha1) => {
        const { sha256 } = (await world.store.read((tx) => tx.artifacts.find(sha1)))!;
        const artifacts = [{ sha1, sha256 }];
        expect(await findArtifacts(world.deps, root, { buildId: world.build.id, artifacts })).toEqual([sha1]);
      },
    ],
  ])('keeps what is %s for another day', async (_, touch) => {
    const world = await openWorld(kind);
    const sha1 = await uploadImage(world, 'again');
    world.clock.advance(dayMs - 1);
    await touch(world, sha1);
    world.clock.advance(dayMs - 1);
    expect(await drop(world)).toMatchObject({ checked: 0 });
    await report(world, await newRelease(world), '/', { image: sha1 });
    world.clock.advance(dayMs);
    expect(await drop(world)).toMatchObject({ checked: 1, disowned: 0 });
    expect(await isOwned(world, sha1)).toBe(true);
  });

  it('drops a row only when no build owns it', async () => {
    const world = await openWorld(kind);
    const other = await createBuild(world.deps, root, { name: 'Other' });
    const sha1 = await uploadImage(world, 'shared');
    world.clock.advance(dayMs / 2);
    await uploadImage(world, 'shared', other.id);
    world.clock.advance(dayMs / 2);
    expect(await drop(world)).toMatchObject({ disowned: 1, artifacts: 0 });
    expect(await isOwned(world, sha1)).toBe(false);
    expect(await isOwned(world, sha1, other.id)).toBe(true);
    world.clock.advance(dayMs / 2);
    expect(await drop(world)).toMatchObject({ disowned: 1, artifacts: 1 });
  });

  it('is safe while the same bytes are uploaded', async () => {
    const world = await openWorld(kind);
    for (let round = 0; round < 10; round++) {
      const text = `round ${round}`;
      const sha1 = await uploadImage(world, text);
      world.clock.advance(dayMs);
      await atOnce(4, async (index) => (index % 2 === 0 ? drop(world) : uploadImage(world, text)));
      const { open } = await download(world.deps, root, { buildId: world.build.id, sha1sum: sha1 });
      for await (const chunk of await open()) expect(chunk.length).toBeGreaterThan(0);
    }
  });

  it('removes the files of dropped artifacts without confirmation, however many there are', async () => {
    const world = await openWorld(kind);
    await joinStore(world.deps, { databaseName: 'the database', mode: 'check' });
    const { blobs } = world.deps;
    world.deps.blobs = { ...blobs, now: async () => (await blobs.now()) + 2 * dayMs };
    for (let index = 0; index < 102; index++) await uploadText(world, `unused ${index}`);
    const kept = await uploadText(world, 'used');
    await report(world, await newRelease(world), '/', { image: await uploadImage(world, 'page'), log: kept });
    world.clock.advance(dayMs);
    await drop(world);
    expect(await sweepOrphans(world.deps, root, {})).toMatchObject({
      orphans: 102,
      dropped: 102,
      trashed: 102,
    });
    expect(await blobs.stat(kept)).not.toBeNull();
    expect(await world.store.read((tx) => tx.artifactUses.dropped([kept]))).toEqual(new Set());
  });

  it('P47: still asks before it removes files that it did not drop', async () => {
    const world = await openWorld(kind);
    await joinStore(world.deps, { databaseName: 'the database', mode: 'check' });
    const { blobs } = world.deps;
    world.deps.blobs = { ...blobs, now: async () => (await blobs.now()) + 2 * dayMs };
    await uploadText(world, 'unused');
    world.clock.advance(dayMs);
    await drop(world);
    for (let index = 0; index < 101; index++) {
      const staged = await blobs.stage(
        (async function* () {
          yield randomBytes(20);
        })(),
      );
      await staged.commit();
    }
    await expect(sweepOrphans(world.deps, root, {})).rejects.toMatchObject({
      code: 'conflict',
      details: { orphans: 102, dropped: 1 },
    });
  });

  it('knows the uses of runs that were stored before there were any', async () => {
    const until = migrations.findIndex(({ name }) => name.startsWith('0017'));
    const place = await newPlace(kind);
    await (await place.open(migrations.slice(0, until))).close();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(40));
    await place.run([
      `insert into builds (name, is_public, send_email, created_at) values ('Old', 0, 0, 1)`,
      `insert into releases (build_id, name, number, status, version, status_version, created_at, status_at, updated_at)
        values (1, 'r', 1, 'good', 1, 1, 1, 1, 1)`,
      ...[a, b, c, d].flatMap((sha1) => [
        `insert into artifacts (sha1, sha256, size, created_at) values ('${sha1}', '${sha1}', 1, 1)`,
        `insert into artifact_ownerships (build_id, sha1, content_type, created_at) values (1, '${sha1}', 'text/plain', 1)`,
      ]),
      `insert into runs (build_id, release_id, name, run_state, image, ref_image, log, run_requests, ref_state, ref_requests,
          diff_failed, diff_requests, status, verdict, version, facts_version, created_at, updated_at)
        values (1, 1, '/', 'done', '${a}', '${a}', '${b}', 0, 'done', 0, 0, 0, 'diff_not_found', 'none', 1, 1, 1, 1)`,
    ]);
    const world = await openWorld(kind, await place.open());
    expect(await usesOf(place, a!)).toEqual([1]);
    expect(await drop(world), 'a server of the version before may still run').toMatchObject({ checked: 0 });
    await place.run([`update runs set diff_log = '${d}' where id = 1`]);
    world.clock.advance(dayMs);
    expect(await drop(world)).toMatchObject({ checked: 4, disowned: 1 });
    expect(await usesOf(place, d!), 'it recorded no use').toEqual([1]);
    expect(await isOwned(world, b!, 1)).toBe(true);
    expect(await isOwned(world, c!, 1)).toBe(false);
  });
});
