/**
 * Times decisions on changes on SQLite and PostgreSQL: a release of 10,000 runs with 5 changes each, which all runs share,
 * or with 4 of them and a change that no other run has.
 *   node bench/changes/run.ts [--runs 10000] [--database sqlite|postgres]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import { inProcessFeed } from '../../src/adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../../src/adapters/notify/in-process-notifier.ts';
import { changesOf } from '../../src/domain/changes/run-changes.ts';
import { newRun } from '../../src/domain/runs/run-request.ts';
import type { Run } from '../../src/domain/runs/run.ts';
import type { Store } from '../../src/ports/store.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { describeChange, listChanges } from '../../src/services/changes/list-changes.ts';
import { reviewChange } from '../../src/services/changes/review-change.ts';
import { undoDecision } from '../../src/services/changes/undo-decision.ts';
import { defaultServiceSettings } from '../../src/services/deps.ts';
import type { Deps } from '../../src/services/deps.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { listRuns } from '../../src/services/runs/list-runs.ts';
import { reviewRuns } from '../../src/services/runs/review-runs.ts';
import { aligned, fingerprintOf } from '../../test/support/aligned.ts';
import { ms } from '../baselines/figures.ts';
import { describeMachine, median, recentLoad } from '../machine.ts';
import { newPlace } from '../server/places.ts';
import type { DatabaseKind, Place } from '../server/places.ts';

const { runs: wanted, database } = parseArgs({
  options: { runs: { type: 'string', default: '10000' }, database: { type: 'string' } },
}).values;
const count = Number(wanted);
const local = { kind: 'local' } as const;
console.log(
  `${describeMachine()}; load before: ${recentLoad().toFixed(1)}; ${count} runs with 5 changes each`,
);

for (const kind of ['sqlite', 'postgres'] as const) {
  if (database !== undefined && database !== kind) continue;
  for (const last of ['shared', 'own'] as const) await measure(kind, last);
}

/** Whether all runs have the fifth change, or each has another. */
type Last = 'shared' | 'own';

async function measure(kind: DatabaseKind, last: Last): Promise<void> {
  const title = `${kind}, ${last === 'shared' ? '5 changes in all' : '4 changes in all, 1 in each'}`;
  const place = await newPlace(kind);
  const store = await open(place, kind);
  const deps = depsOf(store);
  const build = await createBuild(deps, local, { name: 'bench' });
  const release = await createRelease(deps, local, { buildId: build.id, releaseName: 'v1' });
  await store.transaction(async (tx) => {
    const made = await tx.runs.insertMany(
      Array.from({ length: count }, (_, index) => runOf(index, build.id, release.id, last)),
    );
    await tx.changes.list(made.map((run) => ({ run: run!, changes: changesOf(run!) })));
    await tx.releases.updateMany([{ ...release, status: 'reviewing' }]);
  });
  const releaseId = release.id;
  const of = { buildId: build.id, releaseName: 'v1', releaseNumber: 1 };
  await several(`${title}: list of changes`, () => listChanges(deps, local, { releaseId }));
  await several(`${title}: one change with its runs`, () =>
    describeChange(deps, local, { releaseId, fingerprint: fingerprintOf('header') }),
  );
  await several(`${title}: list of runs`, () => listRuns(deps, local, of));
  for (const word of ['header', 'footer', 'nav', 'logo', ...(last === 'shared' ? ['badge'] : [])]) {
    await once(`${title}: approve "${word}" in all runs`, () =>
      reviewChange(deps, local, {
        releaseId,
        fingerprint: fingerprintOf(word),
        verdict: 'approved',
        operationId: word,
      }),
    );
  }
  await several(`${title}: list of changes, all decided`, () => listChanges(deps, local, { releaseId }));
  await once(`${title}: undo one of them`, () =>
    undoDecision(deps, local, { buildId: build.id, operationId: 'logo' }),
  );
  const { runs } = await listRuns(deps, local, of);
  await once(`${title}: approve all runs as a whole`, () =>
    reviewRuns(deps, local, {
      ...of,
      runs: runs.id.slice(0, 10_000).map((runId) => ({ runId, verdict: 'approved' })),
      operationId: 'all',
    }),
  );
  await store.close();
  place.remove();
}

/** The last changes are at ten places. */
function runOf(index: number, buildId: number, releaseId: number, last: Last): Omit<Run, 'id'> {
  const empty = newRun({ buildId, releaseId, name: `/page-${String(index).padStart(5, '0')}`, now: 1 });
  const top = (index % 10) * 290;
  const details = aligned([
    'header',
    'footer',
    'nav',
    { word: 'logo', top },
    { word: last === 'shared' ? 'badge' : `b${index}`, top },
  ]);
  return {
    ...empty,
    current: { ...empty.current, state: 'done', image: 'a'.repeat(40) },
    ref: { ...empty.ref, state: 'done', image: 'b'.repeat(40) },
    diff: { ...empty.diff, image: 'c'.repeat(40), distortion: 0.1, details },
    status: 'diff_found',
    openChanges: 5,
    version: 1,
    factsVersion: 1,
  };
}

async function open(place: Place, kind: DatabaseKind): Promise<Store> {
  return kind === 'sqlite'
    ? openSqliteStore({ file: join(place.dataFolder, 'dpxdt.sqlite') })
    : openPostgresStore({ url: place.databaseUrl! });
}

async function once(what: string, work: () => Promise<unknown>): Promise<void> {
  const [wallMs, processorMs] = await timed(work);
  console.log(`${what}: ${ms(wallMs)} (processor of this process: ${ms(processorMs)})`);
}

async function several(what: string, work: () => Promise<unknown>): Promise<void> {
  const times: [number, number][] = [];
  for (let index = 0; index < 7; index++) times.push(await timed(work));
  const [wallMs, processorMs] = [0, 1].map((part) => median(times.map((time) => time[part]!)));
  console.log(`${what}: ${ms(wallMs!)} (processor of this process: ${ms(processorMs!)})`);
}

/** @returns time by the clock and of the processor, in milliseconds */
async function timed(work: () => Promise<unknown>): Promise<[number, number]> {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return [performance.now() - start, (user + system) / 1_000];
}

function depsOf(store: Store): Deps {
  const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  return {
    store,
    clock: { now: () => Date.now(), monotonicMs: () => performance.now(), sleep: async () => undefined },
    notifier: inProcessNotifier(),
    feed: inProcessFeed(silent),
    logger: silent,
    settings: defaultServiceSettings,
  } as unknown as Deps;
}
