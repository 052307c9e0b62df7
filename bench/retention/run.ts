/**
 * Times the end of rows on SQLite and PostgreSQL while other requests are made: 200,000 runs in 100 releases, of which some go;
 * a million artifacts that no run uses; 100,000 files of such artifacts in a folder.
 *   node bench/retention/run.ts [--quick] [--database sqlite|postgres] [--part rows|garbage|files|expired]
 * The whole of it goes to the section `retention` of RESULTS.md; `--part expired`, in which 10,000 releases of five runs expire
 * at once, to `expired`; --quick, one database or another part (artifacts with 2,000 runs instead of 200,000) only prints.
 */
import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { migrations } from '../../src/adapters/database/migrations/index.ts';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import { inProcessNotifier } from '../../src/adapters/notify/in-process-notifier.ts';
import type { Store } from '../../src/ports/store.ts';
import { defaultServiceSettings } from '../../src/services/deps.ts';
import type { Deps } from '../../src/services/deps.ts';
import { diskOfBuild } from '../../src/services/builds/disk-of-build.ts';
import { applyRetention, previewRetention } from '../../src/services/releases/retention.ts';
import { findRun } from '../../src/services/runs/find-run.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { dropUnusedArtifacts } from '../../src/services/upkeep/drop-unused-artifacts.ts';
import { removeDeleted } from '../../src/services/upkeep/remove-deleted.ts';
import { sweepOrphans } from '../../src/services/upkeep/sweep-orphans.ts';
import { ms, stopwatch } from '../baselines/figures.ts';
import { describeCommit, describeMachine, median, recentLoad, writeResultsSection } from '../machine.ts';
import { newPlace, withDatabase } from '../server/places.ts';
import type { DatabaseKind, Place } from '../server/places.ts';
import { orphanedFiles } from './files.ts';
import { fillRuns, fillUnused } from './stored-data.ts';

const { quick, database, part } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    database: { type: 'string' },
    part: { type: 'string' },
  },
}).values;
const few = { releases: 20, pages: 100 };
const isExpiry = part === 'expired';
const size = {
  ...(isExpiry
    ? { releases: quick ? 210 : 10_010, pages: 5 }
    : quick || part === 'garbage' || part === 'files'
      ? few
      : { releases: 100, pages: 2_000 }),
  unused: quick || isExpiry || part === 'rows' || part === 'files' ? 20_000 : 1_000_000,
  files: quick ? 2_000 : 100_000,
};
/** Of L18; the others have the target of deletion. */
const targetWait = isExpiry ? '< 500 ms' : '< 100 ms';
const expiring = isExpiry ? size.releases - 10 : 10;
const local = { kind: 'local' } as const;
const dayMs = 86_400_000;
const rows = new Map<string, { what: string; target: string; sqlite?: string; postgres?: string }>();

function tell(kind: DatabaseKind, what: string, target: string, figure: string): void {
  console.log(`${kind}: ${what}: ${figure}`);
  rows.set(what, { ...(rows.get(what) ?? { what, target }), [kind]: figure });
}

const load = recentLoad();
for (const kind of ['sqlite', 'postgres'] as const) {
  if (database === undefined || database === kind) await measure(kind);
}
const text = [
  isExpiry ? '## Many releases expire at once' : '## Deletion and retention',
  '',
  `${describeMachine()}, commit ${describeCommit()}; load before: ${load.toFixed(1)}`,
  '',
  `Use cases called in one process, synced to disk. ${(size.releases * size.pages).toLocaleString('en')} runs in ${size.releases} releases; rows only, their digests have no files, except for those of the last rows. Meanwhile, every 5 ms one read (\`find_run\`) and one write are made in turn in the same process: their longest wait, 99th percentile and median, once with nothing else to do (idle) and once beside the work. CPU is the processor time of that process; beside waits, the most during one of them, which is how long it would be on processors that nothing else uses.`,
  '',
  ...(load > availableParallelism()
    ? [
        'Other programs used the processors meanwhile, so the times that passed are several times too long: compare the waits with the idle ones.',
        '',
      ]
    : []),
  '| | target | SQLite | PostgreSQL |',
  '| --- | ---: | ---: | ---: |',
  ...[...rows.values()].map(
    ({ what, target, sqlite, postgres }) => `| ${what} | ${target} | ${sqlite} | ${postgres} |`,
  ),
].join('\n');
console.log(text);
if (!quick && database === undefined && (part === undefined || isExpiry)) {
  writeResultsSection(isExpiry ? 'expired' : 'retention', text);
}

