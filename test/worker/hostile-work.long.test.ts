/** Work that hangs while its worker still sends heartbeats, and malicious images. */
import { expect, it, onTestFinished } from 'vitest';
import { createComparer } from '../../src/adapters/pixels/comparer.ts';
import type { Capturer, CaptureRequest } from '../../src/ports/capturer.ts';
import { fakeCapturer, fakePage } from '../support/fake-ports.ts';
import { makeBombs } from '../support/png-bombs.ts';
import { writePng } from '../support/png-writer.ts';
import { openWorkerWorld, requestRelease, runOf, settled } from '../support/worker-world.ts';
import { until } from '../support/until.ts';

it('P5: the server takes a task away at its deadline, however often its worker is heard from', async () => {
  const world = await openWorkerWorld();
  const begun: CaptureRequest[] = [];
  const capturer: Capturer = {
    capture: (request) => {
      begun.push(request);
      return new Promise(() => {});
    },
    close: async () => undefined,
  };
  world.work({ capturer }, { captures: 1, deadlineMs: 3_600_000, heartbeatMs: 20 });
  const release = await requestRelease(world, { a: { url: 'http://shop.test/a' } });
  await until(() => begun.length === 1);
  const taskNow = async () => (await world.client.listTasks({ queueName: 'capture' })).tasks[0]!;
  const leasedAt = (await taskNow()).lastLease!;
  for (let step = 1; step <= 3; step++) {
    world.clock.shift(30_000);
    const due = Math.min(world.clock.now() + 60_000, leasedAt + 120_000) - 5_000;
    await until(async () => (await taskNow()).eta >= due);
    expect(begun[0]!.signal?.aborted, `after ${step * 30} s`).toBe(false);
  }
  world.clock.shift(30_000);
  await until(() => begun[0]!.signal?.aborted === true);
  expect((begun[0]!.signal!.reason as Error).name).toBe('LeaseLost');
  world.clock.shift(12_000);
  world.work({ capturer: fakeCapturer(({ url }) => fakePage(url)) });
  expect(await settled(world, release)).toEqual({ a: 'no_diff_needed' });
});

it('D26: an image that claims 900 million pixels fails its comparison, and takes no memory', async () => {
  const world = await openWorkerWorld();
  const { client, buildId } = world;
  const bombs = await makeBombs();
  const { releaseNumber } = await client.createRelease({ buildId, releaseName: 'r1' });
  const release = { buildId, releaseName: 'r1', releaseNumber };
  const upload = async (content: Uint8Array<ArrayBuffer>) =>
    (await client.upload({ buildId, fileName: 'a.png', content })).sha1sum;
  const white = writePng({ width: 4, height: 4, channels: 3, data: new Uint8Array(48).fill(255) });
  const refImage = await upload(new Uint8Array(white));
  for (const { name, bytes } of bombs) {
    await client.reportRun({
      ...release,
      runName: name,
      image: await upload(new Uint8Array(bytes)),
      refImage,
    });
  }
  await client.runsDone(release);
  const comparer = createComparer();
  onTestFinished(() => comparer.close());
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
  onTestFinished(() => clearInterval(watch));
  world.work({ comparer }, { captures: 0 });
  const statuses = await settled(world, release);
  expect(statuses).toEqual(Object.fromEntries(bombs.map(({ name }) => [name, 'failed'])));
  for (const { name } of bombs) {
    const { failure } = (await runOf(world, release, name)).diff;
    expect(failure?.reason, name).toMatch(/^image_(too_large|invalid)$/);
    if (name.startsWith('900 megapixels')) expect(failure?.reason).toBe('image_too_large');
  }
  expect((most - before) / 1024 / 1024, 'MiB').toBeLessThan(300);
});
