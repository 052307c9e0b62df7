/** A release that no worker works on says so. */
import { expect, it, onTestFinished } from 'vitest';
import { basic, startServer, type TestServer } from './support/server.ts';

async function start(): Promise<TestServer> {
  const server = await startServer();
  onTestFinished(() => server.close());
  return server;
}

async function openRelease(server: TestServer) {
  const release = { buildId: server.buildA, releaseName: 'r', releaseNumber: 1 };
  await server.client().createRelease(release);
  await server.client().requestRun({ ...release, url: 'https://shop.example/' });
  return release;
}

const lease = (server: TestServer, queueName = 'capture') =>
  server.client().leaseTasks({ queueName, owner: 'w' });

it('is told after ten seconds, since when, and until a worker asks', async () => {
  const server = await start();
  const release = await openRelease(server);
  const absence = async () => (await server.client().listRuns(release)).workerAbsence;
  server.clock.advance(7_000);
  expect(await absence()).toBeNull();
  server.clock.advance(3_000);
  expect(await absence()).toEqual({ kind: 'work', since: null });

  const { tasks } = await lease(server);
  const about = (time: number): number => expect.closeTo(time, -4) as number;
  const askedAt = server.clock.now();
  expect(await absence()).toBeNull();
  server.clock.advance(30_000);
  expect(await absence(), 'a worker that is busy does not ask').toBeNull();
  await server
    .client()
    .releaseTask({ queueName: 'capture', taskId: tasks[0]!.taskId, leaseId: tasks[0]!.leaseId });
  expect(await absence()).toBeNull();
  server.clock.advance(10_000);
  expect(await absence()).toEqual({ kind: 'work', since: about(askedAt) });
  await lease(server, 'run-pdiff');
  expect(await absence()).toEqual({ kind: 'captures', since: about(askedAt) });
  await lease(server, 'a queue of somebody');
  server.clock.advance(10_000);
  expect(await absence()).toEqual({ kind: 'work', since: about(askedAt + 40_000) });

  await server.client().reviewRelease({ ...release, decision: 'bad' });
  expect(await absence()).toBeNull();
});

it('is not said while a worker waits for work, however long', async () => {
  const server = await start();
  const release = await openRelease(server);
  const { tasks } = await lease(server);
  await server
    .client()
    .releaseTask({ queueName: 'capture', taskId: tasks[0]!.taskId, leaseId: tasks[0]!.leaseId, delay: 1 });
  for (let seconds = 0; seconds < 60; seconds += 5) {
    server.clock.advance(5_000);
    const { tasks: again } = await lease(server);
    for (const task of again) {
      await server.client().releaseTask({ queueName: 'capture', taskId: task.taskId, leaseId: task.leaseId });
    }
    expect((await server.client().listRuns(release)).workerAbsence).toBeNull();
  }
});

it('changes the ETag, is a metric, and is no business of visitors', async () => {
  const server = await start();
  const release = await openRelease(server);
  const path = `/api/v1/builds/${release.buildId}/runs?release_name=r&release_number=1`;
  const get = (headers: Record<string, string>) => fetch(server.url + path, { headers });
  const first = await get(basic(server.keyA));
  const etag = { 'if-none-match': first.headers.get('etag')! };
  expect((await get({ ...basic(server.keyA), ...etag })).status).toBe(304);
  server.clock.advance(10_000);
  const second = await get({ ...basic(server.keyA), ...etag });
  expect(await second.json()).toMatchObject({ worker_absence: { kind: 'work', since: null } });

  await server.client().updateBuild({ buildId: release.buildId, isPublic: true });
  expect(await (await get({})).json()).toMatchObject({ worker_absence: null });

  const metric = async () => {
    const text = await (await fetch(`${server.url}/metrics`, { headers: basic(server.superKey) })).text();
    return /^dpxdt_worker_asked_timestamp_seconds\{queue="capture"\} (.*)$/m.exec(text)?.[1];
  };
  expect(await metric()).toBe('0');
  await lease(server);
  expect(Number(await metric())).toBeCloseTo(server.clock.now() / 1_000, -1);
});

it('P104: a capture in Firefox waits for a worker that has it, and says so after ten seconds', async () => {
  const server = await start();
  const release = { buildId: server.buildA, releaseName: 'r', releaseNumber: 1 };
  const url = 'https://shop.example/';
  await server.client().createRelease(release);
  await server.client().requestRun({ ...release, url, config: { browser: 'firefox' } });
  await server
    .client()
    .requestRun({ ...release, url: `${url}vpn`, config: { browser: 'firefox', workerLabel: 'vpn' } });
  const leased = async (labels?: string[]): Promise<unknown[]> => {
    const order = { queueName: 'capture', owner: 'w', count: 10, ...(labels && { labels }) };
    const { tasks } = await server.client().leaseTasks(order);
    return tasks.map(({ payload }) => (payload as { run_name: string }).run_name);
  };
  expect(await leased()).toEqual([]);
  expect(await leased(['vpn'])).toEqual([]);
  server.clock.advance(10_000);
  await leased();
  const { workerAbsence } = await server.client().listRuns(release);
  expect(workerAbsence).toEqual({ kind: 'captures', label: 'firefox', since: null });
  expect(await leased(['firefox'])).toEqual(['/']);
  expect(await leased(['vpn', 'vpn.firefox'])).toEqual(['/vpn']);
  const refused = server.client().updateBuild({ buildId: server.buildA, workerLabel: 'firefox' });
  await expect(refused).rejects.toThrow('worker_label must not be "firefox"');
});
