/** The tools' way of making a release, against the real server. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import type { FetchInit } from '../../src/client/index.ts';
import { connect } from '../../src/tools/connection.ts';
import type { ToolEvent } from '../../src/tools/events.ts';
import { judgeOutcome } from '../../src/tools/judge-outcome.ts';
import { makeRelease, type ReleaseOptions } from '../../src/tools/make-release.ts';
import type { PlannedRun, PlannedRuns } from '../../src/tools/planned-run.ts';
import { fakePng } from '../support/fake-ports.ts';
import { openWorkerWorld, type WorkerWorld } from '../support/worker-world.ts';
import { until } from '../support/until.ts';

interface Making {
  options?: Partial<ReleaseOptions>;
  signal?: AbortSignal;
  fetch?: (url: string, init: FetchInit) => Promise<Response>;
}

function make(world: WorkerWorld, runs: PlannedRuns, { options, signal, fetch: send }: Making = {}) {
  const events: ToolEvent[] = [];
  const outcome = makeRelease(
    {
      buildId: world.buildId,
      releaseName: 'r1',
      url: null,
      source: { branch: 'main', commit: null, ciUrl: null },
      gitStory: null,
      concurrency: 4,
      wait: { timeoutMs: 60_000, goal: 'compared' },
      serverToName: null,
      ...options,
    },
    runs,
    {
      connection: connect({
        server: `${world.url}/api`,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 50))),
        ...(send !== undefined && { fetch: send }),
      }),
      clock: systemClock,
      onEvent: (event) => events.push(event),
      signal: signal ?? new AbortController().signal,
    },
  );
  return { outcome, events };
}

const page = (name: string): PlannedRun => ({
  kind: 'capture',
  name,
  url: `http://site.test${name}`,
  config: {},
});

function folderWith(images: Record<string, string>): (name: string) => PlannedRun {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-flow-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(images)) writeFileSync(join(folder, name), fakePng(content));
  return (name) => ({ kind: 'image', name, url: null, imagePath: join(folder, name), logPath: null });
}

const release = (world: WorkerWorld, releaseNumber: number, releaseName = 'r1') => ({
  buildId: world.buildId,
  releaseName,
  releaseNumber,
});

it('makes a release of runs as they are found, waits, and knows what became of them', async () => {
  const world = await openWorkerWorld();
  world.work();
  async function* found() {
    yield page('/a');
    await until(async () => (await world.client.listReleases({ buildId: world.buildId })).total === 1);
    yield page('/b');
  }
  const first = make(world, found());
  expect(await first.outcome).toMatchObject({
    release: release(world, 1),
    sent: 2,
    refusals: [],
    timedOut: false,
    result: { status: 'reviewing', counts: { total: 2, new: 2 } },
  });
  const { release: made } = (await world.client.listReleases({ buildId: world.buildId })).releases[0]!;
  expect(made).toMatchObject({ branch: 'main', status: 'reviewing' });
  expect(first.events.filter(({ type }) => type === 'progress').length).toBeGreaterThan(0);
  await world.client.reviewRelease({ ...release(world, 1), decision: 'good' });
  const { result } = await make(world, [page('/a'), page('/b')]).outcome;
  expect(result!.runs.map(({ name, status }) => [name, status])).toEqual([
    ['/a', 'diff_not_found'],
    ['/b', 'diff_not_found'],
  ]);
  expect(result!.runs[0]!.resultsUrl).toMatch(/\/run\?id=1&name=r1&number=2&test=%2Fa$/);
});

it('makes no release of nothing', async () => {
  const world = await openWorkerWorld();
  expect(await make(world, []).outcome).toMatchObject({ release: null, resultsUrl: null, sent: 0 });
  expect(await world.client.listReleases({ buildId: world.buildId })).toMatchObject({ total: 0 });
});

it('sends an image whose bytes the build has only by name', async () => {
  const world = await openWorkerWorld();
  const image = folderWith({ 'a.png': 'a', 'b.png': 'b', 'copy.png': 'a' });
  const first = make(world, [image('a.png'), image('b.png')], { options: { wait: null } });
  await first.outcome;
  expect(first.events).toContainEqual(expect.objectContaining({ files: { uploaded: 2, known: 0 } }));
  const second = make(world, [image('a.png'), image('b.png'), image('copy.png')]);
  expect((await second.outcome).result!.counts).toMatchObject({ total: 3, new: 3 });
  expect(second.events).toContainEqual(expect.objectContaining({ files: { uploaded: 0, known: 3 } }));
});

it('turns runs that cannot be into failed runs, and goes on', async () => {
  const world = await openWorkerWorld();
  const image = folderWith({ 'a.png': 'a' });
  const text = folderWith({});
  const broken: PlannedRun = { ...page('/broken'), url: 'ftp://site.test/' };
  const outcome = await make(world, [
    image('a.png'),
    text('missing.png'),
    broken,
    { kind: 'failed', name: '/given up', url: 'http://site.test/x', message: 'The page was not found.' },
  ]).outcome;
  expect(outcome.refusals.map(({ name }) => name).sort()).toEqual(['/broken', '/given up', 'missing.png']);
  expect(outcome.result!.counts).toMatchObject({ total: 4, new: 1, failed: 3 });
  const failed = outcome.result!.runs.find(({ name }) => name === '/given up');
  expect(failed).toMatchObject({ status: 'failed', failureMessage: 'The page was not found.' });
});

it('counts runs whose names the server refuses as failures, though the release knows nothing of them', async () => {
  const world = await openWorkerWorld();
  world.work();
  const tooLong = `/${'a'.repeat(300)}`;
  const outcome = await make(world, [page('/a'), { ...page('/b'), name: tooLong }]).outcome;
  expect(outcome.result!.counts).toMatchObject({ total: 1 });
  expect(judgeOutcome(outcome, { allowNoBaseline: true })).toEqual({
    status: 3,
    sentences: [expect.stringMatching(/^1 run failed\.$/), expect.stringContaining('--allow-no-baseline')],
  });
});

it('refuses two runs of one name, and marks the attempt bad', async () => {
  const world = await openWorkerWorld();
  await expect(make(world, [page('/a'), page('/a')]).outcome).rejects.toThrow('Two runs are named "/a"');
  const { releases } = await world.client.listReleases({ buildId: world.buildId });
  expect(releases[0]!.release).toMatchObject({ status: 'bad', decisionNote: 'abandoned by the client' });
});

it('leaves a tidy release when it is interrupted, while sending and while waiting', async () => {
  const world = await openWorkerWorld();
  const endings = [
    async function* (controller: AbortController) {
      yield page('/a');
      await until(async () => (await world.client.listReleases({ buildId: world.buildId })).total === 1);
      controller.abort(new Error('Ctrl-C'));
      yield page('/b');
    },
    async function* (controller: AbortController) {
      yield page('/a');
      const looked = world.client.listRuns.bind(world.client);
      void until(async () => {
        const found = await looked(release(world, 2)).catch(() => null);
        if (found?.release.status !== 'processing') return false;
        controller.abort(new Error('Ctrl-C'));
        return true;
      });
    },
  ];
  for (const [index, ending] of endings.entries()) {
    const controller = new AbortController();
    const making = make(world, ending(controller), { signal: controller.signal });
    await expect(making.outcome).rejects.toThrow('Ctrl-C');
    const list = await world.client.listRuns(release(world, index + 1));
    expect(list.release).toMatchObject({ status: 'bad', decisionNote: 'cancelled by the client' });
    expect(list.counts.waiting).toBe(0);
  }
});

it('says so when a newer attempt takes its place, while sending and while waiting', async () => {
  const world = await openWorkerWorld();
  const supersede = () => world.client.createRelease({ buildId: world.buildId, releaseName: 'r1' });
  async function* whileSending() {
    yield page('/a');
    await until(async () => (await world.client.listReleases({ buildId: world.buildId })).total === 1);
    await supersede();
    yield page('/b');
  }
  const superseded = { status: 'bad', decisionNote: 'superseded by #2' };
  expect(await make(world, whileSending()).outcome).toMatchObject({ result: superseded, timedOut: false });

  const waiting = make(world, [page('/a')]);
  await until(() => waiting.events.some(({ type }) => type === 'progress'));
  await supersede();
  expect(await waiting.outcome).toMatchObject({
    result: { status: 'bad', decisionNote: 'superseded by #4' },
  });
});

it('gives up waiting in time, and leaves the release to the server', async () => {
  const world = await openWorkerWorld();
  const outcome = await make(world, [page('/a')], { options: { wait: { timeoutMs: 100, goal: 'compared' } } })
    .outcome;
  expect(outcome).toMatchObject({ timedOut: true, result: null });
  const { release: left } = await world.client.listRuns(release(world, 1));
  expect(left.status).toBe('processing');
});

it('goes on when the server restarts while images are sent, and while it waits', async () => {
  const world = await openWorkerWorld();
  const names = Array.from({ length: 12 }, (_, index) => `${index}.png`);
  const image = folderWith(Object.fromEntries(names.map((name) => [name, `image ${name}`])));
  let reports = 0;
  const restarts: Promise<void>[] = [];
  const restart = async () => {
    await world.stopServer();
    await new Promise((resolve) => setTimeout(resolve, 150));
    await world.startServer();
  };
  const making = make(world, names.map(image), {
    fetch: async (url, init) => {
      if (url.endsWith('/api/report_run') && ++reports === 5) restarts.push(restart());
      return fetch(url, init);
    },
  });
  const { result, sent } = await making.outcome;
  await Promise.all(restarts);
  expect(restarts).toHaveLength(1);
  expect(sent).toBe(12);
  expect(result!.counts).toMatchObject({ total: 12, new: 12, failed: 0 });

  const waiting = make(world, [page('/a')]);
  await until(() => waiting.events.some(({ type }) => type === 'progress'));
  await restart();
  world.work();
  expect((await waiting.outcome).result!.counts).toMatchObject({ total: 1, new: 1 });
});

it('asks for a key in a sentence, and gives up soon on a server that is not there', async () => {
  const world = await openWorkerWorld();
  const unauthenticated = async () =>
    Response.json({ error: 'No credentials.', code: 'unauthenticated', details: {} }, { status: 401 });
  await expect(make(world, [page('/a')], { fetch: unauthenticated }).outcome).rejects.toThrow(
    'The server requires an API key: set its ID and secret with --release-client-id',
  );
  let calls = 0;
  const absent = async () => {
    calls++;
    throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
  };
  await expect(make(world, [page('/a')], { fetch: absent }).outcome).rejects.toMatchObject({
    code: 'unavailable',
  });
  expect(calls).toBe(3);
});

it('waits for a decision through a restart; good is success, failed runs or not', async () => {
  const world = await openWorkerWorld();
  const goal = 'decision' as const;
  const runs = [page('/a'), { kind: 'failed', name: '/b', url: null, message: 'No.' } as const];
  const waiting = make(world, runs, { options: { wait: { timeoutMs: 60_000, goal } } });
  world.work();
  await until(() =>
    waiting.events.some((event) => event.type === 'progress' && event.status === 'reviewing'),
  );
  await world.stopServer();
  await new Promise((resolve) => setTimeout(resolve, 150));
  await world.startServer();
  await world.client.reviewRelease({ ...release(world, 1), decision: 'good', note: 'as designed' });
  const outcome = await waiting.outcome;
  expect(outcome).toMatchObject({
    timedOut: false,
    result: { status: 'good', decisionNote: 'as designed', counts: { new: 1, failed: 1 } },
  });
  expect(judgeOutcome(outcome, { allowNoBaseline: false, goal })).toMatchObject({ status: 0 });
});

it('leaves a release that people look at as it is when the waiting is interrupted or late', async () => {
  const world = await openWorkerWorld();
  world.work();
  const wait = { timeoutMs: 60_000, goal: 'decision' } as const;
  const interruption = new AbortController();
  const waiting = make(world, [page('/a')], { options: { wait }, signal: interruption.signal });
  await until(() =>
    waiting.events.some((event) => event.type === 'progress' && event.status === 'reviewing'),
  );
  interruption.abort(new Error('Ctrl-C'));
  await expect(waiting.outcome).rejects.toThrow('Ctrl-C');
  expect((await world.client.listRuns(release(world, 1))).release.status).toBe('reviewing');
  expect(waiting.events.at(-1)).toEqual({
    type: 'warning',
    message: `The release is unchanged. To wait longer: dpxdt wait --build ${world.buildId} --release r1 --number 1`,
  });

  const late = make(world, [page('/a')], { options: { wait: { ...wait, timeoutMs: 2_000 } } });
  const outcome = await late.outcome;
  expect(outcome).toMatchObject({ timedOut: true, result: { status: 'reviewing', counts: { new: 1 } } });
  expect(judgeOutcome(outcome, { allowNoBaseline: true, goal: 'decision' })).toMatchObject({ status: 6 });
});
