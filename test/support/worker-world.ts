/** A real server in this process, over real HTTP, with workers whose pages and comparisons the test defines. */

import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createEventCalls } from '../../src/adapters/events/event-calls.ts';
import { createCiTokens } from '../../src/adapters/forges/ci-tokens.ts';
import { createForges } from '../../src/adapters/forges/forge-calls.ts';
import { createDerivedImages } from '../../src/adapters/pixels/derived-images.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { DepictedClient } from '../../src/client/index.ts';
import { parseCaptureConfig } from '../../src/contract/capture-config.ts';
import { unpackDom } from '../../src/adapters/dom/dom-file.ts';
import { readComparisonKeys } from '../../src/contract/comparison-keys.ts';
import { createHttpApp, type HttpApp } from '../../src/http/app.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Deps } from '../../src/services/deps.ts';
import { defaultWorkerSettings, httpTaskServer, startWorker } from '../../src/worker/index.ts';
import type { WorkerSettings } from '../../src/worker/settings.ts';
import type { WorkerParts } from '../../src/worker/work.ts';
import type { Worker } from '../../src/worker/worker.ts';
import { fakeCapturer, fakeComparer, fakePage } from './fake-ports.ts';
import { openWorld, type World } from './server-world.ts';

/** A running clock that can be moved forward. */
export interface ShiftedClock extends Clock {
  shift(ms: number): void;
}

export interface WorkerWorld {
  core: Deps;
  world: World;
  clock: ShiftedClock;
  client: DepictedClient;
  buildId: number;
  url: string;
  /** Ends the HTTP server; its data is kept. */
  stopServer(): Promise<void>;
  /** Starts it again on the same port. */
  startServer(): Promise<void>;
  /** Another server of the same data; stopped when the test ends. @returns its address */
  startSecondServer(): Promise<string>;
  /** A worker with short times; stopped when the test ends. */
  work(parts?: Partial<WorkerParts>, settings?: Partial<WorkerSettings>): Worker;
}

/**
 * @param change other dependencies of the server
 * @param allowPrivate whether pages of this machine may be captured
 */
export async function openWorkerWorld(
  change: (deps: Deps) => Partial<Deps> = () => ({}),
  allowPrivate = false,
): Promise<WorkerWorld> {
  const world = await openWorld('sqlite');
  const clock = shiftedClock();
  const settings = { ...world.deps.settings, queuePollMs: 200 };
  const core: Deps = { ...world.deps, clock, settings, ...change(world.deps) };
  const images = await createDerivedImages({ folder: join(world.blobFolder, '..', 'derived') });
  const calling = { rules: { allowPrivate: false }, clock, version: 'test' };
  const [forges, eventCalls] = [createForges(calling), createEventCalls(calling)];
  const ciTokens = createCiTokens(calling);
  let app: HttpApp | null = null;
  let port = 0;
  const createApp = () =>
    createHttpApp({
      core,
      images,
      forges,
      ciTokens,
      eventCalls,
      authentication: 'off',
      captureTargets: { allowPrivate },
      version: 'test',
    });
  async function startServer(): Promise<void> {
    app = await createApp();
    port = Number(new URL(await app.listen({ host: '127.0.0.1', port })).port);
  }
  async function stopServer(): Promise<void> {
    await app?.close();
    app = null;
  }
  await startServer();
  onTestFinished(stopServer);
  const url = `http://127.0.0.1:${port}`;
  return {
    core,
    world,
    clock,
    client: new DepictedClient({ server: url }),
    buildId: world.build.id,
    url,
    startServer,
    stopServer,
    async startSecondServer() {
      const second = await createApp();
      onTestFinished(() => second.close());
      return second.listen({ host: '127.0.0.1', port: 0 });
    },
    work(parts = {}, settings = {}) {
      const worker = startWorker({
        server: httpTaskServer(new DepictedClient({ server: url, maxAttempts: 1 })),
        capturer: fakeCapturer(({ url: page }) => fakePage(page)),
        comparer: fakeComparer(),
        clock: systemClock,
        logger: core.logger,
        tracer: core.tracer,
        readConfig: (json) => parseCaptureConfig(JSON.parse(json)),
        readComparisonKeys,
        readDom: unpackDom,
        settings: {
          ...defaultWorkerSettings,
          owner: 'test worker',
          captures: 2,
          diffs: 2,
          heartbeatMs: 50,
          waitMs: 1_000,
          retryMs: 20,
          maxRetryMs: 100,
          stopGraceMs: 500,
          abortGraceMs: 100,
          ...settings,
        },
        ...parts,
      });
      onTestFinished(() => worker.stop());
      return worker;
    },
  };
}

function shiftedClock(): ShiftedClock {
  let shifted = 0;
  return {
    ...systemClock,
    now: () => Date.now() + shifted,
    shift: (ms) => (shifted += ms),
  };
}

/** A release with captures of pages, by run name, with all requests complete. */
export async function requestRelease(
  { client, buildId }: WorkerWorld,
  pages: Record<string, { url: string; config?: Record<string, unknown>; refUrl?: string }>,
  releaseName = 'r1',
) {
  const { releaseNumber } = await client.createRelease({ buildId, releaseName });
  const release = { buildId, releaseName, releaseNumber };
  for (const [runName, { url, config = {}, refUrl }] of Object.entries(pages)) {
    const ref = refUrl === undefined ? {} : { refUrl, refConfig: {} };
    await client.requestRun({ ...release, runName, url, config, ...ref });
  }
  await client.runsDone(release);
  return release;
}

export type RequestedRelease = Awaited<ReturnType<typeof requestRelease>>;

/** The runs by name once the release waits for nothing. */
export async function settled({ client }: WorkerWorld, release: RequestedRelease) {
  for (;;) {
    const list = await client.listRuns(release);
    if (list.release.status === 'reviewing') {
      return Object.fromEntries(list.runs.name.map((name, index) => [name, list.runs.status[index]!]));
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export async function runOf({ client }: WorkerWorld, release: RequestedRelease, runName: string) {
  return (await client.runDetail({ ...release, runName })).run;
}

/**
 * Moves the clock to the next attempt of each failed task, as soon as the server has set its time, until `work` is done.
 *
 * @returns what `work` results in, and how long the attempts would have waited, in milliseconds
 */
export async function withoutWaits<T>(
  { client, clock }: WorkerWorld,
  work: Promise<T>,
): Promise<{ result: T; waits: number[] }> {
  const waits: number[] = [];
  const ended = work.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 10, false))]))) {
    const { queues } = await client.listQueues({});
    // Nothing else is being done, or due: each time is that of a next attempt.
    const idle = queues.filter(({ delayed, leased, waiting }) => delayed > 0 && leased + waiting === 0);
    for (const { queue } of idle) {
      const { tasks } = await client.listTasks({ queueName: queue, status: 'live' });
      const waitMs = Math.max(...tasks.map(({ eta }) => eta)) - clock.now();
      if (waitMs <= 0) continue;
      waits.push(waitMs);
      clock.shift(waitMs);
    }
  }
  return { result: await work, waits };
}