async function measure(kind: DatabaseKind): Promise<void> {
  const place = await newPlace(kind);
  const before = migrations.findIndex(({ name }) => name.startsWith('0017'));
  await (await open(place, migrations.slice(0, before))).close();
  await fillRuns(place, size);
  const migrated = stopwatch();
  await (await open(place)).close();
  tell(kind, 'update of the database to the use of artifacts', '', ms(migrated().wall));
  await scans(kind, place);
  await withDatabase(place, async (sql) => {
    await sql('update artifact_ownerships set check_at = null');
    await sql(`insert into server_facts (name, value) values ('artifact_uses', 'complete')`);
  });
  await fillUnused(place, size.unused);
  const store = await open(place);
  const deps = depsOf(store);
  try {
    await idle(kind, deps);
    const isWanted = (name: string) => part === undefined || part === name;
    if (isWanted('rows') || isExpiry) await retention(kind, deps);
    if (isWanted('garbage')) await garbage(kind, deps);
    if (isWanted('files')) await files(kind, deps, place);
  } finally {
    await store.close();
  }
  place.remove();
}

/** Whether an artifact is in use: in nine columns of runs, as before, or in the table of uses. */
async function scans(kind: DatabaseKind, place: Place): Promise<void> {
  const columns = ['image', 'log', 'config', 'ref_image', 'ref_log', 'ref_config'];
  const unknown = `'${'f'.repeat(40)}'`;
  const search = [...columns, 'diff_image', 'diff_log', 'forgiven_mask'];
  await withDatabase(place, async (sql) => {
    const searched = await timed(5, () =>
      sql(
        `select 1 from runs where ${search.map((column) => `${column} = ${unknown}`).join(' or ')} limit 1`,
      ),
    );
    const found = await timed(200, () =>
      sql(`select 1 from artifact_uses where build_id = 1 and sha1 = ${unknown} limit 1`),
    );
    tell(
      kind,
      'whether an artifact is used: in the columns of `runs`, in `artifact_uses`',
      '',
      `${ms(searched)}, ${found.toFixed(3)} ms`,
    );
  });
}

async function timed(rounds: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const took = stopwatch();
    await work();
    times.push(took().wall);
  }
  return median(times);
}

async function idle(kind: DatabaseKind, deps: Deps): Promise<void> {
  const { waits } = await beside(deps, () => new Promise((resolve) => setTimeout(resolve, 10_000)));
  tell(kind, 'another request, idle: longest, 99th percentile, median', '', waits);
}

async function retention(kind: DatabaseKind, deps: Deps): Promise<void> {
  const { releases, pages } = size;
  const rule = { buildId: 1, keepReleases: releases - expiring };
  const removable = `${expiring.toLocaleString('en')} releases`;
  const seen = await beside(deps, () => previewRetention(deps, local, { buildId: 1, retention: rule }));
  const what = `of ${(pages * expiring).toLocaleString('en')} runs in ${removable}`;
  tell(kind, `preview ${what}`, '', seen.took);
  tell(kind, `preview ${what}: another request`, targetWait, seen.waits);
  await updateBuild(deps, local, rule);
  const marked = await beside(deps, () => applyRetention(deps));
  tell(kind, `retention marks ${removable}`, '', marked.took);
  tell(kind, `retention marks ${removable}: another request`, targetWait, marked.waits);
  const removed = await beside(later(deps), () => removeDeleted(later(deps)));
  tell(
    kind,
    `rows ${what} removed`,
    isExpiry ? '' : `< 5 s for 2,000`,
    `${removed.took}; ${perRuns(removed.wall, pages * expiring)}`,
  );
  tell(kind, `rows ${what} removed: another request`, targetWait, removed.waits);
}

