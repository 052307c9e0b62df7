/**
 * Several servers and workers on PostgreSQL and S3 while any of them is killed at random: is anything lost or done twice, and what does it cost?
 *
 *   node bench/kill/run.ts [--quick] [--captures 2000] [--uploads 10000] [--seed 1] [--arms one,three,killed] [--save]
 *
 * Three arms on the same cores, each with fresh processes and data: one server, three servers, and three servers with kill -9 of servers,
 * workers, PostgreSQL and the S3 server every few seconds. An arm that is named more often (`--arms one,three,one,three`) is repeated, and
 * its median counts. Needs PostgreSQL and OpenStack Swift (CONTRIBUTING.md).
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AwsV4Signer } from 'aws4fetch';
import { freePort } from '../../test/support/free-port.ts';
import { findPostgres, startPostgres } from '../../test/support/postgres.ts';
import { seededRandom } from '../../test/support/random-pair.ts';
import { hasS3Server, s3Keys, startS3Server } from '../../test/support/s3.ts';
import { describeCommit, describeMachine, recentLoad, writeResultsSection } from '../machine.ts';
import { treeCpuMsEver } from '../server/process-cost.ts';
import {
  buildId,
  Callers,
  newLedger,
  requestMany,
  untilReady,
  uploadMany,
  workOnTasks,
  type Ledger,
} from './load.ts';
import {
  mortalPostgres,
  mortalS3,
  postmaster,
  s3Process,
  Service,
  untilDone,
  type Mortal,
} from './processes.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    captures: { type: 'string' },
    uploads: { type: 'string' },
    seed: { type: 'string', default: '1' },
    arms: { type: 'string', default: 'one,three,killed' },
    save: { type: 'boolean', default: false },
  },
});
const captures = Number(values.captures ?? (values.quick ? 100 : 2_000));
const uploads = Number(values.uploads ?? (values.quick ? 500 : 10_000));
const tasks = Math.ceil(uploads / 10);
const random = seededRandom(Number(values.seed));
const arms = {
  one: { title: 'one server', servers: 1, withKills: false },
  three: { title: 'three servers', servers: 3, withKills: false },
  killed: { title: 'three servers, kill -9', servers: 3, withKills: true },
};
const order = values.arms.split(',').map((name) => {
  if (Object.hasOwn(arms, name)) return arms[name as keyof typeof arms];
  console.error(`--arms: "${name}" is none of ${Object.keys(arms).join(', ')}.`);
  process.exit(2);
});
const programs = findPostgres();
if (programs === null || !hasS3Server()) {
  console.error('PostgreSQL and OpenStack Swift are needed; CONTRIBUTING.md says how to install them.');
  process.exit(2);
}

const secretKey = 'a secret that only this benchmark knows';
const leaseSeconds = 10;
const workers = 6;

interface Outcome {
  title: string;
  seconds: number;
  /** CPU seconds by what they were spent for; only of an arm without kills. */
  cpuSeconds: Map<string, number>;
  kills: Map<string, number>;
  repeated: number;
  faults: string[];
}

type Arm = (typeof arms)[keyof typeof arms];

async function createBucket(endpoint: string, bucket: string): Promise<void> {
  const signer = new AwsV4Signer({
    url: `${endpoint}/${bucket}`,
    method: 'PUT',
    accessKeyId: s3Keys.accessKey,
    secretAccessKey: s3Keys.secretKey,
    service: 's3',
    region: 'us-east-1',
  });
  const { url, headers, method } = await signer.sign();
  const { status } = await fetch(url, { method, headers });
  if (status !== 200) throw new Error(`The bucket could not be created: ${status}.`);
}

