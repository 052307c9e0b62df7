import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { download } from '../../src/services/artifacts/download.ts';
import { fsck } from '../../src/services/upkeep/fsck.ts';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { joinStore } from '../../src/services/upkeep/join-store.ts';
import { sweepOrphans } from '../../src/services/upkeep/sweep-orphans.ts';
import { sweepUploads } from '../../src/services/upkeep/sweep.ts';
import { upload } from '../../src/services/artifacts/upload.ts';
import { AppError } from '../../src/base/errors.ts';
import {
  atOnce,
  chunksOf,
  named,
  newRelease,
  openWorld,
  report,
  root,
  runNow,
  storeKinds,
  uploadImage,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });

async function send(world: World, content: string | Uint8Array, fileName: string, buildId = world.build.id) {
  return upload(world.deps, root, { buildId, fileName, content: chunksOf(content) });
}

async function bytesOf(world: World, sha1sum: string, buildId = world.build.id): Promise<Buffer> {
  const { open } = await download(world.deps, root, { buildId, sha1sum });
  const chunks: Uint8Array[] = [];
  for await (const chunk of await open()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function pathOf(world: World, sha1: string): string {
  return join(world.blobFolder, sha1.slice(0, 2), sha1);
}

function blobFiles(world: World): string[] {
  return readdirSync(world.blobFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

describe.each(storeKinds)('artifacts on %s', (kind) => {
  it('D15: gives back the bytes, named by their SHA-1, with the type of the bytes', async () => {
    const world = await openWorld(kind);
    const big = Buffer.alloc(3_000_000, 'depicted ');
    const result = await send(world, big, 'big.log');
    expect(result).toEqual({
      sha1sum: createHash('sha1').update(big).digest('hex'),
      contentType: 'text/plain',
      size: 3_000_000,
    });
    expect((await bytesOf(world, result.sha1sum)).equals(big)).toBe(true);
    const meta = await download(world.deps, root, {
      buildId: world.build.id,
      sha1sum: result.sha1sum.toUpperCase(),
    });
    expect(meta).toMatchObject({ contentType: 'text/plain', size: 3_000_000 });
  });

  it('keeps one file however often and by whomever the bytes are sent, and answers alike', async () => {
    const world = await openWorld(kind);
    const other = await createBuild(world.deps, root, { name: 'Other' });
    const results = await atOnce(8, (index) =>
      send(world, 'same bytes', 'a.txt', index % 2 === 0 ? world.build.id : other.id),
    );
    expect(new Set(results.map((result) => JSON.stringify(result))).size, 'T18').toBe(1);
    expect(blobFiles(world)).toEqual([results[0]!.sha1sum]);
  });

  it('lets one build say what a file is without changing it for another', async () => {
    const world = await openWorld(kind);
    const other = await createBuild(world.deps, root, { name: 'Other' });
    const { sha1sum } = await send(world, '{"a": 1}', 'a.txt');
    expect((await send(world, '{"a": 1}', 'a.json', other.id)).contentType).toBe('application/json');
    const mine = await download(world.deps, root, { buildId: world.build.id, sha1sum });
    expect(mine.contentType).toBe('text/plain');
  });

  it('T16: another build’s artifact looks like one that does not exist', async () => {
    const world = await openWorld(kind);
    const other = await createBuild(world.deps, root, { name: 'Other' });
    const foreign = await uploadImage(world, 'secret', other.id);
    const messageFor = async (sha1sum: string) =>
      download(world.deps, root, { buildId: world.build.id, sha1sum }).catch((error: unknown) =>
        (error as AppError).message.replace(sha1sum, 'ID'),
      );
    expect(await messageFor(foreign)).toBe(await messageFor('0'.repeat(40)));
    const key = { kind: 'key', keyId: 'k', buildId: world.build.id, superuser: false } as const;
    await expect(
      download(world.deps, key, { buildId: other.id, sha1sum: foreign }),
      'the other build is not there for this key',
    ).rejects.toEqual(code('not_found'));
    await expect(
      download(world.deps, { kind: 'anonymous' }, { buildId: other.id, sha1sum: foreign }),
    ).rejects.toEqual(code('not_found'));
  });

  it('leaves nothing of an upload that breaks off, is too large, or is not what was announced', async () => {
    const world = await openWorld(kind);
    async function* breaking() {
      yield Buffer.from('half of');
      throw new AppError('invalid_argument', 'The client went away.');
    }
    await expect(
      upload(world.deps, root, { buildId: world.build.id, fileName: null, content: breaking() }),
    ).rejects.toThrow('went away');
    world.deps.settings.maxArtifactBytes = 100;
    await expect(send(world, 'x'.repeat(101), 'x.txt')).rejects.toEqual(code('too_large'));
    await expect(uploadImage(world, 'y'.repeat(101)), 'images may be larger').resolves.toBeDefined();
    await expect(
      upload(world.deps, root, {
        buildId: world.build.id,
        fileName: 'a.txt',
        content: chunksOf('abc'),
        expected: { sha1: '0'.repeat(40) },
      }),
      'P24',
    ).rejects.toEqual(code('digest_mismatch'));
    expect(blobFiles(world)).toHaveLength(1);
    await expect(send(world, 'x', 'x.txt', 99)).rejects.toEqual(code('not_found'));
  });

  it('refuses bytes whose SHA-1 is known with another SHA-256', async () => {
    const world = await openWorld(kind);
    const sha1 = createHash('sha1').update('honest').digest('hex');
    await world.store.transaction((tx) =>
      tx.artifacts.insert({ sha1, sha256: 'f'.repeat(64), size: 6, createdAt: 1, content: null }),
    );
    await expect(send(world, 'honest', 'a.txt')).rejects.toEqual(code('hash_collision'));
    expect(blobFiles(world)).toEqual([]);
  });

  it.each(['missing', 'cut short', 'changed'])(
    'P23: never serves a file that is %s, and the same upload repairs it',
    async (damage) => {
      const world = await openWorld(kind);
      const content = 'z'.repeat(2_000_000);
      const { sha1sum } = await send(world, content, 'a.txt');
      const path = pathOf(world, sha1sum);
      if (damage === 'missing') rmSync(path);
      if (damage === 'cut short') writeFileSync(path, content.slice(1));
      if (damage === 'changed') writeFileSync(path, `y${content.slice(1)}`);
      await expect(bytesOf(world, sha1sum)).rejects.toEqual(code('artifact_corrupt'));
      expect((await fsck(world.deps, root)).problems).toMatchObject([{ kind: 'artifact_corrupt' }]);
      await send(world, content, 'a.txt');
      expect((await bytesOf(world, sha1sum)).toString()).toBe(content);
      expect((await fsck(world.deps, root)).problems).toEqual([]);
    },
  );

  it('P23: a small damaged file gives no byte at all, and the operator hears of it', async () => {
    const world = await openWorld(kind);
    const { sha1sum } = await send(world, 'small', 'a.txt');
    writeFileSync(pathOf(world, sha1sum), 'smalL');
    const { open } = await download(world.deps, root, { buildId: world.build.id, sha1sum });
    await expect(open()).rejects.toEqual(code('artifact_corrupt'));
    await expect(open()).rejects.toEqual(code('artifact_corrupt'));
    expect(world.log).toMatchObject([{ level: 'error', fields: { sha1: sha1sum } }, {}]);
    const [event, older] = await listActivity(world.deps, root, { buildId: world.build.id });
    expect(event).toMatchObject({ kind: 'artifact_corrupt', actor: 'server', detail: { sha1sum } });
    expect(older?.kind, 'told once a day').toBe('build_created');
  });

  it('P1: sweeps what died uploads left behind, and leaves younger ones alone', async () => {
    const world = await openWorld(kind);
    const [old, young] = ['old', 'young'].map((name) => join(world.blobFolder, 'tmp', name));
    for (const path of [old!, young!]) writeFileSync(path, 'half');
    const hourAgo = world.clock.now() / 1000 - 3_601;
    utimesSync(old!, hourAgo, hourAgo);
    utimesSync(young!, world.clock.now() / 1000, world.clock.now() / 1000);
    expect(await sweepUploads(world.deps)).toBe(1);
    expect(readdirSync(join(world.blobFolder, 'tmp'))).toEqual(['young']);
  });

  it('finds blobs that belong to nothing', async () => {
    const world = await openWorld(kind);
    const path = pathOf(world, 'a'.repeat(40));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'orphan');
    utimesSync(path, 1, 1);
    expect((await fsck(world.deps, root)).problems).toMatchObject([{ kind: 'orphan_blob' }]);
  });

  it('P1: moves files of uploads that died before their row to the trash, and no other', async () => {
    const world = await openWorld(kind);
    await joinStore(world.deps, { databaseName: 'the database', mode: 'check' });
    const { blobs } = world.deps;
    const { sha1sum } = await send(world, 'has a row', 'a.txt');
    const [old, young] = await Promise.all(['old', 'young'].map((text) => blobs.stage(chunksOf(text))));
    await Promise.all([old!.commit(), young!.commit()]);
    for (const sha1 of [sha1sum, old!.sha1]) utimesSync(pathOf(world, sha1), 1, 1);
    expect(await sweepOrphans(world.deps, root, { confirm: true })).toMatchObject({ orphans: 1, trashed: 1 });
    expect(blobFiles(world).sort()).toEqual([sha1sum, old!.sha1, young!.sha1, 'store.json'].sort());
    expect(await blobs.stat(old!.sha1), 'in the trash').toBeNull();
    const now = await blobs.now();
    expect(await blobs.trash(young!.sha1, { olderThan: 2, at: now })).toBe(false);
    expect(await blobs.stat(young!.sha1)).toEqual({ size: 5 });
  });

  it('keeps a capture config in the database, readable like every artifact', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' });
    const { current } = await runNow(world, release, '/');
    expect((await bytesOf(world, current.config!)).toString()).toBe('{"targetUrl":"http://shop.test/"}');
    expect(blobFiles(world)).toEqual([]);
    await report(world, release, '/other', { config: current.config! });
  });
});
