/** A blob store and a database that may not belong together, and what is deleted when they do. */

import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Blobs } from '../../src/ports/blobs.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import type { Deps } from '../../src/services/deps.ts';
import { download } from '../../src/services/artifacts/download.ts';
import { joinStore, touchLabel } from '../../src/services/upkeep/join-store.ts';
import { sweepOrphans, sweepOrphansDaily } from '../../src/services/upkeep/sweep-orphans.ts';
import { upload } from '../../src/services/artifacts/upload.ts';
import {
  chunksOf,
  openWorld,
  root,
  storeKinds,
  type StoreKind,
  type World,
} from '../support/server-world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const refused = (words: RegExp) => ({
  code: 'invalid_argument',
  message: expect.stringMatching(words) as string,
});
const check = { databaseName: 'the database', mode: 'check' } as const;

/** A world whose store has a clock controlled by the test, starting now. */
interface StoreWorld extends World {
  later(ms: number): void;
}

function withClock(world: World, blobs: Blobs = world.deps.blobs): StoreWorld {
  let turned = 0;
  const clocked: Blobs = { ...blobs, now: async () => (await blobs.now()) + turned };
  return { ...world, deps: { ...world.deps, blobs: clocked }, later: (ms) => (turned += ms) };
}

async function joined(kind: StoreKind): Promise<StoreWorld> {
  const world = withClock(await openWorld(kind));
  await joinStore(world.deps, check);
  return world;
}

/** Another, empty database on the same files. */
async function otherDatabase(kind: StoreKind, files: World): Promise<World> {
  const other = await openWorld(kind);
  return { ...other, deps: { ...other.deps, blobs: files.deps.blobs } };
}

async function keep({ deps, build }: World, text: string): Promise<string> {
  const content = chunksOf(text);
  return (await upload(deps, root, { buildId: build.id, fileName: 'a.txt', content })).sha1sum;
}

/** Files without rows, as left by dead uploads. */
async function orphans({ deps }: World, count: number): Promise<string[]> {
  const digests: string[] = [];
  for (let index = 0; index < count; index++) {
    const staged = await deps.blobs.stage(chunksOf(`orphan ${index}`));
    await staged.commit();
    digests.push(staged.sha1);
  }
  return digests;
}

async function stored({ deps }: World): Promise<number> {
  let count = 0;
  for await (const file of deps.blobs.list()) count += file.size > 0 ? 1 : 0;
  return count;
}