function perRuns(wall: number, runs: number): string {
  return `${Math.round((wall / runs) * 2_000)} ms for 2,000`;
}

async function garbage(kind: DatabaseKind, deps: Deps): Promise<void> {
  const count = size.unused.toLocaleString('en');
  const disk = await beside(deps, () => diskOfBuild(deps, local, 1));
  tell(kind, `disk of a build with more than ${count} artifacts`, '', disk.took);
  tell(kind, `disk of a build with more than ${count} artifacts: another request`, '< 100 ms', disk.waits);
  const dropped = await beside(deps, () => dropUnusedArtifacts(deps));
  tell(kind, `${count} unused artifacts dropped`, '', dropped.took);
  tell(kind, `${count} unused artifacts dropped: another request`, '< 100 ms', dropped.waits);
}

/** What is dropped loses its file in two steps, a week apart. */
async function files(kind: DatabaseKind, deps: Deps, place: Place): Promise<void> {
  const count = size.files.toLocaleString('en');
  const blobs = await orphanedFiles(deps, join(place.dataFolder, 'artifacts'), size.files);
  const sweeping = { ...deps, blobs };
  const swept = await beside(deps, () => sweepOrphans(sweeping, local, { confirm: true }));
  tell(kind, `${count} files in a folder found and moved to the trash`, '', swept.took);
  tell(kind, `${count} files moved to the trash: another request`, '< 100 ms', swept.waits);
  const deleted = await beside(deps, () => blobs.emptyTrash(Infinity, async () => new Set()));
  tell(kind, `${count} files deleted from the trash`, '', deleted.took);
  tell(kind, `${count} files deleted: another request`, '< 100 ms', deleted.waits);
}

/** Does the work while other requests are made. */
async function beside(deps: Deps, work: () => Promise<unknown>) {
  const waits: number[] = [];
  const busy: number[] = [];
  let isDone = false;
  const requests = (async () => {
    for (let turn = 0; !isDone; turn++) {
      const took = stopwatch();
      await (turn % 2 === 0
        ? findRun(deps, local, { buildId: 1, runName: '/page/1' })
        : deps.store.transaction((tx) => tx.serverValues.set('bench', String(turn))));
      const { wall, processor } = took();
      waits.push(wall);
      busy.push(processor);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const took = stopwatch();
  await work();
  const { wall, processor } = took();
  isDone = true;
  await requests;
  return {
    wall,
    took: `${(wall / 1_000).toFixed(1)} s, CPU ${(processor / 1_000).toFixed(1)} s`,
    waits: `${ms(Math.max(...waits))}, ${ms(percentile99(waits))}, ${ms(median(waits))}; CPU ${ms(Math.max(...busy))}`,
  };
}

function percentile99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)]!;
}

function open({ databaseUrl, dataFolder }: Place, known = migrations): Promise<Store> {
  return databaseUrl === null
    ? openSqliteStore({ file: join(dataFolder, 'dpxdt.sqlite'), migrations: known })
    : openPostgresStore({ url: databaseUrl, migrations: known });
}

function later(deps: Deps): Deps {
  return { ...deps, clock: { ...deps.clock, now: () => deps.clock.now() + dayMs } };
}

function depsOf(store: Store): Deps {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  return {
    store,
    clock: { now: () => Date.now(), monotonicMs: () => performance.now(), sleep: async () => undefined },
    notifier: inProcessNotifier(),
    logger: silent,
    settings: defaultServiceSettings,
  } as unknown as Deps;
}
