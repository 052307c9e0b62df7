/**
 * Workers, and servers with a worker inside, that are killed with -9 in the middle of captures: their tasks are done by
 * others, and neither browsers nor folders stay behind. The seed is in the test's name; `KILL_SEEDS=1,2,3` plays others.
 */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import type { DepictedClient } from '../../src/client/index.ts';
import { processesWith } from '../support/leftovers.ts';
import { servePages } from '../support/page-server.ts';
import { seededRandom } from '../support/random-pair.ts';
import type { RunningDpxdt } from '../support/run-dpxdt.ts';
import { newFolder, startServerProcess, startWorkerProcess } from '../support/running-server.ts';
import { createPostgresDatabase, storeKinds } from '../support/server-world.ts';

// Seconds on a quiet machine; a busy one is no failure.
vi.setConfig({ testTimeout: 300_000 });

const seeds = (process.env['KILL_SEEDS'] ?? '21').split(',').map(Number);
const cases = storeKinds.flatMap((kind) => seeds.map((seed) => [kind, seed] as const));

/** Short leases, so that a dead worker's tasks are free soon. */
const env = { DPXDT_LEASE_SECONDS: '2' };
const config = { viewportSize: { width: 320, height: 240 } };
const page = '<!doctype html><title>Shop</title><h1>Shop</h1>';
/** Keeps its renderer busy endlessly: even a graceful end of the browser would not reach it. */
const spinningPage = '<!doctype html><title>Shop</title><script>for (;;);</script>';

async function argsFor(kind: (typeof storeKinds)[number], workers: number): Promise<string[]> {
  const databaseUrl = kind === 'sqlite' ? [] : ['--database-url', await createPostgresDatabase()];
  return ['--workers', String(workers), ...databaseUrl];
}

