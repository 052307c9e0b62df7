/** A server that is stopped while captures are in progress. */
import { expect, it } from 'vitest';
import { processesWith } from '../support/leftovers.ts';
import { servePages } from '../support/page-server.ts';
import { newFolder, startServerProcess } from '../support/running-server.ts';

const page = '<!doctype html><title>Shop</title><h1>Shop</h1>';

it('P41: SIGTERM ends it with 0 within 30 s; captures end or are given back at once', async () => {
  let isStopping = false;
  let asked = 0;
  const site = await servePages({
    // Answers while the server stops.
    '/slow': (_request, response) => {
      asked++;
      const timer = setInterval(() => {
        if (!isStopping) return;
        clearInterval(timer);
        response.writeHead(200, { 'content-type': 'text/html' }).end(page);
      }, 100);
    },
    // Answers its second request only.
    '/hangs': (_request, response) => {
      asked++;
      if (isStopping) response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    },
  });
  const folder = newFolder();
  // Leases are long: a task that is soon free was given back.
  const env = { DPXDT_LEASE_SECONDS: '600' };
  const first = await startServerProcess(folder, ['--workers', '2'], env);
  const { releaseNumber } = await first.client.createRelease({ buildId: 1, releaseName: 'r' });
  const release = { buildId: 1, releaseName: 'r', releaseNumber };
  const config = { viewportSize: { width: 320, height: 240 } };
  for (const runName of ['/slow', '/hangs']) {
    await first.client.requestRun({ ...release, runName, url: site.url(runName), config });
  }
  await first.client.runsDone(release);
  while (asked < 2) await new Promise((resolve) => setTimeout(resolve, 50));
  const stoppedAt = Date.now();
  isStopping = true;
  first.process.kill('SIGTERM');
  expect((await first.result).status).toBe(0);
  expect(Date.now() - stoppedAt).toBeLessThan(30_000);
  expect(processesWith(`dpxdt-browser-${first.process.pid}-`)).toEqual([]);

  const idle = await startServerProcess(folder, ['--workers', '0']);
  const slow = await idle.client.runDetail({ ...release, runName: '/slow' });
  expect(slow.run.current.state, 'it ended in the time that was left').toBe('done');
  const { tasks } = await idle.client.listTasks({ queueName: 'capture', status: 'live' });
  expect(tasks).toMatchObject([{ leaseAttempts: 1 }]);
  expect(tasks[0]!.eta).toBeLessThanOrEqual(Date.now());
  idle.process.kill('SIGTERM');
  await idle.result;

  const second = await startServerProcess(folder, ['--workers', '1'], env);
  while ((await second.client.listRuns(release)).release.status !== 'reviewing') {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const hangs = await second.client.runDetail({ ...release, runName: '/hangs' });
  expect(hangs.run.status).toBe('no_diff_needed');
  second.process.kill('SIGTERM');
  expect((await second.result).status).toBe(0);
  await site.close();
});
