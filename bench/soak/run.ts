/**
 * Runs a server under mixed load for a given time: does it grow, does it leave anything behind?
 *
 *   node bench/soak/run.ts --minutes 60 [--seed 1] [--database-url postgres://…] [--plain] [--save]
 *
 * The server has the settings of memory of deploy/Dockerfile; `--plain` leaves them out.
 *
 * Fake clients and workers (test/support/mixed-load.ts) fill, capture, compare and decide releases, so that the
 * server is measured, not Chromium. Memory and file descriptors are read every few seconds; their slope is that of
 * the least-squares line after a warm-up of ten minutes, or of half a shorter run. At the end, the server is stopped,
 * files are compared with rows, and `dpxdt admin fsck` reads everything.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { DepictedClient } from '../../src/client/index.ts';
import { Acknowledged, loadUntilDead } from '../../test/support/mixed-load.ts';
import { seededRandom } from '../../test/support/random-pair.ts';
import { storedFiles } from '../../test/support/stored-files.ts';
import type { MemoryParts } from './memory-probe.ts';
import { describeCommit, describeMachine, recentLoad, writeResultsSection } from '../machine.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    'database-url': { type: 'string' },
    plain: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const databaseUrl = values['database-url'] ?? null;
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('--minutes must be a number above 0 and --seed a whole number.');
  process.exit(2);
}

interface Sample {
  minute: number;
  rssMegabytes: number;
  youngMegabytes: number;
  oldMegabytes: number;
  descriptors: number;
}

const binary = join(import.meta.dirname, '../../bin/dpxdt.js');
const storage = databaseUrl === null ? [] : ['--database-url', databaseUrl];
const warmUpMinutes = Math.min(10, minutes / 2);
const sampleMs = 5_000;
const mebibyte = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'dpxdt-soak-'));
const memoryFile = join(folder, 'memory.jsonl');
const probe = join(import.meta.dirname, 'memory-probe.ts');

function sampleOf(pid: number, minute: number): Sample {
  const { rss, young, old } = JSON.parse(
    readFileSync(memoryFile, 'utf8').trimEnd().split('\n').at(-1)!,
  ) as MemoryParts;
  return {
    minute,
    rssMegabytes: rss / mebibyte,
    youngMegabytes: young / mebibyte,
    oldMegabytes: old / mebibyte,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
  };
}

/** Of the least-squares line, per hour. */
function slopeOf(samples: readonly Sample[], valueOf: (sample: Sample) => number): number {
  const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  const minute = mean(samples.map((sample) => sample.minute));
  const value = mean(samples.map(valueOf));
  let over = 0;
  let under = 0;
  for (const sample of samples) {
    over += (sample.minute - minute) * (valueOf(sample) - value);
    under += (sample.minute - minute) ** 2;
  }
  return under === 0 ? 0 : (over / under) * 60;
}

/** In MB, of each ten minutes: tells a line that climbs from one that swings. */
function tenMinuteMeans(samples: readonly Sample[], valueOf: (sample: Sample) => number): string {
  const tens = Map.groupBy(samples, ({ minute }) => Math.floor(minute / 10));
  return [...tens.values()]
    .map((few) => (few.reduce((sum, sample) => sum + valueOf(sample), 0) / few.length).toFixed(0))
    .join(', ');
}

function shippedSettings(): Record<string, string> {
  const dockerfile = readFileSync(join(import.meta.dirname, '../../deploy/Dockerfile'), 'utf8');
  const [, settings] = /^ENV (NODE_OPTIONS=.*)$/m.exec(dockerfile)!;
  const names = settings!
    .split(' ')
    .map((setting) => /^(\w+)=(.*)$/.exec(setting)!.slice(1) as [string, string]);
  return Object.fromEntries(names);
}

