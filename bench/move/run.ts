/**
 * Times `dpxdt move`, `backup` and `restore` on 100,000 runs and 2,000 artifacts:
 *   node bench/move/run.ts [--quick] [--rounds N]
 * Without --quick the figures go to the section `move` of RESULTS.md. PostgreSQL runs with fsync, as in production; S3 is
 * OpenStack Swift, if it is installed.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { upload } from '../../src/services/artifacts/upload.ts';
import { openAsServer, storeData } from '../../test/support/moved-data.ts';
import { findPostgres, startPostgres } from '../../test/support/postgres.ts';
import { hasS3Server, s3Keys, startS3Server } from '../../test/support/s3.ts';
import { makeBucket } from '../../test/support/make-bucket.ts';
import { describeCommit, describeMachine, median, recentLoad, writeResultsSection } from '../machine.ts';
import { copyRows } from '../server/grow.ts';
import { memoryMb } from '../server/process-cost.ts';

const { quick, rounds } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string', default: '3' } },
}).values;
const [runs, artifacts] = quick ? [5_000, 100] : [100_000, 2_000];
const artifactBytes = 100_000;
const root = mkdtempSync(join(tmpdir(), 'dpxdt-bench-move-'));
const load = recentLoad();

/** A server's data: one run and one config, copied; artifacts that do not compress. */
async function makeData(dataFolder: string): Promise<{ rows: number; bytes: number }> {
  const server = await openAsServer({ dataFolder, databaseUrl: null });
  const { buildId } = await storeData(server);
  for (let index = 3; index < artifacts; index++) {
    const content = (async function* () {
      yield randomBytes(artifactBytes);
    })();
    await upload(server.core, { kind: 'local' }, { buildId, fileName: 'a.bin', content });
  }
  await server.close();
  const database = new DatabaseSync(join(dataFolder, 'dpxdt.sqlite'));
  const sql = async (text: string) => database.prepare(text).all() as Record<string, unknown>[];
  database.exec('begin');
  await copyRows(sql, 'runs', `name = '/new'`, runs - 1, { name: `'/page-' || k` });
  await copyRows(sql, 'artifacts', 'content is not null', runs - 1, { sha1: `printf('%040x', k)` });
  await copyRows(sql, 'artifact_ownerships', `content_type = 'application/json'`, runs - 1, {
    sha1: `printf('%040x', k)`,
  });
  await copyRows(sql, 'activity', 'id = (select min(id) from activity)', runs / 10, {
    operation_id: `'copy ' || k`,
  });
  database.exec('commit');
  const tables = await sql(`select name from sqlite_master where type = 'table' and name not like 'sqlite%'`);
  let rows = 0;
  for (const { name } of tables) {
    const [found] = await sql(`select count(*) as count from "${String(name)}"`);
    rows += Number(found!['count']);
  }
  database.close();
  return { rows, bytes: artifacts * artifactBytes };
}

interface Figure {
  seconds: number;
  peakMb: number;
}

/** Runs the command as users do. */
async function time(args: string[], env: Record<string, string> = {}): Promise<Figure> {
  const start = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/dpxdt.js'), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let peakMb = 0;
  const watch = setInterval(() => {
    try {
      peakMb = Math.max(peakMb, memoryMb(child.pid!).peak || 0);
    } catch {
      // It has just ended.
    }
  }, 50);
  let complaints = '';
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  if (status !== 0) throw new Error(`dpxdt ${args[0]!} ended with ${status}: ${complaints}`);
  return { seconds: (performance.now() - start) / 1_000, peakMb };
}

const steps = [
  'move: SQLite to PostgreSQL, files stay',
  'move: PostgreSQL to SQLite, files stay',
  'move: folder to folder, with SQLite',
  'move: folder to S3, database stays',
  'move: S3 to folder, database stays',
  'backup of SQLite',
  'backup again, nothing new',
  'restore to SQLite',
  'restore --dry-run',
  'cp -r of the data folder',
] as const;
type Step = (typeof steps)[number];
const figures = new Map<Step, Figure[]>();
const note = (step: Step, figure: Figure) => {
  figures.set(step, [...(figures.get(step) ?? []), figure]);
  console.log(`${step}: ${figure.seconds.toFixed(1)} s, ${Math.round(figure.peakMb)} MB`);
};

const programs = findPostgres();
const postgres = programs === null ? null : await startPostgres(programs, { durable: true });
const s3 = hasS3Server() ? await startS3Server() : null;
const original = join(root, 'original');
const { rows, bytes } = await makeData(original);
console.log(`${rows} rows, ${artifacts} files`);

