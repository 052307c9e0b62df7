import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { fakeCapturer, fakePage, heldCapturer } from '../support/fake-ports.ts';
import { openWorkerWorld, requestRelease, runOf, settled, withoutWaits } from '../support/worker-world.ts';
import { until } from '../support/until.ts';

const page = { url: 'http://shop.test/a' };

describe('leases of a worker', () => {
  it('keeps a lease with heartbeats that say how far the work is', async () => {
    const world = await openWorkerWorld();
    const { capturer, begun } = heldCapturer();
    const leaseMs = 40_000;
    world.work({ capturer }, { leaseMs, heartbeatMs: 50 });
    const release = await requestRelease(world, { a: page });
    await until(() => begun.length === 1);
    begun[0]!.onStage?.('settling');
    await until(async () => {
      const { tasks } = await world.client.listTasks({ queueName: 'capture' });
      return tasks[0]!.message === 'Capturing http://shop.test/a: settling.';
    });
    for (let shifts = 0; shifts < 2; shifts++) {
      world.clock.shift(leaseMs * 0.75);
      await until(async () => {
        const { tasks } = await world.client.listTasks({ queueName: 'capture' });
        return tasks[0]!.eta > world.clock.now() + leaseMs * 0.75;
      });
    }
    begun[0]!.end();
    expect(await settled(world, release)).toEqual({ a: 'no_diff_needed' });
    expect(begun).toHaveLength(1);
  });

  it('P12: ends a capture that is not wanted any more, within seconds, and goes on', async () => {
    const world = await openWorkerWorld();
    const { capturer, begun } = heldCapturer();
    world.work({ capturer }, { captures: 1 });
    const release = await requestRelease(world, { a: page });
    await until(() => begun.length === 1);
    const decidedAt = Date.now();
    await world.client.reviewRelease({ ...release, decision: 'bad' });
    await until(() => begun[0]!.signal?.aborted === true);
    expect(Date.now() - decidedAt).toBeLessThan(5_000);
    const next = await requestRelease(world, { b: { url: 'http://shop.test/b' } }, 'r2');
    await until(() => begun.length === 2);
    begun[1]!.end();
    expect(await settled(world, next)).toEqual({ b: 'no_diff_needed' });
  });

  it('P134: takes no captures while it has no browser, so that none loses its attempts, and continues with one', async () => {
    const world = await openWorkerWorld();
    const browser = fakeCapturer(() => fakePage('page'));
    let [isAway, starts, captures] = [true, 0, 0];
    const check = () => {
      if (isAway) throw new AppError('browser_missing', 'The browser is away.');
    };
    const capturer = {
      ...browser,
      start: async () => (starts++, check()),
      capture: async (...request: Parameters<typeof browser.capture>) => {
        captures++;
        check();
        return browser.capture(...request);
      },
    };
    world.work({ capturer }, { captures: 1, retryMs: 5, maxRetryMs: 20 });
    const pages = ['a', 'b', 'c'].map((name) => [name, { url: `http://shop.test/${name}` }] as const);
    const release = await requestRelease(world, Object.fromEntries(pages));
    await until(() => starts >= 5);
    world.clock.shift(30_000);
    await until(() => starts >= 10);
    expect(captures).toBe(1);
    isAway = false;
    expect(await settled(world, release)).toEqual({
      a: 'no_diff_needed',
      b: 'no_diff_needed',
      c: 'no_diff_needed',
    });
  });

  it('D9: a late worker changes nothing once another one has the task', async () => {
    const world = await openWorkerWorld();
    const slow = heldCapturer({ ignoresAbort: true });
    // Its heartbeats come only once an hour.
    world.work({ capturer: slow.capturer }, { leaseMs: 1_000, heartbeatMs: 3_600_000, captures: 1 });
    const release = await requestRelease(world, { a: page });
    await until(() => slow.begun.length === 1);
    world.clock.shift(1_001);
    // Longer than the longest delay after an expired lease.
    world.clock.shift(12_000);
    world.work({ capturer: fakeCapturer(() => fakePage('the other one')) });
    expect(await settled(world, release)).toEqual({ a: 'no_diff_needed' });
    const before = await runOf(world, release, 'a');
    slow.begun[0]!.end();
    await until(() => world.world.log.some(({ message }) => message === 'task was done by another worker'));
    expect(await runOf(world, release, 'a')).toEqual(before);
  });

  it('P26: work that hangs ends at the deadline, and the worker goes on', async () => {
    const world = await openWorkerWorld();
    const { capturer, begun } = heldCapturer({ ignoresAbort: true });
    world.work({ capturer }, { captures: 1, deadlineMs: 2_000 });
    const release = await requestRelease(world, { a: page, b: { url: 'http://shop.test/b' } });
    await until(() => begun.length === 2);
    begun[1]!.end();
    await until(async () => (await runOf(world, release, 'b')).current.state === 'done');
    expect((await runOf(world, release, 'a')).current).toMatchObject({
      state: 'requested',
      failure: { reason: 'capture_timeout', message: 'The work took longer than 2 s.' },
    });
  });

  it('P6: poison never stops the loop, and ends after three attempts', async () => {
    const world = await openWorkerWorld();
    const capturer = fakeCapturer(({ url }) => {
      if (url.endsWith('/poison')) throw new TypeError('Cannot read properties of undefined');
      return fakePage(url);
    });
    world.work({ capturer }, { leaseMs: 600_000 });
    for (const payload of ['no JSON', '[]', '{"build_id": 1}', '{"build_id": "one"}']) {
      await world.client.addTask({ queueName: 'capture', payload, contentType: 'application/json' });
      await world.client.addTask({ queueName: 'run-pdiff', payload, contentType: 'text/plain' });
    }
    const release = await requestRelease(world, {
      a: page,
      poison: { url: 'http://shop.test/poison' },
    });
    const { result } = await withoutWaits(world, settled(world, release));
    expect(result).toEqual({ a: 'no_diff_needed', poison: 'failed' });
    expect((await runOf(world, release, 'poison')).current.failure).toEqual({
      reason: 'worker_error',
      message: 'The worker failed unexpectedly; see its log.',
    });
    for (const queueName of ['capture', 'run-pdiff']) {
      const { tasks } = await world.client.listTasks({ queueName, status: 'error' });
      expect(tasks.filter(({ payload }) => !payload.includes('shop.test'))).toHaveLength(4);
    }
  });

  it('gives every task to one worker', async () => {
    const world = await openWorkerWorld();
    const capturer = fakeCapturer(({ url }) => fakePage(url));
    for (let index = 0; index < 3; index++) world.work({ capturer }, { owner: `worker ${index}` });
    const urls = Array.from({ length: 15 }, (_, index) => `http://shop.test/${index}`);
    const release = await requestRelease(world, Object.fromEntries(urls.map((url) => [url, { url }])));
    await settled(world, release);
    expect(capturer.requests.map(({ url }) => url).sort()).toEqual([...urls].sort());
  });
});

