/** Two files with equal digests are equal images only if they are images. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ImageCheck } from '../../src/ports/image-check.ts';
import { fsck } from '../../src/services/upkeep/fsck.ts';
import { retryRuns } from '../../src/services/runs/retry-runs.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { upload } from '../../src/services/artifacts/upload.ts';
import { pngFile } from '../support/png-writer.ts';
import {
  atOnce,
  chunksOf,
  finish,
  leaseOne,
  named,
  newRelease,
  openWorld,
  releaseNow,
  report,
  root,
  runNow,
  storeKinds,
  tasksOf,
  uploadImage,
  type World,
} from '../support/server-world.ts';

const photo = sharp({ create: { width: 40, height: 30, channels: 3, background: '#b91c1c' } });
const png = () => photo.clone().png().toBuffer();
const jpeg = () => photo.clone().jpeg().toBuffer();
const webp = () => photo.clone().webp().toBuffer();
const cut = (bytes: Buffer) => bytes.subarray(0, bytes.length - 40);
const text = (content: string) => async () => Buffer.from(content);

async function send(world: World, bytes: Uint8Array, fileName = 'page.png'): Promise<string> {
  const sent = await upload(world.deps, root, {
    buildId: world.build.id,
    fileName,
    content: chunksOf(bytes),
  });
  return sent.sha1sum;
}

/** Fails the test if an image check is made. */
const noCheck: ImageCheck = {
  check: async () => Promise.reject(new Error('the image was decoded')),
  close: async () => undefined,
};

const details = {
  width: 1,
  height: 1,
  shots: 2,
  settled: true,
  browserVersion: 'Chromium 1',
  durationMs: 5,
  stages: [],
};

describe.each(storeKinds)('uploads with one digest on %s', (kind) => {
  it.each<[string, () => Promise<Buffer>, RegExp]>([
    ['a text', text('captured: nothing\n'), /./],
    ['an HTML page', text('<!doctype html><title>404</title>'), /./],
    ['JSON', text('{"error":"not found"}'), /./],
    ['a Git LFS pointer', text('version https://git-lfs.github.com/spec/v1\noid sha256:1\n'), /git lfs pull/],
    ['an empty file', text(''), /./],
    ['a cut-off PNG', async () => cut(await png()), /cut off|broken/],
    ['a PNG whose pixels are damaged', async () => broken, /broken/],
    ['a cut-off JPEG', async () => cut(await jpeg()), /cut off|broken/],
    ['a cut-off WebP', async () => cut(await webp()), /cut off|broken/],
    ['a GIF', async () => photo.clone().gif().toBuffer(), /GIF|PNG/],
  ])('are a failure when they are %s', async (_name, file, words) => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const image = await send(world, await file());
    const run = await report(world, release, '/', { image, refImage: image });
    expect(run).toMatchObject({
      status: 'failed',
      diff: { failed: true, failure: { reason: 'image_invalid' } },
    });
    expect(run.diff.failure!.message).toMatch(words);
    expect(run.diff.failure!.message).not.toMatch(/failOn|libvips|zlib/i);
    expect(await tasksOf(world, 'run-pdiff')).toEqual([]);
    await runsDone(world.deps, root, named(release));
    expect((await releaseNow(world, release)).status).toBe('reviewing');
    expect((await fsck(world.deps, root)).problems).toEqual([]);
  });

  it.each([
    ['PNG', png],
    ['JPEG', jpeg],
    ['WebP', webp],
  ])('are the same without a task when they are a %s, in any order and at once', async (_name, file) => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const image = await send(world, await file());
    const same = { status: 'diff_not_found', diff: { distortion: 0, failed: false } };
    expect(await report(world, release, '/together', { image, refImage: image })).toMatchObject(same);
    await report(world, release, '/ref first', { refImage: image });
    expect(await report(world, release, '/ref first', { image })).toMatchObject(same);
    await report(world, release, '/image first', { image });
    expect(await report(world, release, '/image first', { refImage: image })).toMatchObject(same);
    const runs = await atOnce(20, () => report(world, release, '/at once', { image, refImage: image }));
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    for (const run of runs) expect(run).toMatchObject(same);
    expect(await tasksOf(world, 'run-pdiff')).toEqual([]);
  });

  it('are not decoded where a worker took one of them', async () => {
    const world = await openWorld(kind);
    world.deps.imageCheck = noCheck;
    const release = await newRelease(world);
    const image = await uploadImage(world, 'same');
    await report(world, release, '/new', { image, capture: details });
    const run = await report(world, release, '/new', { refImage: image });
    expect(run).toMatchObject({ status: 'diff_not_found', diff: { distortion: 0 } });
    const other = await report(world, release, '/old', { refImage: image, capture: details });
    expect(other.status).toBe('data_pending');
    expect(await report(world, release, '/old', { image })).toMatchObject({ status: 'diff_not_found' });
    await expect(report(world, release, '/uploads', { image, refImage: image })).rejects.toThrow(
      'was decoded',
    );
    expect(
      await world.store.read((tx) => tx.runs.find(release.id, '/uploads')),
      'nothing is kept',
    ).toBeNull();
  });

  it('are compared by a worker when only its limits can tell', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const row = Buffer.alloc(1 + Math.ceil(60_000 / 8));
    const flat = deflateSync(Buffer.concat(Array.from({ length: 1_000 }, () => row)));
    const image = await send(
      world,
      pngFile({ width: 60_000, height: 1_000, bitDepth: 1, colourType: 0 }, flat),
    );
    const run = await report(world, release, '/', { image, refImage: image });
    expect(run).toMatchObject({ status: 'needs_diff', diff: { failed: false, distortion: null } });
    const task = await leaseOne(world, 'run-pdiff');
    expect(JSON.parse(task.payload)).toMatchObject({ run_sha1sum: image, reference_sha1sum: image });
    await report(world, release, '/', { distortion: 0, leaseId: task.leaseId! });
    expect(await runNow(world, release, '/')).toMatchObject({ status: 'diff_not_found' });
    await finish(world, task);
  });

  it('that are no images are compared, not believed, when a person asks again', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const image = await send(world, Buffer.from('no image'));
    await report(world, release, '/', { image, refImage: image });
    await retryRuns(world.deps, root, named(release));
    expect(await runNow(world, release, '/')).toMatchObject({ status: 'needs_diff' });
    expect(await tasksOf(world, 'run-pdiff')).toHaveLength(1);
  });

  it('whose stored copy is damaged are a failure that says so', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const image = await send(world, await png());
    writeFileSync(join(world.blobFolder, image.slice(0, 2), image), 'damaged');
    const run = await report(world, release, '/', { image, refImage: image });
    expect(run).toMatchObject({ status: 'failed', diff: { failure: { reason: 'artifact_corrupt' } } });
  });
});

const broken = pngFile(
  { width: 40, height: 30, bitDepth: 8, colourType: 2 },
  Buffer.from('not a zlib stream'),
);