try {
  for (let round = 1; round <= Number(rounds); round++) {
    const data = join(root, `data-${round}`);
    const start = performance.now();
    cpSync(original, data, { recursive: true });
    note('cp -r of the data folder', { seconds: (performance.now() - start) / 1_000, peakMb: 0 });

    const backup = join(root, `backup-${round}`);
    note('backup of SQLite', await time(['backup', backup, '--data-dir', data]));
    note('backup again, nothing new', await time(['backup', backup, '--data-dir', data]));
    const restored = join(root, `restored-${round}`);
    note('restore --dry-run', await time(['restore', backup, '--data-dir', restored, '--dry-run']));
    note('restore to SQLite', await time(['restore', backup, '--data-dir', restored]));
    rmSync(restored, { recursive: true });
    rmSync(backup, { recursive: true });

    if (postgres !== null) {
      const url = postgres.urlOf(`postgres?options=-c%20search_path%3Dround_${round}`);
      await postgresSchema(postgres.urlOf('postgres'), `round_${round}`);
      const to = ['move', '--data-dir', data, '--to-database-url', url];
      note('move: SQLite to PostgreSQL, files stay', await time(to));
      for (const end of ['', '-wal', '-shm']) rmSync(join(data, `dpxdt.sqlite${end}`), { force: true });
      const back = ['move', '--data-dir', data, '--database-url', url, '--to-database-url', 'sqlite'];
      note('move: PostgreSQL to SQLite, files stay', await time(back));
    }
    const moved = join(root, `moved-${round}`);
    note(
      'move: folder to folder, with SQLite',
      await time(['move', '--data-dir', data, '--to-data-dir', moved]),
    );
    rmSync(data, { recursive: true });
    if (s3 !== null) {
      const bucket = `bench-${round}`;
      await makeBucket(s3.endpoint, bucket);
      const env = {
        DPXDT_S3_ENDPOINT: s3.endpoint,
        DPXDT_S3_ACCESS_KEY: s3Keys.accessKey,
        DPXDT_S3_SECRET_KEY: s3Keys.secretKey,
      };
      const place = ['move', '--data-dir', moved];
      note(
        'move: folder to S3, database stays',
        await time([...place, '--to-artifacts', `s3://${bucket}`], env),
      );
      rmSync(join(moved, 'artifacts'), { recursive: true });
      const inBucket = { ...env, DPXDT_S3_BUCKET: bucket };
      note(
        'move: S3 to folder, database stays',
        await time([...place, '--to-artifacts', 'folder'], inBucket),
      );
    }
    rmSync(moved, { recursive: true });
  }
} finally {
  postgres?.destroy();
  await s3?.destroy();
  rmSync(root, { recursive: true, force: true });
}

async function postgresSchema(url: string, name: string): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create schema ${name}`);
  await client.end();
}

function lineOf(step: Step): string {
  const found = figures.get(step);
  if (found === undefined) return `| ${step} | – | – | – | – |`;
  const seconds = median(found.map((figure) => figure.seconds));
  const hasRows = !/database stays|^cp/.test(step);
  const hasFiles = !step.includes('files stay') && !step.includes('nothing new');
  const rate = hasRows ? Math.round(rows / seconds).toLocaleString('en-US') : '–';
  const speed = hasFiles ? (bytes / 1e6 / seconds).toFixed(1) : '–';
  const peak = Math.max(...found.map((figure) => figure.peakMb));
  return `| ${step} | ${seconds.toFixed(1)} | ${rate} | ${speed} | ${peak === 0 ? '–' : Math.round(peak)} |`;
}

const text = `## Moving, backing up, restoring

Measured ${new Date().toISOString().slice(0, 10)} at commit ${describeCommit()}: ${describeMachine()}, load average ${load.toFixed(1)} before the start; medians of ${rounds} rounds, memory the highest.
${rows.toLocaleString('en-US')} rows, of them ${runs.toLocaleString('en-US')} runs and as many capture configs; ${artifacts.toLocaleString('en-US')} files of ${artifactBytes / 1_000} kB. Whole processes, with every verification; PostgreSQL and files are synced. A row of figures counts everything that its step copies: with rows and files, both rates are those of the whole.

| step | seconds | rows/s | MB/s | peak MB |
| --- | --- | --- | --- | --- |
${steps.map(lineOf).join('\n')}
`;
console.log(`\n${text}`);
if (!quick) writeResultsSection('move', text);