describe('stop and restart', () => {
  it('P41: lets tasks end, gives back those that do not, and takes no new ones', async () => {
    const world = await openWorkerWorld();
    const { capturer, begun } = heldCapturer();
    const worker = world.work({ capturer }, { captures: 2, stopGraceMs: 2_000 });
    const release = await requestRelease(world, {
      a: page,
      b: { url: 'http://shop.test/b' },
      c: { url: 'http://shop.test/c' },
    });
    await until(() => begun.length === 2);
    const stopped = worker.stop();
    begun[0]!.end();
    await stopped;
    expect(begun).toHaveLength(2);
    const { tasks } = await world.client.listTasks({ queueName: 'capture' });
    const states = tasks.map(({ status, leaseAttempts, eta }) => ({
      status,
      leaseAttempts,
      isFree: eta <= world.clock.now(),
    }));
    expect(states).toEqual(
      expect.arrayContaining([
        { status: 'done', leaseAttempts: 1, isFree: expect.any(Boolean) as boolean },
        { status: 'live', leaseAttempts: 1, isFree: true },
        { status: 'live', leaseAttempts: 0, isFree: true },
      ]),
    );
    world.work();
    expect(Object.values(await settled(world, release))).toEqual(Array(3).fill('no_diff_needed'));
  });

  it('waits for a server that restarts, and brings its result', async () => {
    const world = await openWorkerWorld();
    const { capturer, begun } = heldCapturer();
    world.work({ capturer });
    const release = await requestRelease(world, { a: page });
    await until(() => begun.length === 1);
    await world.stopServer();
    begun[0]!.end();
    await until(() => world.world.log.some(({ message }) => message.startsWith('the server is unreachable')));
    await world.startServer();
    expect(await settled(world, release)).toEqual({ a: 'no_diff_needed' });
    expect(begun).toHaveLength(1);
    expect((await runOf(world, release, 'a')).current.state).toBe('done');
  });

  it('ends the capture when the server is away for longer than the lease', async () => {
    const world = await openWorkerWorld();
    const { capturer, begun } = heldCapturer();
    world.work({ capturer }, { leaseMs: 1_000, heartbeatMs: 50 });
    await requestRelease(world, { a: page });
    await until(() => begun.length === 1);
    await world.stopServer();
    await until(() => begun[0]!.signal?.aborted === true);
    expect((begun[0]!.signal!.reason as Error).message).toBe(
      'The server was unreachable for the length of the lease.',
    );
  });
});