async function startServer() {
  const args = ['server', '--port', '0', '--json', '--workers', '0', '--log-level', 'error', ...storage];
  const child = spawn(process.execPath, ['--import', probe, binary, ...args], {
    cwd: folder,
    env: { ...process.env, ...(values.plain ? {} : shippedSettings()), SOAK_MEMORY_FILE: memoryFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, pid: child.pid!, url: (JSON.parse(line) as { url: string }).url };
}

try {
  const { child, pid, url } = await startServer();
  const startedAt = performance.now();
  const minutesNow = () => (performance.now() - startedAt) / 60_000;
  const samples: Sample[] = [];
  const sampling = setInterval(() => {
    if (existsSync(memoryFile)) samples.push(sampleOf(pid, minutesNow()));
  }, sampleMs);
  const acknowledged = new Acknowledged();
  const refusals = new Map<string, number>();
  await loadUntilDead({
    client: new DepictedClient({ server: url, maxAttempts: 1 }),
    random: seededRandom(seed),
    life: `soak ${startedAt}`,
    acknowledged,
    onAnswer: () => {},
    confirmsRemovals: true,
    hasEnded: () => child.exitCode !== null || minutesNow() >= minutes,
    onRefused: ({ code }) => refusals.set(code, (refusals.get(code) ?? 0) + 1),
  });
  clearInterval(sampling);
  const load = recentLoad();
  const survived = child.exitCode === null;
  if (survived) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  const files = await storedFiles(join(folder, 'dpxdt-data'), databaseUrl);
  const checked = spawnSync(process.execPath, [binary, 'admin', 'fsck', '--json', ...storage], {
    cwd: folder,
    encoding: 'utf8',
  });
  const { problems } = JSON.parse(checked.stdout) as { problems: unknown[] };

  const warm = samples.filter(({ minute }) => minute >= warmUpMinutes);
  const descriptors = warm.map((sample) => sample.descriptors);
  const rows = [
    ['minutes, seed, database', `${minutes}, ${seed}, ${databaseUrl === null ? 'SQLite' : 'PostgreSQL'}`],
    ['settings of memory', values.plain ? 'none' : 'those of the image'],
    ['answers that changed something', String(acknowledged.count)],
    ['refusals by code', [...refusals].map(([code, count]) => `${code} ${count}`).join(', ') || 'none'],
    ['memory at the end', `${samples.at(-1)!.rssMegabytes.toFixed(0)} MB`],
    ['memory’s slope', `${slopeOf(warm, ({ rssMegabytes }) => rssMegabytes).toFixed(1)} MB an hour`],
    ...[
      ['young objects', ({ youngMegabytes }: Sample) => youngMegabytes] as const,
      ['other objects', ({ oldMegabytes }: Sample) => oldMegabytes] as const,
      [
        'outside the heap',
        (sample: Sample) => sample.rssMegabytes - sample.youngMegabytes - sample.oldMegabytes,
      ] as const,
    ].map(([what, valueOf]) => [
      `of it, ${what}`,
      `${slopeOf(warm, valueOf).toFixed(1)} MB an hour, ${tenMinuteMeans(samples, valueOf)}`,
    ]),
    ['file descriptors', `${Math.min(...descriptors)} to ${Math.max(...descriptors)}`],
    ['left behind', `${files.orphans.length} files without row, ${files.unfinished.length} unfinished`],
    ['lost', `${files.missing.length} files`],
    ['fsck', `${problems.length} problems`],
    ['the server', survived ? `ended with ${child.exitCode}` : `died with ${child.exitCode}`],
  ];
  const table = ['| | |', '| --- | --- |', ...rows.map(([what, value]) => `| ${what} | ${value} |`)].join(
    '\n',
  );
  console.log(table);
  if (values.save) {
    const machine = `${describeMachine()}, commit ${describeCommit()}, load at the end ${load.toFixed(1)}.`;
    writeResultsSection('soak', `## Soak of the server\n\n${machine}\n\n${table}`);
  }
  const isWell = survived && child.exitCode === 0 && problems.length + files.missing.length === 0;
  process.exitCode = isWell && files.orphans.length + files.unfinished.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
