/**
 * From a decision to the status in a forge, with a real server on SQLite, and what a review costs with a connection. What it
 * costs while the forge is down and 1,000 releases wait for it, by turns with a build that has no forge. Then 1,000 releases
 * whose states change while the forge is down for an hour, in time that the benchmark sets.
 *   node bench/forges/run.ts [--quick] [--part decisions|reviews|outage]
 */
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { createForges } from '../../src/adapters/forges/forge-calls.ts';
import { createAesVault } from '../../src/adapters/crypto/aes-vault.ts';
import { DepictedClient } from '../../src/client/index.ts';
import { startServer } from '../../src/compose/server.ts';
import { openCore } from '../../src/compose/storage.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { deliver, takeDeliveries } from '../../src/services/forges/deliver.ts';
import { createConnection } from '../../src/services/forges/save-connection.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { TestClock } from '../../test/support/test-clock.ts';
import { plainServer } from '../../test/support/server-options.ts';
import { describeMachine, median, recentLoad } from '../machine.ts';

const { quick, part } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, part: { type: 'string' } },
}).values;
const measures = (name: string) => part === undefined || part === name;
const local = { kind: 'local' } as const;
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const minuteMs = 60_000;

console.log(`${describeMachine()}; load before: ${recentLoad().toFixed(1)}`);
if (measures('decisions')) await measureDecisions(quick ? 30 : 300);
if (measures('reviews')) await measureReviews(quick ? 60 : 1_000, quick ? 60 : 600);
if (measures('outage')) await measureOutage(quick ? 100 : 1_000);
console.log(`load after: ${recentLoad().toFixed(1)}`);

