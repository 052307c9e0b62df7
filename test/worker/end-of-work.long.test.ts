/** Workers that end by themselves, and workers whose server is away for long. */

import { expect, it } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { httpTaskServer } from '../../src/worker/index.ts';
import { fakeCapturer, fakePage, heldCapturer } from '../support/fake-ports.ts';
import { TestClock } from '../support/test-clock.ts';
import { openWorkerWorld, requestRelease, runOf, settled } from '../support/worker-world.ts';
import { until } from '../support/until.ts';

const pageOf = (name: string) => ({ url: `http://shop.test/${name}` });

it('ends when the queues are empty, not before the comparisons that its captures add', async () => {
  const world = await openWorkerWorld();
  const pages = { a: { ...pageOf('a'), refUrl: 'http://shop.test/before' }, b: pageOf('b') };
  const release = await requestRelease(world, pages);
  const worker = world.work({}, { maxIdleMs: 0, captures: 1, diffs: 1 });
  expect(await worker.ended).toBe('idle');
  expect(await settled(world, release)).toEqual({ a: 'diff_found', b: 'no_diff_needed' });
  // Another one finds nothing, and ends at once.
  expect(await world.work({}, { maxIdleMs: 0 }).ended).toBe('idle');
});

it('that takes only one kind of task leaves the others', async () => {
  const world = await openWorkerWorld();
  const release = await requestRelease(world, { a: { ...pageOf('a'), refUrl: 'http://shop.test/before' } });
  expect(await world.work({}, { maxIdleMs: 0, diffs: 0 }).ended).toBe('idle');
  expect((await runOf(world, release, 'a')).status).toBe('needs_diff');
  expect(await world.work({}, { maxIdleMs: 0, captures: 0 }).ended).toBe('idle');
  expect(await settled(world, release)).toEqual({ a: 'diff_found' });
});

it('waits for more as long as it may be idle', async () => {
  const world = await openWorkerWorld();
  const capturer = fakeCapturer(({ url }) => fakePage(url));
  const clock = new TestClock();
  const worker = world.work({ capturer, clock }, { maxIdleMs: 600_000 });
  let hasEnded = false;
  void worker.ended.then(() => (hasEnded = true));
  clock.advance(599_000);
  const release = await requestRelease(world, { a: pageOf('a') });
  await settled(world, release);
  clock.advance(599_000);
  const next = await requestRelease(world, { b: pageOf('b') }, 'r2');
  await settled(world, next);
  expect(hasEnded).toBe(false);
  await until(() => {
    clock.advance(60_000);
    return hasEnded;
  });
  expect(await worker.ended).toBe('idle');
});

it('that may end by itself does not wait endlessly for a server that is away', async () => {
  const world = await openWorkerWorld();
  await world.stopServer();
  const clock = new TestClock();
  const worker = world.work({ clock }, { maxIdleMs: 0 });
  let ended: string | null = null;
  void worker.ended.then((why) => (ended = why));
  const from = clock.now();
  await until(() => {
    clock.advance(1_000);
    return ended !== null;
  });
  expect(ended).toBe('unreachable');
  expect(clock.now() - from).toBeGreaterThanOrEqual(60_000);
});

it('continues after an hour without its server: gives up its task, and takes it again with the next', async () => {
  const world = await openWorkerWorld();
  const { capturer, begun } = heldCapturer();
  const clock = new TestClock();
  const settings = { captures: 1, heartbeatMs: 15_000, retryMs: 500, maxRetryMs: 15_000 };
  world.work({ capturer, clock }, settings);
  const release = await requestRelease(world, { a: pageOf('a'), b: pageOf('b') });
  await until(() => begun.length === 1);
  await world.stopServer();
  const hourMs = 3_600_000;
  const awayUntil = clock.now() + hourMs;
  await until(() => {
    clock.advance(1_000);
    return begun[0]!.signal?.aborted === true;
  });
  expect((begun[0]!.signal!.reason as Error).message).toBe(
    'The server was unreachable for the length of the lease.',
  );
  await until(() => {
    clock.advance(15_000);
    return clock.now() >= awayUntil;
  });
  world.clock.shift(hourMs);
  await world.startServer();
  for (const count of [2, 3]) {
    await until(() => {
      clock.advance(1_000);
      return begun.length === count;
    });
    begun.at(-1)!.end();
  }
  expect(await settled(world, release)).toEqual({ a: 'no_diff_needed', b: 'no_diff_needed' });
  expect(begun.map(({ url }) => url).sort()).toEqual(['a', 'a', 'b'].map((name) => pageOf(name).url));
});

it('works through another server while the first is away, and finishes there what it began', async () => {
  const world = await openWorkerWorld();
  const second = await world.startSecondServer();
  const { capturer, begun } = heldCapturer();
  const client = new DepictedClient({ server: [world.url, second], maxAttempts: 1 });
  world.work({ capturer, server: httpTaskServer(client) });
  const release = await requestRelease(world, { a: pageOf('a') });
  await until(() => begun.length === 1);
  await world.stopServer();
  begun[0]!.end();
  const other = { ...world, client: new DepictedClient({ server: second }) };
  expect(await settled(other, release)).toEqual({ a: 'no_diff_needed' });
  expect(begun).toHaveLength(1);
});
