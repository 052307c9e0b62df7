/**
 * What 1,000 captures cost, measured with real pages and a real browser on PostgreSQL, and what a million a day would need.
 *
 *   node bench/scaling/run.ts [--quick] [--captures 1000] [--save]
 *
 * Releases of the example shop's size: pages of 1280 × 1024 with text and a drawing; three of ten change from release to release.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { DepictedClient } from '../../src/client/index.ts';
import { freePort } from '../../test/support/free-port.ts';
import { findPostgres, startPostgres } from '../../test/support/postgres.ts';
import { startDpxdt } from '../../test/support/run-dpxdt.ts';
import { describeCommit, describeMachine, recentLoad, writeResultsSection } from '../machine.ts';
import { memoryMb, treeCpuMsEver, treeMemoryMb } from '../server/process-cost.ts';
import { predict, type Measured } from './predict.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    captures: { type: 'string' },
    save: { type: 'boolean', default: false },
  },
});
const captures = Number(values.captures ?? (values.quick ? 100 : 1_000));
const pagesOfRelease = 50;
const smallTable = 500;
const programs = findPostgres();
if (programs === null) {
  console.error('PostgreSQL is needed: apt-get install postgresql.');
  process.exit(2);
}

/** A page with as much to draw as an ordinary one; three of ten look different in each release. */
function pageOf(index: number, release: number): string {
  const version = index % 10 < 3 ? release : 0;
  const boxes = Array.from({ length: 40 }, (_, box) => {
    const hue = (index * 37 + box * 11 + version * 61) % 360;
    return `<div style="background:linear-gradient(${hue}deg,hsl(${hue} 70% 60%),hsl(${hue + 90} 60% 80%));padding:12px">Product ${index}-${box}, version ${version}</div>`;
  });
  return `<!doctype html><title>Page</title><style>body{font:16px sans-serif;display:grid;grid-template-columns:repeat(4,1fr);gap:8px}</style>${boxes.join('')}`;
}

async function servePages(): Promise<{ origin: string; show: (release: number) => void; close: () => void }> {
  let shown = 0;
  const server = createServer((request, response) => {
    const index = Number(/\d+/.exec(request.url ?? '')?.[0] ?? 0);
    response.writeHead(200, { 'content-type': 'text/html' }).end(pageOf(index, shown));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, show: (release) => (shown = release), close: () => server.close() };
}

async function captureRelease(client: DepictedClient, origin: string, number: number): Promise<void> {
  const { releaseNumber } = await client.createRelease({ buildId: 1, releaseName: `release ${number}` });
  const release = { buildId: 1, releaseName: `release ${number}`, releaseNumber };
  for (let page = 0; page < pagesOfRelease; page += 1) {
    await client.requestRun({ ...release, runName: `/page${page}`, url: `${origin}/page${page}` });
  }
  await client.runsDone(release);
  while ((await client.listRuns(release)).release.status !== 'reviewing') {
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await client.reviewRelease({ ...release, decision: 'good' });
}

async function tableRows(db: pg.Client): Promise<Map<string, { rows: number; bytes: number }>> {
  const { rows } = await db.query<{ name: string; bytes: string }>(
    `select relname as name, pg_total_relation_size(relid) as bytes from pg_stat_user_tables where schemaname = 'public'`,
  );
  const tables = new Map<string, { rows: number; bytes: number }>();
  for (const { name, bytes } of rows) {
    const { rows: all } = await db.query<{ n: string; content: string }>(
      `select count(*) as n, coalesce(sum(pg_column_size(t.*)), 0) as content from "${name}" t`,
    );
    const count = Number(all[0]!.n);
    // Empty pages and indexes are most of a small table; there, only the rows count.
    tables.set(name, { rows: count, bytes: Number(count < smallTable ? all[0]!.content : bytes) });
  }
  return tables;
}

async function measure(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-scaling-'));
  const postgres = await startPostgres(programs!, { durable: true });
  const site = await servePages();
  const port = await freePort();
  const env = { DPXDT_DATABASE_URL: postgres.urlOf('postgres') };
  const at = ['--port', String(port), '--workers', '0', '--log-level', 'warn', '--json'];
  const server = startDpxdt(['server', ...at], { currentFolder: folder, env });
  await server.untilOutput(/"url"/);
  const address = `http://127.0.0.1:${port}`;
  const worker = startDpxdt(['worker', '--server', address, '--workers', '2', '--log-level', 'warn'], {
    currentFolder: folder,
  });
  const db = new pg.Client({ connectionString: postgres.urlOf('postgres') });
  await db.connect();
  const backend = Number((await db.query<{ pid: string }>('select pg_backend_pid() as pid')).rows[0]!.pid);
  const postmaster = parentOf(backend);
  try {
    const client = new DepictedClient({ server: address });
    // The first release pays for starting; every later one is like all that follow.
    await captureRelease(client, site.origin, 0);
    const cpu = () =>
      [server.process.pid!, worker.process.pid!, postmaster].map(treeCpuMsEver) as [number, number, number];
    const before = { cpu: cpu(), tables: await tableRows(db) };
    const started = performance.now();
    const releases = Math.max(1, Math.round(captures / pagesOfRelease));
    let workerMemory = 0;
    for (let number = 1; number <= releases; number += 1) {
      site.show(number);
      await captureRelease(client, site.origin, number);
      workerMemory = Math.max(workerMemory, treeMemoryMb(worker.process.pid!));
      process.stderr.write(`release ${number} of ${releases}\n`);
    }
    const after = { cpu: cpu(), tables: await tableRows(db) };
    const done = releases * pagesOfRelease;
    const perCapture = (index: 0 | 1 | 2) => (after.cpu[index] - before.cpu[index]) / done;
    const { rows } = await db.query<{ bytes: string }>(
      'select coalesce(sum(size), 0) as bytes from artifacts',
    );
    return {
      captures: done,
      seconds: (performance.now() - started) / 1_000,
      cpuMs: { server: perCapture(0), worker: perCapture(1), database: perCapture(2) },
      memoryMb: { server: memoryMb(server.process.pid!).peak, worker: workerMemory },
      artifactBytesPerCapture: Number(rows[0]!.bytes) / (done + pagesOfRelease),
      tables: [...after.tables].map(([name, { rows: count, bytes }]) => ({
        name,
        rowsPerCapture: (count - (before.tables.get(name)?.rows ?? 0)) / done,
        bytesPerRow: count === 0 ? 0 : bytes / count,
      })),
    };
  } finally {
    await db.end();
    for (const { process: child, result } of [worker, server]) {
      child.kill('SIGTERM');
      await result;
    }
    site.close();
    postgres.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readStatus(pid))![1]);
}

function readStatus(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8');
}

const load = recentLoad();
const text = predict(
  await measure(),
  `commit ${describeCommit()}: ${describeMachine()}, load average ${load.toFixed(1)} before the start`,
);
console.log(text);
if (values.save) writeResultsSection('scaling', text);