/** A forge that takes everything, or nothing. */
async function startForge() {
  const calls: { sha: string; state: string; at: number }[] = [];
  const forge = { isDown: false, refused: 0, calls, heard: (_call: { sha: string; state: string }) => {} };
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const sha = /statuses\/(\w+)/.exec(incoming.url ?? '')?.[1] ?? '';
      const { state = '' } = JSON.parse(Buffer.concat(chunks).toString() || '{}') as { state?: string };
      if (forge.isDown) {
        forge.refused++;
        outgoing.writeHead(503).end('{}');
        return;
      }
      const call = { sha, state, at: performance.now() };
      calls.push(call);
      forge.heard(call);
      outgoing.writeHead(201).end('{"id":1}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { forge, url, close: () => server.close() };
}

function shaOf(index: number): string {
  return index.toString(16).padStart(40, '0');
}

function percentile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(0)} ms`;
}

async function measureDecisions(count: number): Promise<void> {
  const { forge, url, close } = await startForge();
  const folder = await mkdtemp(join(tmpdir(), 'dpxdt-bench-'));
  const server = await startServer({ ...plainServer, dataFolder: folder, durability: 'full' });
  const client = new DepictedClient({ server: server.url });
  const png = (background: string) =>
    sharp({ create: { width: 8, height: 8, channels: 3, background } })
      .png()
      .toBuffer();
  const builds = { connected: 1, plain: (await client.createBuild({ name: 'plain' })).build.id };
  await client.createForgeConnection({
    buildId: builds.connected,
    ...{ kind: 'github', baseUrl: url, repository: 'acme/shop', token: 't' },
  });
  const sent: number[] = [];
  const reviews: Record<keyof typeof builds, number[]> = { connected: [], plain: [] };
  for (let index = 0; index < count; index++) {
    for (const kind of ['connected', 'plain'] as const) {
      const release = { buildId: builds[kind], releaseName: `r${index}`, releaseNumber: 1 };
      const images: string[] = [];
      for (const color of ['#f00', '#0f0', '#00f']) {
        const content = new Uint8Array(await png(color));
        const { sha1sum } = await client.upload({ buildId: builds[kind], fileName: 'a.png', content });
        images.push(sha1sum);
      }
      const [image, refImage, diffImage] = images as [string, string, string];
      await client.createRelease({ ...release, headCommit: shaOf(index) });
      await client.reportRun({ ...release, runName: '/', image, refImage, diffImage, distortion: 0.1 });
      await client.runsDone(release);
      const { runs } = await client.listRuns(release);
      const green = new Promise<void>((resolve) => {
        forge.heard = ({ sha, state }) => {
          if (sha === shaOf(index) && state === 'success') resolve();
        };
      });
      const start = performance.now();
      await client.reviewRun({
        ...release,
        ...{ runId: runs.id[0]!, verdict: 'approved', operationId: `o${index}` },
      });
      reviews[kind].push(performance.now() - start);
      if (kind !== 'connected') continue;
      await green;
      sent.push(performance.now() - start);
    }
  }
  console.log(
    `decision → status, ${count} decisions, SQLite: median ${median(sent).toFixed(0)} ms, p95 ${percentile(sent, 0.95)}, most ${percentile(sent, 1)}`,
  );
  for (const [kind, times] of Object.entries(reviews)) {
    console.log(
      `review call, ${kind}: median ${median(times).toFixed(1)} ms, p99 ${percentile(times, 0.99)}`,
    );
  }
  await server.stop();
  close();
  await rm(folder, { recursive: true, force: true });
}

/** Does something for each number below a count, 16 at a time. */
async function inParallel(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const workers = Array.from({ length: 16 }, async () => {
    while (next < count) await work(next++);
  });
  await Promise.all(workers);
}

/**
 * Reviews of a build whose forge is down, and of one without a forge, by turns in one server. All releases of the first wait
 * to be delivered, and each review makes one due.
 */
async function measureReviews(waiting: number, rounds: number): Promise<void> {
  const { forge, url, close } = await startForge();
  const folder = await mkdtemp(join(tmpdir(), 'dpxdt-bench-'));
  const server = await startServer({ ...plainServer, dataFolder: folder, durability: 'full' });
  const client = new DepictedClient({ server: server.url });
  const builds = { down: 1, plain: (await client.createBuild({ name: 'plain' })).build.id };
  await client.createForgeConnection({
    buildId: builds.down,
    ...{ kind: 'github', baseUrl: url, repository: 'acme/shop', token: 't' },
  });
  const runIds: Record<keyof typeof builds, number[]> = { down: [], plain: [] };
  for (const kind of ['down', 'plain'] as const) {
    const buildId = builds[kind];
    const images: string[] = [];
    for (const background of ['#f00', '#0f0', '#00f']) {
      const file = sharp({ create: { width: 8, height: 8, channels: 3, background } }).png();
      const content = new Uint8Array(await file.toBuffer());
      images.push((await client.upload({ buildId, fileName: 'a.png', content })).sha1sum);
    }
    const [image, refImage, diffImage] = images as [string, string, string];
    const makeRelease = async (index: number) => {
      const release = { buildId, releaseName: `r${index}`, releaseNumber: 1 };
      await client.createRelease({ ...release, headCommit: shaOf(index) });
      await client.reportRun({ ...release, runName: '/', image, refImage, diffImage, distortion: 0.1 });
      await client.runsDone(release);
      runIds[kind][index] = (await client.listRuns(release)).runs.id[0]!;
    };
    await inParallel(waiting, makeRelease);
  }
  forge.isDown = true;
  const review = async (kind: keyof typeof builds, round: number, verdict: 'approved' | 'rejected') => {
    const index = round % waiting;
    const release = { buildId: builds[kind], releaseName: `r${index}`, releaseNumber: 1 };
    const start = performance.now();
    await client.reviewRun({
      ...release,
      ...{ runId: runIds[kind][index]!, verdict, operationId: `${verdict}${round}` },
    });
    return performance.now() - start;
  };
  // Rejected first, so that all of them wait; approved would make the release good.
  for (const kind of ['down', 'plain'] as const) {
    await inParallel(waiting, (index) => review(kind, index, 'rejected'));
  }
  const refusedBefore = forge.refused;
  const times: Record<keyof typeof builds, number[]> = { down: [], plain: [] };
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? (['down', 'plain'] as const) : (['plain', 'down'] as const);
    for (const kind of order) times[kind].push(await review(kind, round, 'approved'));
  }
  const [down, plain] = [times.down, times.plain];
  console.log(
    `review while the forge is down, ${waiting} releases wait, ${rounds} rounds by turns: median ${median(down).toFixed(1)} ms, without a forge ${median(plain).toFixed(1)} ms, ratio ${(median(down) / median(plain)).toFixed(2)}; p99 ${percentile(down, 0.99)}, without ${percentile(plain, 0.99)}; ${forge.refused - refusedBefore} calls failed meanwhile`,
  );
  await server.stop();
  close();
  await rm(folder, { recursive: true, force: true });
}

async function measureOutage(count: number): Promise<void> {
  const { forge, url, close } = await startForge();
  const folder = await mkdtemp(join(tmpdir(), 'dpxdt-bench-'));
  const clock = new TestClock();
  const opened = await openCore({
    ...{ dataFolder: folder, databaseUrl: null, durability: 'relaxed', logger: quiet },
    ...{ maxImageBytes: 2 ** 27, maxArtifactBytes: 2 ** 24, vault: createAesVault('x'.repeat(32)) },
  });
  const deps = { ...opened.core, clock };
  deps.settings.publicUrl = 'http://dpxdt.test';
  const forges = createForges({ rules: { allowPrivate: true }, clock, version: 'bench' });
  const { id: buildId } = await createBuild(deps, local, { name: 'Shop' });
  const connected = { buildId, kind: 'github', baseUrl: url, repository: 'acme/shop', token: 't' } as const;
  await createConnection(deps, forges, local, connected);
  const deliverDue = async () => {
    for (;;) {
      const taken = await takeDeliveries(deps, 12);
      if (taken.length === 0) return;
      await Promise.all(taken.map((one) => deliver(deps, forges, one)));
    }
  };
  const release = (index: number) => ({ buildId, releaseName: `r${index}`, releaseNumber: 1 });
  for (let index = 0; index < count; index++) {
    await createRelease(deps, local, { ...release(index), headCommit: shaOf(index) });
  }
  await deliverDue();
  const before = forge.calls.length;
  forge.isDown = true;
  let changes = 0;
  for (let minute = 0; minute < 60; minute++) {
    for (let index = minute % 20; index < count; index += 20) {
      const step = Math.floor(minute / 20);
      if (step === 0) await runsDone(deps, local, release(index));
      else await reviewRelease(deps, local, { ...release(index), decision: step === 1 ? 'bad' : 'reopen' });
      changes++;
    }
    await deliverDue();
    clock.advance(minuteMs);
  }
  for (let index = 0; index < count; index++) {
    await reviewRelease(deps, local, { ...release(index), decision: 'good' });
    changes++;
  }
  forge.isDown = false;
  const start = performance.now();
  for (let minute = 0; minute < 90; minute++) {
    await deliverDue();
    clock.advance(minuteMs);
  }
  const after = forge.calls.slice(before);
  const perCommit = Map.groupBy(after, ({ sha }) => sha);
  const most = Math.max(...[...perCommit.values()].map((calls) => calls.length));
  const right = [...perCommit.values()].filter((calls) => calls.at(-1)!.state === 'success').length;
  console.log(
    `forge down for an hour, ${count} releases, ${changes} changes: ${forge.refused} calls while it was down, ${after.length} after it returned, at most ${most} for a commit; ${right} of ${count} show the last state; ${((performance.now() - start) / 1_000).toFixed(1)} s of work`,
  );
  await opened.close();
  close();
  await rm(folder, { recursive: true, force: true });
}