async function until<T>(look: () => T | null | Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Pages that are slow at random. The first answer to `?spin` spins. */
async function serveShop(random: () => number) {
  const shop = { asked: 0, spins: false, close: async () => {}, url: (path: string) => path };
  const site = await servePages({
    '/': (request, response) => {
      shop.asked++;
      const isSpin = request.url?.includes('spin') === true && !shop.spins;
      if (isSpin) shop.spins = true;
      const html = isSpin ? spinningPage : page;
      const answer = () => response.writeHead(200, { 'content-type': 'text/html' }).end(html);
      setTimeout(answer, isSpin ? 0 : 100 + random() * 500);
    },
  });
  shop.url = (path) => site.url(path);
  shop.close = () => site.close();
  return shop;
}

async function requestPages(client: DepictedClient, urls: string[]) {
  const { releaseNumber } = await client.createRelease({ buildId: 1, releaseName: 'shop' });
  const release = { buildId: 1, releaseName: 'shop', releaseNumber };
  for (const url of urls) await client.requestRun({ ...release, runName: url, url, config });
  await client.runsDone(release);
  return release;
}

async function statuses(client: DepictedClient, release: Awaited<ReturnType<typeof requestPages>>) {
  const { runs } = await until(async () => {
    const list = await client.listRuns(release);
    return list.release.status === 'reviewing' ? list : null;
  });
  return new Set(runs.status);
}

async function holderOf(text: string, client: DepictedClient, workers: readonly RunningDpxdt[]) {
  const { tasks } = await client.listTasks({ queueName: 'capture' });
  const task = tasks.find(({ payload }) => payload.includes(text));
  return workers.find(({ process }) => task?.owner?.endsWith(`:${process.pid}`) === true);
}

/** Browsers go with the process that started them, however it went. */
async function expectNoBrowserOf(pids: readonly (number | undefined)[]): Promise<void> {
  await until(() => (pids.every((pid) => processesWith(`dpxdt-browser-${pid}-`).length === 0) ? true : null));
}

function browserFolders(pids: readonly (number | undefined)[]): string[] {
  const names = [...new Set([tmpdir(), '/tmp'])].flatMap((folder) => readdirSync(folder));
  return names.filter((name) => pids.some((pid) => name.startsWith(`dpxdt-browser-${pid}-`)));
}

describe('killed with -9 in the middle of captures', () => {
  it.each(cases)('P4, D14, on %s, seed %i: workers lose no run', async (kind, seed) => {
    const random = seededRandom(seed);
    const folder = newFolder();
    const shop = await serveShop(random);
    const server = await startServerProcess(folder, await argsFor(kind, 0));
    const started = (): RunningDpxdt => startWorkerProcess(folder, server.url, env);
    const workers = [started(), started()];
    const release = await requestPages(
      server.client,
      ['?spin', ...Array.from({ length: 9 }, (_, index) => `?${index}`)].map((query) =>
        shop.url(`/${query}`),
      ),
    );
    const killed: (number | undefined)[] = [];
    // Two kills, so that no task can lose all three of its attempts.
    for (let kill = 0; kill < 2; kill++) {
      const askedBefore = shop.asked;
      const after = 1 + Math.floor(random() * 3);
      await until(() => (shop.spins && shop.asked >= askedBefore + after ? true : null));
      const spinner = await holderOf('?spin', server.client, workers);
      const index = kill === 0 ? workers.indexOf(spinner!) : Math.floor(random() * workers.length);
      const [victim] = workers.splice(index, 1);
      killed.push(victim!.process.pid);
      victim!.process.kill('SIGKILL');
      await victim!.result;
      workers.push(started());
    }
    await expectNoBrowserOf(killed);
    expect(await statuses(server.client, release)).toEqual(new Set(['no_diff_needed']));
    const { tasks } = await server.client.listTasks({ queueName: 'capture' });
    expect(new Set(tasks.map(({ status }) => status))).toEqual(new Set(['done']));
    expect(Math.max(...tasks.map(({ leaseAttempts }) => leaseAttempts))).toBeGreaterThan(1);

    const last = workers.map(({ process }) => process.pid);
    for (const worker of workers) worker.process.kill('SIGTERM');
    for (const worker of workers) expect((await worker.result).status).toBe(0);
    await expectNoBrowserOf(last);
    expect(browserFolders([...killed, ...last])).toEqual([]);
    await shop.close();
  });

  it.each(cases)('P43, on %s, seed %i: a server with its worker resumes its queue', async (kind, seed) => {
    const random = seededRandom(seed);
    const folder = newFolder();
    const shop = await serveShop(random);
    const args = await argsFor(kind, 2);
    const first = await startServerProcess(folder, args, env);
    const release = await requestPages(
      first.client,
      ['?spin', ...Array.from({ length: 5 }, (_, index) => `?${index}`)].map((query) =>
        shop.url(`/${query}`),
      ),
    );
    const after = 1 + Math.floor(random() * 4);
    await until(() => (shop.spins && shop.asked >= after ? true : null));
    first.process.kill('SIGKILL');
    await first.result;
    await expectNoBrowserOf([first.process.pid]);

    const second = await startServerProcess(folder, args, env);
    expect(await statuses(second.client, release)).toEqual(new Set(['no_diff_needed']));
    second.process.kill('SIGTERM');
    expect((await second.result).status).toBe(0);
    const pids = [first.process.pid, second.process.pid];
    await expectNoBrowserOf(pids);
    expect(browserFolders(pids)).toEqual([]);
    await shop.close();
  });

  it('P6: a page that kills every worker is given up after three, and the release goes on', async () => {
    const folder = newFolder();
    let worker: RunningDpxdt | null = null;
    let kills = 0;
    const site = await servePages({
      '/good': page,
      '/poison': (_request, response) => {
        if (worker === null) return response.end(page);
        kills++;
        worker.process.kill('SIGKILL');
        worker = null;
        return undefined;
      },
    });
    const server = await startServerProcess(folder, ['--workers', '0']);
    const urls = [site.url('/poison'), site.url('/good')];
    const release = await requestPages(server.client, urls);
    const status = async () => (await server.client.listRuns(release)).release.status;
    for (let lives = 0; lives < 3; lives++) {
      const started = startWorkerProcess(folder, server.url, env, 1);
      worker = started;
      await started.result;
    }
    const survivor = startWorkerProcess(folder, server.url, env);
    await until(async () => ((await status()) === 'reviewing' ? true : null));
    expect(kills).toBe(3);
    const runs = await Promise.all(
      urls.map(async (runName) => (await server.client.runDetail({ ...release, runName })).run),
    );
    expect(runs.map((run) => run.status)).toEqual(['failed', 'no_diff_needed']);
    expect(runs[0]!.current.failure).toMatchObject({
      reason: 'attempts_exhausted',
      message: expect.stringContaining('3 attempts') as string,
    });
    survivor.process.kill('SIGTERM');
    await survivor.result;
    await site.close();
  });
});
