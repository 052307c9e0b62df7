import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { createComparer } from '../../src/adapters/pixels/comparer.ts';
import { writePng } from '../support/png-writer.ts';
import { fakeCapturer, fakePage } from '../support/fake-ports.ts';
import { openWorkerWorld, requestRelease, runOf, settled } from '../support/worker-world.ts';
import { until } from '../support/until.ts';
import type { WorkerWorld } from '../support/worker-world.ts';

const data = (shade: number) => Buffer.from(Array.from({ length: 48 }, (_, at) => (at * shade) % 256));
const size = { width: 4, height: 4, channels: 3 } as const;
const png = (shade: number) => writePng({ ...size, data: data(shade) });

/** A release of a branch along main with one uploaded image. */
async function send({ client, buildId }: WorkerWorld, releaseName: string, content: Uint8Array) {
  const history = releaseName === 'main' ? [] : [{ commit: 'a'.repeat(40) }];
  const { releaseNumber } = await client.createRelease({
    buildId,
    releaseName,
    branch: releaseName === 'main' ? 'main' : 'feature',
    commit: releaseName === 'main' ? 'a'.repeat(40) : 'b'.repeat(40),
    history,
    historyNote: 'full',
  });
  const release = { buildId, releaseName, releaseNumber };
  const { sha1sum } = await client.upload({
    buildId,
    fileName: 'page.png',
    content: new Uint8Array(content),
  });
  await client.reportRun({ ...release, runName: '/', image: sha1sum, chooseBaseline: true });
  await client.runsDone(release);
  return release;
}

describe('digests of pixels', () => {
  it('let a verdict hold for the same picture in another file', async () => {
    const world = await openWorkerWorld();
    const comparer = createComparer({ threads: 1 });
    world.work({ comparer });
    const main = await send(world, 'main', png(3));
    await until(async () => (await world.client.listRuns(main)).release.status === 'good');
    const first = await send(world, 'first', png(5));
    expect(await settled(world, first)).toEqual({ '/': 'diff_found' });
    const { id } = await runOf(world, first, '/');
    await world.client.reviewRuns({
      ...first,
      runs: [{ runId: id, verdict: 'approved' }],
      operationId: 'approve',
    });
    const again = await sharp(data(5), { raw: size }).webp({ lossless: true }).toBuffer();
    const second = await send(world, 'second', again);
    await until(async () => (await world.client.listRuns(second)).release.status === 'good');
    expect(await runOf(world, second, '/')).toMatchObject({ verdict: 'approved', status: 'diff_approved' });
    const other = await send(world, 'third', png(7));
    expect(await settled(world, other)).toEqual({ '/': 'diff_found' });
    await comparer.close();
  });

  it('come with captures that nothing is compared with, and only with those', async () => {
    const world = await openWorkerWorld();
    const digested: number[] = [];
    const comparer = createComparer({ threads: 1 });
    world.work({
      capturer: fakeCapturer(() => ({ ...fakePage('x'), image: png(3) })),
      comparer: {
        ...comparer,
        pixelsDigest: (image, maxPixels) => {
          digested.push('bytes' in image ? image.bytes.length : 0);
          return comparer.pixelsDigest(image, maxPixels);
        },
      },
    });
    const release = await requestRelease(world, {
      alone: { url: 'http://shop.test/' },
      pair: { url: 'http://shop.test/new', refUrl: 'http://shop.test/old' },
    });
    expect(await settled(world, release)).toEqual({ alone: 'no_diff_needed', pair: 'diff_not_found' });
    expect(digested).toEqual([png(3).length]);
    await comparer.close();
  });
});