async function read({ deps, build }: World, sha1sum: string): Promise<string> {
  const { open } = await download(deps, root, { buildId: build.id, sha1sum });
  const chunks: Uint8Array[] = [];
  for await (const chunk of await open()) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** All values that identify a database, to restore them later. */
async function serverValuesOf({ store }: World): Promise<Map<string, string>> {
  const names = ['database_id', 'store_generation', 'store_put_back_at', 'orphans_swept_at'];
  return store.read(async (tx) => {
    const values = new Map<string, string>();
    for (const name of names) {
      const value = await tx.serverValues.find(name);
      if (value !== null) values.set(name, value);
    }
    return values;
  });
}

async function putBack({ store }: World, values: Map<string, string>): Promise<void> {
  await store.transaction(async (tx) => {
    for (const name of ['database_id', 'store_generation', 'store_put_back_at', 'orphans_swept_at']) {
      const value = values.get(name);
      if (value === undefined) await tx.serverValues.delete(name);
      else await tx.serverValues.set(name, value);
    }
  });
}

describe.each(storeKinds)('files and a database that meet, on %s', (kind) => {
  it('P46: files of another database, or of none, are refused before anything is done with them', async () => {
    const world = await joined(kind);
    await keep(world, 'an image');
    await joinStore(world.deps, check);

    const other = await otherDatabase(kind, world);
    await expect(joinStore(other.deps, check)).rejects.toMatchObject(
      refused(/belong to a different database than the database: correct --database-url or --data-dir/),
    );
    const used = await joined(kind);
    await expect(
      joinStore({ ...used.deps, blobs: world.deps.blobs }, check),
      'a database with files of its own',
    ).rejects.toMatchObject(refused(/belong to a different database/));
    expect(await stored(world)).toBe(1);
    await joinStore(world.deps, check);
  });

  it('P46: a folder from before stores had a label is adopted once, if its files are known', async () => {
    const world = withClock(await openWorld(kind));
    for (const text of ['one', 'two', 'three']) await keep(world, text);
    await orphans(world, 2);
    const other = await otherDatabase(kind, world);
    await expect(joinStore(other.deps, check), 'an empty database').rejects.toMatchObject(
      refused(/^Of 5 files in .*, only 0 are known to the database/),
    );
    expect(await world.deps.blobs.readLabel()).toBeNull();
    await joinStore(world.deps, check);
    const label = await world.deps.blobs.readLabel();
    expect(label).toContain((await serverValuesOf(world)).get('database_id'));
    await expect(joinStore(other.deps, check)).rejects.toMatchObject(refused(/a different database/));
    expect(await sweepOrphansDaily(world.deps), 'not within a day').toBeNull();
    expect(await stored(world)).toBe(5);
  });

  it('P46: an empty folder is refused where the database has files elsewhere, and adopted on request', async () => {
    const world = await joined(kind);
    await keep(world, 'elsewhere');
    const empty = await openWorld(kind);
    const deps: Deps = { ...world.deps, blobs: empty.deps.blobs };
    await expect(joinStore(deps, check)).rejects.toMatchObject(
      refused(/^The files of the database \(1\) are not in .*, which is empty: correct --data-dir/),
    );
    await joinStore(deps, { ...check, mode: 'adopt' });
    await joinStore(deps, check);
  });

  it('P46: two servers that start together agree; one with another database is refused', async () => {
    const world = withClock(await openWorld(kind));
    await Promise.all([1, 2, 3].map(() => joinStore(world.deps, check)));
    const [first, second] = [withClock(world), withClock(world)];
    await keep(first, 'an image');
    await joinStore(second.deps, check);
    expect(world.log.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('P46: a label that cannot be read is said, not overwritten', async () => {
    const world = await joined(kind);
    writeFileSync(join(world.blobFolder, 'store.json'), '{"database_id": ');
    await expect(joinStore(world.deps, check)).rejects.toThrow(/^store\.json in .* cannot be parsed/);
    await expect(sweepOrphansDaily(world.deps)).rejects.toThrow(/cannot be parsed/);
  });
});

describe.each(storeKinds)('P47: the sweep of files that belong to nothing, on %s', (kind) => {
  it('begins a day after the first meeting, however often the server starts, and once a day', async () => {
    const world = await joined(kind);
    await keep(world, 'has a row');
    await orphans(world, 3);
    expect(await sweepOrphansDaily(world.deps)).toBeNull();
    for (let start = 0; start < 23; start++) {
      world.later(hourMs);
      await joinStore(world.deps, check);
      expect(await sweepOrphansDaily(world.deps), `${start + 1} h`).toBeNull();
    }
    world.later(hourMs);
    const [one, two] = await Promise.all([sweepOrphansDaily(world.deps), sweepOrphansDaily(world.deps)]);
    expect([one, two].filter((swept) => swept !== null)).toMatchObject([
      { files: 4, orphans: 3, trashed: 3 },
    ]);
    expect(world.log.at(-1)).toMatchObject({ level: 'info', fields: { files: 4, trashed: 3 } });
    expect(await stored(world)).toBe(1);
    world.later(dayMs - hourMs);
    expect(await sweepOrphansDaily(world.deps)).toBeNull();
    world.later(hourMs);
    expect(await sweepOrphansDaily(world.deps)).toMatchObject({ orphans: 0 });
  });

  it('keeps what it removed for a week, and a digest that is wanted again is there', async () => {
    const world = await joined(kind);
    const [first, second, third] = await orphans(world, 3);
    world.later(dayMs);
    await sweepOrphansDaily(world.deps);
    expect(await stored(world)).toBe(0);
    expect(await keep(world, 'orphan 0'), 'sent again').toBe(first);
    expect(await read(world, first!)).toBe('orphan 0');
    // As if its row had been restored with the right backup.
    await world.store.transaction((tx) =>
      tx.artifacts.insert({
        sha1: second!,
        sha256: world.deps.ids.sha256(Buffer.from('orphan 1')),
        size: 8,
        createdAt: 1,
        content: null,
      }),
    );
    await world.store.transaction((tx) => tx.artifacts.own(world.build.id, second!, 'text/plain', 1));
    expect(await read(world, second!), 'comes back').toBe('orphan 1');
    expect(await stored(world)).toBe(2);
    for (let day = 0; day < 8; day++) {
      expect(trashed(world), `day ${day}`).toContain(third);
      world.later(dayMs);
      await sweepOrphansDaily(world.deps);
    }
    world.later(dayMs);
    await sweepOrphansDaily(world.deps);
    expect(trashed(world)).toEqual([]);
    expect(await stored(world)).toBe(2);
  });

  it('stops where more than 2 % and more than 100 files would go, says so, and goes on when told', async () => {
    const world = await joined(kind);
    for (let index = 0; index < 20; index++) await keep(world, `kept ${index}`);
    await orphans(world, 101);
    world.later(2 * dayMs);
    expect(await sweepOrphansDaily(world.deps)).toBeNull();
    const said = world.log.at(-1)!;
    expect(said).toMatchObject({ level: 'error', fields: { orphans: 101, files: 121 } });
    expect(said.message).toMatch(
      /^101 of 121 files .* are unknown .* nothing was removed\. .*admin sweep --confirm/,
    );
    await expect(sweepOrphans(world.deps, root, {})).rejects.toMatchObject({ code: 'conflict' });
    expect(await sweepOrphans(world.deps, root, { dryRun: true })).toMatchObject({
      orphans: 101,
      trashed: 0,
      refusal: expect.stringMatching(
        /^101 of 121 files .* are unknown .* a sweep removes nothing\. .*admin sweep --confirm/,
      ) as string,
    });
    expect(await sweepOrphans(world.deps, root, { dryRun: true, confirm: true })).toMatchObject({
      orphans: 101,
      refusal: null,
    });
    expect(await stored(world)).toBe(121);
    expect(await sweepOrphans(world.deps, root, { confirm: true })).toMatchObject({ trashed: 101 });
    expect(await stored(world)).toBe(20);
  });

  it('goes on by itself up to 100 files, whatever their share', async () => {
    const world = await joined(kind);
    await orphans(world, 100);
    world.later(dayMs);
    expect(await sweepOrphansDaily(world.deps)).toMatchObject({ files: 100, trashed: 100 });
  });

  it('a database that was put back to an older state has a day again, and says so', async () => {
    const world = await joined(kind);
    await keep(world, 'in the dump');
    const dump = await serverValuesOf(world);
    world.later(3 * dayMs);
    await joinStore(world.deps, check);
    await orphans(world, 5);
    world.later(3 * dayMs);
    await putBack(world, dump);
    await joinStore(world.deps, check);
    expect(world.log.at(-1)).toMatchObject({
      level: 'warn',
      message: expect.stringMatching(/^The database is older than its files/) as string,
    });
    expect(await sweepOrphansDaily(world.deps)).toBeNull();
    expect(await stored(world)).toBe(6);
    world.later(dayMs);
    expect(await sweepOrphansDaily(world.deps)).toMatchObject({ trashed: 5 });

    await putBack(world, new Map());
    await joinStore(world.deps, check);
    const label = 'a dump from before there were labels';
    expect((await serverValuesOf(world)).get('database_id'), label).toBe(dump.get('database_id'));
    expect(await sweepOrphansDaily(world.deps)).toBeNull();
  });

  it('P47: a file that an upload relied on while it was moved to the trash is moved back, not deleted', async () => {
    const world = await joined(kind);
    const sha1 = await keep(world, 'relied on');
    const now = await world.deps.blobs.now();
    expect(await world.deps.blobs.trash(sha1, { olderThan: now + dayMs, at: now })).toBe(true);
    world.later(10 * dayMs);
    expect(await sweepOrphans(world.deps, root, { confirm: true })).toMatchObject({ deleted: 0 });
    expect(trashed(world)).toEqual([]);
    expect(await world.deps.blobs.stat(sha1)).toEqual({ size: 9 });
    expect(await read(world, sha1)).toBe('relied on');
  });

  it('a database that was put back under a running server is noticed before anything goes', async () => {
    const world = await joined(kind);
    await keep(world, 'in the dump');
    const dump = await serverValuesOf(world);
    world.later(2 * dayMs);
    await touchLabel(world.deps);
    await orphans(world, 5);
    await putBack(world, dump);
    world.later(dayMs);
    expect(await sweepOrphansDaily(world.deps)).toBeNull();
    expect(await stored(world)).toBe(6);
  });

  it('a store that got another label meanwhile is left alone', async () => {
    const world = await joined(kind);
    await orphans(world, 5);
    await world.store.transaction((tx) => tx.serverValues.set('database_id', 'another'));
    world.later(2 * dayMs);
    expect(await sweepOrphansDaily(world.deps)).toBeNull();
    expect(world.log.at(-1)).toMatchObject({ level: 'error' });
    await expect(sweepOrphans(world.deps, root, { confirm: true })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await stored(world)).toBe(5);
  });

  it('leaves uploads alone that are under way, and is for superusers', async () => {
    const world = await joined(kind);
    const [old, young] = await orphans(world, 2);
    world.later(2 * dayMs);
    const path = join(world.blobFolder, young!.slice(0, 2), young!);
    const soon = Date.now() / 1_000 + (2 * dayMs - hourMs / 2) / 1_000;
    utimesSync(path, soon, soon);
    expect(await sweepOrphansDaily(world.deps)).toMatchObject({ files: 2, orphans: 1, trashed: 1 });
    expect(await world.deps.blobs.stat(old!)).toBeNull();
    expect(await world.deps.blobs.stat(young!)).not.toBeNull();
    const { id } = await createBuild(world.deps, root, { name: 'Other' });
    const key = { kind: 'key', keyId: 'k', buildId: id, superuser: false } as const;
    await expect(sweepOrphans(world.deps, key, { confirm: true })).rejects.toMatchObject({
      code: 'role_required',
    });
  });
});

function trashed({ blobFolder }: World): string[] {
  return readdirSync(join(blobFolder, 'trash'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}
