/**
 * How fast the core of the server answers on SQLite with full durability, how group commit grows with the number of
 * clients, and how cost grows with what is stored. In one process, without HTTP.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileBlobs } from '../../src/adapters/blobs/file-blobs.ts';
import { systemClock } from '../../src/adapters/clock/system-clock.ts';
import { nodeIds } from '../../src/adapters/crypto/node-ids.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import { inProcessFeed } from '../../src/adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../../src/adapters/notify/in-process-notifier.ts';
import { createBuild } from '../../src/services/create-build.ts';
import { createRelease } from '../../src/services/create-release.ts';
import { defaultServiceSettings } from '../../src/services/deps.ts';
import type { Deps } from '../../src/services/deps.ts';
import { addTask } from '../../src/services/add-task.ts';
import { findRun } from '../../src/services/find-run.ts';
import { finishTask } from '../../src/services/finish-task.ts';
import { heartbeat } from '../../src/services/heartbeat.ts';
import { leaseTasks } from '../../src/services/lease-tasks.ts';
import { listRuns } from '../../src/services/list-runs.ts';
import { reportRun } from '../../src/services/report-run.ts';
import { requestRun } from '../../src/services/request-run.ts';
import { reviewRelease } from '../../src/services/review-release.ts';
import { upload } from '../../src/services/upload.ts';

const isQuick = process.argv.includes('--quick');
const root = { kind: 'local' } as const;
const runsPerRelease = 1_000;

interface Measure {
  perSecond: number;
  medianMs: number;
  p99Ms: number;
  /** Processor time per call, microseconds: what a busy machine changes least. */
  cpuUs: number;
}

async function open(durability: 'full' | 'relaxed'): Promise<{ deps: Deps; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-bench-'));
  const logger = { debug() {}, info() {}, warn() {}, error: console.error };
  const store = await openSqliteStore({ file: join(folder, 'dpxdt.db'), durability });
  const deps: Deps = {
    store,
    blobs: await openFileBlobs(join(folder, 'blobs')),
    clock: systemClock,
    ids: nodeIds(),
    notifier: inProcessNotifier(),
    feed: inProcessFeed(logger),
    logger,
    settings: { ...defaultServiceSettings, publicUrl: 'http://localhost:5000' },
  };
  const close = async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { deps, close };
}

async function measure(
  count: number,
  clients: number,
  work: (index: number) => Promise<unknown>,
): Promise<Measure> {
  let next = 0;
  const times: number[] = [];
  const cpu = process.cpuUsage();
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < count) {
        const index = next++;
        const start = performance.now();
        await work(index);
        times.push(performance.now() - start);
      }
    }),
  );
  const seconds = (performance.now() - begin) / 1000;
  const used = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  return {
    perSecond: count / seconds,
    medianMs: times[count >> 1]!,
    p99Ms: times[Math.floor(count * 0.99)]!,
    cpuUs: (used.user + used.system) / count,
  };
}

function show(label: string, { perSecond, medianMs, p99Ms, cpuUs }: Measure): void {
  const columns = [
    `${Math.round(perSecond)}/s`.padStart(9),
    `median ${medianMs.toFixed(2)} ms`.padStart(18),
    `p99 ${p99Ms.toFixed(2)} ms`.padStart(16),
    `${Math.round(cpuUs)} µs cpu`.padStart(12),
  ];
  console.log(`${label.padEnd(46)}${columns.join('')}`);
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}

async function uploadSome(deps: Deps, buildId: number): Promise<string[]> {
  const digests: string[] = [];
  for (let index = 0; index < 20; index++) {
    const content = bytesOf(`image ${index}`);
    digests.push((await upload(deps, root, { buildId, fileName: 'x.png', content })).sha1sum);
  }
  return digests;
}

