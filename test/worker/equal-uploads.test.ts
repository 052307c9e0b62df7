import { deflateSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createComparer } from '../../src/adapters/pixels/comparer.ts';
import { pixelPng, pngFile } from '../support/png-writer.ts';
import { openWorkerWorld, runOf, settled } from '../support/worker-world.ts';

/** 60 megapixels, more than is compared by default. */
function hugePng(): Buffer {
  const row = Buffer.alloc(1 + 60_000 / 8);
  const rows = deflateSync(Buffer.concat(Array.from({ length: 1_000 }, () => row)));
  return pngFile({ width: 60_000, height: 1_000, bitDepth: 1, colourType: 0 }, rows);
}

describe('uploads with one digest', () => {
  it('end as what a comparison of them says, with and without one', async () => {
    const world = await openWorkerWorld();
    const { buildId, client } = world;
    const comparer = createComparer();
    onTestFinished(() => comparer.close());
    world.work({ comparer });
    const files: Record<string, Buffer> = {
      image: pixelPng('same'),
      page: Buffer.from('<!doctype html><title>502 Bad Gateway</title>'),
      pointer: Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n'),
      huge: hugePng(),
      'huge, allowed': hugePng(),
    };
    const { releaseNumber } = await client.createRelease({ buildId, releaseName: 'r1' });
    const release = { buildId, releaseName: 'r1', releaseNumber };
    const send = async (bytes: Uint8Array, fileName: string) =>
      (await client.upload({ buildId, content: new Uint8Array(bytes), fileName })).sha1sum;
    const config = await send(Buffer.from('{"maxPixels":70000000}'), 'config.json');
    for (const [runName, bytes] of Object.entries(files)) {
      const image = await send(bytes, 'page.png');
      const own = runName === 'huge, allowed' ? { config } : {};
      await client.reportRun({ ...release, runName, image, refImage: image, ...own });
    }
    await client.runsDone(release);
    const wanted = {
      image: 'diff_not_found',
      page: 'failed',
      pointer: 'failed',
      huge: 'failed',
      'huge, allowed': 'diff_not_found',
    };
    expect(await settled(world, release)).toEqual(wanted);
    const reasonOf = async (name: string) => (await runOf(world, release, name)).diff.failure?.reason;
    const reasons = async () => ({
      page: await reasonOf('page'),
      pointer: await reasonOf('pointer'),
      huge: await reasonOf('huge'),
    });
    const expected = { page: 'image_invalid', pointer: 'image_invalid', huge: 'image_too_large' };
    expect(await reasons()).toEqual(expected);
    await client.retryRuns(release);
    expect(await settled(world, release), 'compared again').toEqual(wanted);
    expect(await reasons()).toEqual(expected);
    const { diff } = await runOf(world, release, 'pointer');
    expect(diff.failure!.message).toContain('git lfs pull');
    expect(diff.log, 'the log of the comparison').not.toBeNull();
  });
});
