/** The server as people run it: real processes, real pages, a real browser. */
import { describe, expect, it } from 'vitest';
import { DepictedClient } from '../../src/client/index.ts';
import { processesWith } from '../support/leftovers.ts';
import { servePages } from '../support/page-server.ts';
import { runDpxdt } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess, startWorkerProcess } from '../support/running-server.ts';

const page = (text: string): string =>
  `<!doctype html><title>Shop</title><body style="margin:40px;font:20px sans-serif"><h1>${text}</h1></body>`;

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function capture(client: DepictedClient, urls: Record<string, string>) {
  const { releaseNumber } = await client.createRelease({ buildId: 1, releaseName: 'shop' });
  const release = { buildId: 1, releaseName: 'shop', releaseNumber };
  const config = { viewportSize: { width: 320, height: 240 } };
  for (const [runName, url] of Object.entries(urls)) {
    await client.requestRun({ ...release, runName, url, config });
  }
  const { resultsUrl } = await client.runsDone(release);
  const ready = () =>
    until(async () => {
      const list = await client.listRuns(release);
      if (list.release.status !== 'reviewing') return null;
      return Object.fromEntries(list.runs.name.map((name, index) => [name, list.runs.status[index]!]));
    });
  return { release, resultsUrl, ready };
}

describe('dpxdt server', () => {
  it('captures two releases, compares them, refuses a second server, and ends with 0', async () => {
    const folder = newFolder();
    let news = 'Monday';
    const site = await servePages({
      '/': page('Shop'),
      '/news': (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end(page(news)),
    });
    const urls = { home: site.url('/'), news: site.url('/news'), gone: site.url('/gone') };
    const server = await startServerProcess(folder, ['--workers', '3']);
    const { client } = server;

    const first = await capture(client, urls);
    expect(await first.ready()).toEqual({ home: 'no_diff_needed', news: 'no_diff_needed', gone: 'failed' });
    await client.reviewRelease({ ...first.release, decision: 'good' });
    news = 'Tuesday';
    const second = await capture(client, urls);
    expect(await second.ready()).toEqual({ home: 'diff_not_found', news: 'diff_found', gone: 'failed' });

    const { run } = await client.runDetail({ ...second.release, runName: 'news' });
    expect(run.diff.facts).toMatchObject({
      canvas: { width: 320, height: 240 },
    });
    expect(run.diff.facts!.changedPixels).toBeGreaterThan(50);
    const gone = await client.runDetail({ ...second.release, runName: 'gone' });
    expect(gone.run.current.failure).toMatchObject({ reason: 'http_status', httpStatus: 404 });

    const results = await fetch(second.resultsUrl);
    expect(results.status).toBe(200);
    expect(await results.text()).toContain('<div id="root">');
    const { counts } = await client.listRuns(second.release);
    expect(counts).toMatchObject({ total: 3, undecided: 1 });

    const again = await runDpxdt(['server', '--port', '0'], { currentFolder: folder });
    expect(again).toMatchObject({ status: 5, stdout: '' });
    expect(again.stderr).toMatch(
      /^dpxdt: Another dpxdt server is already using .*dpxdt\.sqlite\. Stop it first/,
    );
    const admin = await runDpxdt(['admin', 'fsck'], { currentFolder: folder });
    expect(admin.stderr).toMatch(/^dpxdt: A server is using .* Use that server with --server/);

    const stoppedAt = Date.now();
    server.process.kill('SIGTERM');
    const { status } = await server.result;
    expect(status).toBe(0);
    expect(Date.now() - stoppedAt).toBeLessThan(30_000);
    expect(processesWith(`dpxdt-browser-${server.process.pid}-`)).toEqual([]);
    await site.close();

    const checked = await runDpxdt(['admin', 'fsck', '--json'], { currentFolder: folder });
    expect(checked.status).toBe(0);
    expect(JSON.parse(checked.stdout)).toMatchObject({ runs: 6, problems: [] });
  });

  it('D14: the task of a worker that was killed is done by another one', async () => {
    const folder = newFolder();
    const admin = async (...args: string[]) => {
      const { stdout } = await runDpxdt(['admin', ...args, '--json'], { currentFolder: folder });
      return JSON.parse(stdout) as { build_id: number; key_id: string; secret: string };
    };
    expect((await admin('create-build', '--name', 'Shop')).build_id).toBe(1);
    const { key_id: keyId, secret } = await admin('create-key', '--superuser', '--purpose', 'test');
    const env = { DPXDT_CLIENT_ID: keyId, DPXDT_CLIENT_SECRET: secret, DPXDT_LEASE_SECONDS: '3' };

    let asked = 0;
    const site = await servePages({
      '/': (_request, response) => {
        asked++;
        // The first browser waits for an answer that never comes.
        if (asked > 1) response.writeHead(200, { 'content-type': 'text/html' }).end(page('Shop'));
      },
    });
    const server = await startServerProcess(folder, ['--workers', '0', '--auth', 'on']);
    const wrong = startWorkerProcess(folder, server.url, { ...env, DPXDT_CLIENT_SECRET: 'wrong' });
    expect(await wrong.result).toMatchObject({ status: 5 });
    const client = new DepictedClient({ server: server.url, keyId, keySecret: secret });
    const workers = [1, 2].map(() => startWorkerProcess(folder, server.url, env));
    await Promise.all(workers.map((worker) => worker.untilOutput(/Working for/)));

    const { release, ready } = await capture(client, { home: site.url('/') });
    await until(async () => (asked > 0 ? true : null));
    const { tasks } = await client.listTasks({ queueName: 'capture' });
    const holder = workers.find(({ process }) => tasks[0]!.owner?.endsWith(`:${process.pid}`))!;
    holder.process.kill('SIGKILL');
    const killedAt = Date.now();
    await until(async () => {
      const [task] = (await client.listTasks({ queueName: 'capture' })).tasks;
      return task!.leaseAttempts > 1 ? true : null;
    });
    expect(Date.now() - killedAt, 'lease + 15 s').toBeLessThan(3_000 + 15_000 + 5_000);
    expect(await ready()).toEqual({ home: 'no_diff_needed' });
    const after = await client.listTasks({ queueName: 'capture' });
    expect(after.tasks[0]!.status).toBe('done');
    expect(after.tasks[0]!.leaseAttempts).toBeGreaterThanOrEqual(2);
    expect((await client.runDetail({ ...release, runName: 'home' })).run.current.state).toBe('done');

    const other = workers.find((worker) => worker !== holder)!;
    other.process.kill('SIGTERM');
    expect((await other.result).status).toBe(0);
    await site.close();
  });

  it.each([
    [['--host', '0.0.0.0'], /^dpxdt: A server bound to 0\.0\.0\.0 needs --public-url/],
    [['--host', '0.0.0.0', '--auth', 'off'], /^dpxdt: --auth off is only possible on a loopback address/],
    [['--public-url', 'dpxdt.example.org'], /^dpxdt: --public-url must be an http or https address/],
    [['--database-url', 'mysql://x'], /^dpxdt: --database-url must begin with postgres:\/\//],
  ])('%j is refused', async (args, sentence) => {
    const { status, stderr } = await runDpxdt(['server', '--port', '0', ...args], {
      currentFolder: newFolder(),
    });
    expect(stderr).toMatch(sentence);
    expect(status).toBe(2);
  });
});