async function servePage(): Promise<{ url: (index: number) => string; close: () => void }> {
  const server = createServer((request, response) => {
    const text = request.url ?? '';
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<!doctype html><title>Page</title><h1>${text}</h1><p style="background:#def">One of many.</p>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: (index) => `http://127.0.0.1:${port}/page${index}`, close: () => server.close() };
}

async function runArm({ title, servers: serverCount, withKills }: Arm): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-kill-'));
  const s3 = await untilDone(startS3Server);
  const postgres = await startPostgres(programs!, { durable: true });
  const pages = await servePage();
  const ports = await Promise.all(Array.from({ length: serverCount }, freePort));
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  await createBucket(s3.endpoint, 'kill');
  const shared = {
    DPXDT_DATABASE_URL: postgres.urlOf('postgres'),
    DPXDT_SECRET_KEY: secretKey,
    DPXDT_S3_BUCKET: 'kill',
    DPXDT_S3_ENDPOINT: s3.endpoint,
    DPXDT_S3_ACCESS_KEY: s3Keys.accessKey,
    DPXDT_S3_SECRET_KEY: s3Keys.secretKey,
    DPXDT_LEASE_SECONDS: String(leaseSeconds),
  };
  const servers = ports.map(
    (port, index) =>
      new Service('server', `server-${index}`, {
        args: ['server', '--workers', '0', '--port', String(port), '--log-level', 'warn'],
        env: shared,
        folder,
      }),
  );
  const crew = Array.from(
    { length: workers },
    (_, index) =>
      new Service('worker', `worker-${index}`, {
        args: [
          'worker',
          '--server',
          rotated(urls, index).join(','),
          '--workers',
          '1',
          '--diff-workers',
          '1',
          '--log-level',
          'warn',
        ],
        env: { DPXDT_LEASE_SECONDS: String(leaseSeconds) },
        folder,
      }),
  );
  try {
    for (const service of [...servers, ...crew]) service.start();
    await Promise.all(urls.map(untilReachable));
    const ledger = newLedger();
    const callers = new Callers(urls, ledger);
    const kills = new Map<string, number>();
    const mortals = [...servers, ...crew, mortalPostgres(postgres), mortalS3(s3)];
    const state = { isOver: false };
    const killer = withKills ? killAtRandom(mortals, kills, state) : Promise.resolve();
    // Thrown where it is awaited, so that everything is still stopped.
    killer.catch(() => {});
    const roots = new Map([
      ['servers', servers.map((server) => server.pid!)],
      ['workers', crew.map((worker) => worker.pid!)],
      ['PostgreSQL', [postmaster(new URL(postgres.urlOf('postgres')).port)!]],
      ['S3', [s3Process(new URL(s3.endpoint).port)!]],
    ]);
    const cpuSecondsOf = (pids: readonly number[]) =>
      pids.reduce((sum, pid) => sum + treeCpuMsEver(pid), 0) / 1_000;
    const cpuNow = () => new Map([...roots].map(([what, pids]) => [what, cpuSecondsOf(pids)]));
    const cpuBefore = cpuNow();
    const started = performance.now();
    await Promise.all([
      uploadMany(callers, ledger, uploads, 4),
      requestMany(callers, ledger, captures, { pageUrl: pages.url, atOnce: 2 }),
      workOnTasks(callers, ledger, tasks, () => false),
    ]);
    const late = await untilReady(callers, ledger, 60_000 + captures * 5_000);
    const seconds = (performance.now() - started) / 1_000;
    const cpuAfter = cpuNow();
    state.isOver = true;
    await killer;
    const cpuSeconds = new Map(
      withKills ? [] : [...cpuAfter].map(([what, spent]) => [what, spent - cpuBefore.get(what)!]),
    );
    const faults = [...late.map((name) => `${name} did not end`), ...(await faultsOf(callers, ledger))];
    return { title, seconds, cpuSeconds, kills, repeated: ledger.repeated, faults };
  } finally {
    await Promise.all([...crew, ...servers].map((service) => service.stop()));
    pages.close();
    postgres.destroy();
    await s3.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

function rotated<Value>(list: readonly Value[], by: number): Value[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

async function untilReachable(url: string): Promise<void> {
  for (;;) {
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** One at a time, each back after up to two seconds; the next one dies up to four seconds later. Database and storage die less often. */
async function killAtRandom(
  mortals: readonly Mortal[],
  kills: Map<string, number>,
  state: { isOver: boolean },
): Promise<void> {
  while (!state.isOver) {
    await new Promise((resolve) => setTimeout(resolve, 1_000 + random() * 3_000));
    if (state.isOver) return;
    const victim = mortals[Math.floor(random() * mortals.length)]!;
    kills.set(victim.kind, (kills.get(victim.kind) ?? 0) + 1);
    await victim.killAndRestart(random() * 2_000);
  }
}

/** What was acknowledged and is not there, or is there twice. */
async function faultsOf(callers: Callers, ledger: Ledger): Promise<string[]> {
  const faults: string[] = [];
  for (const sha1sum of ledger.uploads.keys()) {
    const bytes = await callers.call(async (client) => (await client.download({ buildId, sha1sum })).bytes());
    if (createHash('sha1').update(bytes).digest('hex') !== sha1sum)
      faults.push(`upload ${sha1sum} is damaged`);
  }
  for (const { place, runs } of ledger.releases) {
    const list = await callers.call((client) => client.listRuns(place));
    const statuses = new Map(list.runs.name.map((name, index) => [name, list.runs.status[index]!]));
    for (const name of runs) {
      const status = statuses.get(name);
      if (status === undefined) faults.push(`${place.releaseName} ${name} is lost`);
      else if (status === 'failed') faults.push(`${place.releaseName} ${name} failed`);
    }
    if (statuses.size !== runs.length)
      faults.push(`${place.releaseName} has ${statuses.size} runs for ${runs.length}`);
  }
  for (const taskId of ledger.added) {
    const ends = ledger.finished.get(taskId);
    if (ends === undefined) faults.push(`${taskId} is lost`);
    else if (ends > 1) faults.push(`${taskId} has ${ends} results`);
  }
  return faults;
}

const load = recentLoad();
const outcomes: Outcome[] = [];
for (const arm of order) {
  process.stderr.write(`${arm.title}: ${captures} captures, ${uploads} uploads, ${tasks} tasks …\n`);
  const outcome = await runArm(arm);
  outcomes.push(outcome);
  process.stderr.write(
    `  ${outcome.seconds.toFixed(1)} s, ${outcome.faults.length} faults, CPU s: ${cpuText(outcome)}\n`,
  );
  for (const fault of outcome.faults.slice(0, 20)) process.stderr.write(`  ${fault}\n`);
}

function cpuText({ cpuSeconds }: Outcome): string {
  return [...cpuSeconds].map(([what, seconds]) => `${what} ${seconds.toFixed(0)}`).join(', ');
}

const perSecond = ({ seconds }: Outcome) => (captures + uploads) / seconds;
const medianOf = ({ title }: Arm) => {
  const sorted = outcomes
    .filter((outcome) => outcome.title === title)
    .map(perSecond)
    .sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};
const ratio = medianOf(arms.three) / medianOf(arms.one);
const faultCount = outcomes.reduce((sum, { faults }) => sum + faults.length, 0);
const killText = outcomes
  .flatMap(({ kills }) => [...kills])
  .map(([kind, count]) => `${kind} ${count}`)
  .join(', ');
const verdict = (isHit: boolean) => (isHit ? '**hit**' : '**miss**');
const text = `## Killed at random

Measured at commit ${describeCommit()}: ${describeMachine()}, load average ${load.toFixed(1)} before the start. ${captures} captures, ${uploads} uploads and ${tasks} tasks of another
queue; ${workers} workers, PostgreSQL that writes to disk, and OpenStack Swift, all on this machine. Every acknowledged upload was downloaded and hashed, every run and task looked up.

| | s | captures and uploads per s | CPU s | kill -9 | calls made again | faults |
| --- | --- | --- | --- | --- | --- | --- |
${outcomes.map((outcome) => `| ${outcome.title} | ${outcome.seconds.toFixed(1)} | ${perSecond(outcome).toFixed(1)} | ${cpuText(outcome)} | ${[...outcome.kills.values()].reduce((a, b) => a + b, 0)} | ${outcome.repeated} | ${outcome.faults.length} |`).join('\n')}

Killed: ${killText}.

- ${verdict(faultCount === 0)} every release ends, nothing acknowledged is lost, no task has two results: ${faultCount} faults
${Number.isNaN(ratio) ? '' : `- ${verdict(ratio >= 0.9)} three servers without kills ≥ 90 % of one server's throughput on the same cores: ${(ratio * 100).toFixed(0)} %\n`}`;
console.log(text);
if (values.save) writeResultsSection('kill', text);
process.exitCode = faultCount === 0 ? 0 : 1;