async function throughput(durability: 'full' | 'relaxed'): Promise<void> {
  const { deps, close } = await open(durability);
  const { id: buildId } = await createBuild(deps, root, { name: 'bench' });
  const images = await uploadSome(deps, buildId);
  await createRelease(deps, root, { buildId, releaseName: 'r' });
  const place = { buildId, releaseName: 'r', releaseNumber: 1 };
  const count = isQuick ? 1_000 : 5_000;
  for (const clients of [1, 16, 64]) {
    const report = (index: number) =>
      reportRun(deps, root, { ...place, runName: `/${clients}/${index}`, image: images[index % 20]! });
    show(
      `report_run, ${durability}, ${clients} clients`,
      await measure(clients === 1 ? count / 5 : count, clients, report),
    );
  }
  const request = (index: number) => requestRun(deps, root, { ...place, url: `http://shop.test/${index}` });
  show(`request_run, ${durability}, 16 clients`, await measure(count, 16, request));
  await measure(count, 64, (index) => addTask(deps, root, { queue: 'q', payload: '{}', taskId: `${index}` }));
  const cycle = async (index: number) => {
    const [task] = await leaseTasks(deps, root, { queue: 'q', owner: `w${index % 50}` });
    const call = { queue: 'q', taskId: task!.id, owner: task!.owner!, leaseId: task!.leaseId! };
    await heartbeat(deps, root, { ...call, message: 'working', index: 1 });
    await finishTask(deps, root, call);
  };
  show(`lease + heartbeat + finish, ${durability}, 50 workers`, await measure(count, 50, cycle));
  await close();
}

/** One build with many good releases of 1,000 runs; then the calls of a day on top of it. */
async function growth(runs: number): Promise<Record<string, Measure>> {
  const { deps, close } = await open('relaxed');
  const { id: buildId } = await createBuild(deps, root, { name: 'bench' });
  const images = await uploadSome(deps, buildId);
  for (let release = 0; release < runs / runsPerRelease; release++) {
    const releaseName = `r${release}`;
    await createRelease(deps, root, { buildId, releaseName });
    const place = { buildId, releaseName, releaseNumber: 1 };
    await measure(runsPerRelease, 200, (index) =>
      reportRun(deps, root, { ...place, runName: `/page/${index}`, image: images[index % 20]! }),
    );
    await reviewRelease(deps, root, { ...place, decision: 'good' });
  }
  const place = { buildId, releaseName: 'today', releaseNumber: 1 };
  await createRelease(deps, root, { buildId, releaseName: 'today' });
  const count = 1_000;
  const measures = {
    request_run: await measure(count, 16, (index) =>
      requestRun(deps, root, { ...place, url: `http://shop.test/page/${index}` }),
    ),
    report_run: await measure(count, 16, (index) =>
      reportRun(deps, root, { ...place, runName: `/page/${index}`, image: images[index % 20]! }),
    ),
    find_run: await measure(count, 16, (index) =>
      findRun(deps, root, { buildId, runName: `/page/${index}` }),
    ),
    'release page (1,000 runs)': await measure(20, 1, () => listRuns(deps, root, place)),
  };
  await close();
  return measures;
}

/** What a release of 5,000 runs costs beside one of 1,000. */
async function bigRelease(): Promise<void> {
  const { deps, close } = await open('relaxed');
  const { id: buildId } = await createBuild(deps, root, { name: 'bench' });
  const images = await uploadSome(deps, buildId);
  await createRelease(deps, root, { buildId, releaseName: 'big' });
  const place = { buildId, releaseName: 'big', releaseNumber: 1 };
  for (const upTo of [1_000, 5_000]) {
    let index = upTo - 1_000;
    const report = () =>
      reportRun(deps, root, { ...place, runName: `/page/${index++}`, image: images[index % 20]! });
    show(`report_run, the last 1,000 of ${upTo} in a release`, await measure(1_000, 16, report));
    if (upTo === 1_000) await fill(deps, place, images, 1_000, 4_000);
    show(
      `release page, ${upTo === 1_000 ? 4_000 : upTo} runs`,
      await measure(20, 1, () => listRuns(deps, root, place)),
    );
  }
  await close();
}

async function fill(
  deps: Deps,
  place: { buildId: number; releaseName: string; releaseNumber: number },
  images: string[],
  from: number,
  to: number,
): Promise<void> {
  await measure(to - from, 200, (index) =>
    reportRun(deps, root, { ...place, runName: `/page/${from + index}`, image: images[index % 20]! }),
  );
}

await throughput('full');
await throughput('relaxed');
await bigRelease();
const sizes = isQuick ? [1_000, 10_000] : [1_000, 10_000, 100_000];
const grown: Record<string, Measure>[] = [];
for (const size of sizes) {
  const measures = await growth(size);
  grown.push(measures);
  for (const [label, found] of Object.entries(measures)) show(`${label}, ${size} runs in the build`, found);
}
for (const label of Object.keys(grown[0]!)) {
  const ratio = grown.at(-1)![label]!.cpuUs / grown[0]![label]!.cpuUs;
  console.log(`${label}: ${ratio.toFixed(2)}× the processor time at ${sizes.at(-1)} runs as at ${sizes[0]}`);
}
