/**
 * Times baselines on SQLite and PostgreSQL: a release of 5,000 runs with a history of 500 commits, 100,000 runs stored
 * (20 releases of 5,000 along the history), what follows when main settles, and the digest of pixels.
 *   node bench/baselines/run.ts [--quick] [--plans]
 * Without --quick the figures go to the section `baselines` of RESULTS.md. --plans prints the query plans.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import { createAesVault } from '../../src/adapters/crypto/aes-vault.ts';
import { nodeIds } from '../../src/adapters/crypto/node-ids.ts';
import { inProcessFeed } from '../../src/adapters/notify/in-process-feed.ts';
import { inProcessNotifier } from '../../src/adapters/notify/in-process-notifier.ts';
import { chooseForRun } from '../../src/services/baselines/choose-for-run.ts';
import { followUp } from '../../src/services/baselines/follow-up.ts';
import { createBuild } from '../../src/services/builds/create-build.ts';
import { createRelease } from '../../src/services/releases/create-release.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { defaultServiceSettings } from '../../src/services/deps.ts';
import type { Deps } from '../../src/services/deps.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import { noTracer } from '../../src/ports/tracer.ts';
import type { Store } from '../../src/ports/store.ts';
import { describeCommit, describeMachine, recentLoad, writeResultsSection } from '../machine.ts';
import { newPlace } from '../server/places.ts';
import type { DatabaseKind, Place } from '../server/places.ts';
import { explain } from '../server/query-plans.ts';
import { ms, perRun, stopwatch } from './figures.ts';
import { measureDigests } from './pixels.ts';
import { copyRuns, fill, hashOf, nameOf } from './stored-runs.ts';
import { join } from 'node:path';

const options = {
  quick: { type: 'boolean', default: false },
  plans: { type: 'boolean', default: false },
} as const;
const { quick, plans } = parseArgs({ options }).values;
const [runs, stored] = quick ? [500, 4] : [5_000, 20];
/** Requests that are made together. */
const atOnce = 16;
const local = { kind: 'local' } as const;
const history = Array.from({ length: 500 }, (_, at) => ({
  commit: hashOf(at),
  tree: hashOf(10_000 + at),
}));

interface Row {
  what: string;
  target: string;
  sqlite?: string;
  postgres?: string;
}
const rows = new Map<string, Row>();

function tell(kind: DatabaseKind, what: string, target: string, figure: string): void {
  console.log(`${kind}: ${what}: ${figure}`);
  rows.set(what, { ...(rows.get(what) ?? { what, target }), [kind]: figure });
}

const load = recentLoad();
for (const kind of ['sqlite', 'postgres'] as const) await measure(kind);
const digests = await measureDigests(quick ? 2 : 7);
const text = [
  '## Baselines',
  '',
  `${describeMachine()}, commit ${describeCommit()}; load before: ${load.toFixed(1)}`,
  '',
  `Use cases called in one process, synced to disk. CPU is the processor time of that process; on a busy machine it says more than the time that passed. ${(runs * stored).toLocaleString('en')} runs stored in ${stored} releases along a history of 500 commits; a release of ${runs.toLocaleString('en')} runs.`,
  '',
  ...(load > availableParallelism()
    ? [
        'Other programs used the processors meanwhile, so the times that passed are several times too long; repeat on an idle machine before you quote them.',
        '',
      ]
    : []),
  '| | target | SQLite | PostgreSQL |',
  '| --- | ---: | ---: | ---: |',
  ...[...rows.values()].map(
    ({ what, target, sqlite, postgres }) => `| ${what} | ${target} | ${sqlite} | ${postgres} |`,
  ),
  '',
  ...digests,
].join('\n');
console.log(text);
if (!quick) writeResultsSection('baselines', text);

async function measure(kind: DatabaseKind): Promise<void> {
  const place = await newPlace(kind);
  let store = await open(place);
  const build = await createBuild(depsOf(store), local, { name: 'Shop' });
  const main: Release[] = [];
  for (let index = stored - 1; index >= 0; index--) {
    main.push(
      await releaseOf(depsOf(store), build.id, `main ${index}`, {
        branch: 'main',
        commit: hashOf(index * 25),
      }),
    );
  }
  await fill(store, main[0]!, runs);
  await store.close();
  await copyRuns(place, main);
  store = await open(place);
  const deps = depsOf(store);
  try {
    await createdReleases(kind, deps, build.id);
    await choices(kind, deps, build.id);
    await requests(kind, deps, build.id);
    await follows(kind, deps, build.id);
  } finally {
    await store.close();
  }
  if (plans) await showPlans(kind, place, build.id);
  place.remove();
}

function open({ databaseUrl, dataFolder }: Place): Promise<Store> {
  return databaseUrl === null
    ? openSqliteStore({ file: join(dataFolder, 'dpxdt.sqlite') })
    : openPostgresStore({ url: databaseUrl });
}

function releaseOf(
  deps: Deps,
  buildId: number,
  releaseName: string,
  place: { branch: string; commit: string; history?: typeof history | undefined },
): Promise<Release> {
  return createRelease(deps, local, {
    buildId,
    releaseName,
    history: [],
    historyNote: 'full',
    own: [],
    ...place,
  });
}

function pullOf(deps: Deps, buildId: number, releaseName: string): Promise<Release> {
  return releaseOf(deps, buildId, releaseName, { branch: 'feature', commit: hashOf(99_999), history });
}

async function createdReleases(kind: DatabaseKind, deps: Deps, buildId: number): Promise<void> {
  const rounds = 20;
  const began = performance.now();
  for (let round = 0; round < rounds; round++) await pullOf(deps, buildId, `created ${round}`);
  tell(
    kind,
    '`create_release` with 500 history entries',
    '< 20 ms',
    ms((performance.now() - began) / rounds),
  );
}

async function choices(kind: DatabaseKind, deps: Deps, buildId: number): Promise<void> {
  const pull = await pullOf(deps, buildId, 'chosen');
  await deps.store.read(async (tx) => {
    const began = performance.now();
    await chooseForRun(deps, tx, pull, [nameOf(0)]);
    tell(
      kind,
      'candidates of a release, loaded once, with its first choice',
      '',
      ms(performance.now() - began),
    );
    for (const [what, prefix] of [
      ['a choice: page that the nearest release has', ''],
      ['a choice: page that no release has', '/no'],
    ] as const) {
      const read = stopwatch();
      for (let index = 0; index < runs; index++)
        await chooseForRun(deps, tx, pull, [`${prefix}${nameOf(index)}`]);
      tell(kind, what, '< 0.3 ms', perRun(read(), runs));
    }
  });
}

async function requests(kind: DatabaseKind, deps: Deps, buildId: number): Promise<void> {
  const asked = quick ? 500 : 2_000;
  for (const [what, target, release] of [
    ['`request_run` with history, 16 at a time', '≥ 1,000/s', await pullOf(deps, buildId, 'asked')],
    [
      '`request_run` of a client that knows no history, 16 at a time',
      '',
      await createRelease(deps, local, { buildId, releaseName: 'plain' }),
    ],
  ] as const) {
    const read = stopwatch();
    for (let index = 0; index < asked; index += atOnce) {
      await Promise.all(
        Array.from({ length: atOnce }, (_, at) =>
          requestRun(deps, local, {
            buildId,
            releaseName: release.name,
            releaseNumber: release.number,
            url: `http://shop.test${nameOf(index + at)}`,
          }),
        ),
      );
    }
    const took = read();
    const perSecond = Math.round((asked * 1000) / took.wall);
    tell(kind, what, target, `${perSecond.toLocaleString('en')}/s (${perRun(took, asked)})`);
  }
}

/** Runs of a branch wait for main; then main is bad, and all are chosen for again. */
async function follows(kind: DatabaseKind, deps: Deps, buildId: number): Promise<void> {
  const newest = await releaseOf(deps, buildId, 'newest', { branch: 'main', commit: hashOf(77_777) });
  const branch = await releaseOf(deps, buildId, 'waits', {
    branch: 'feature',
    commit: hashOf(88_888),
    history: [{ commit: hashOf(77_777), tree: hashOf(77_778) }, ...history.slice(0, 499)],
  });
  const { run: waiting } = await requestRun(deps, local, {
    buildId,
    releaseName: branch.name,
    releaseNumber: 1,
    runName: nameOf(0),
    url: `http://shop.test${nameOf(0)}`,
  });
  await deps.store.transaction(async (tx) => {
    for (let index = 1; index < runs; index++)
      await tx.runs.insertMany([{ ...waiting, name: nameOf(index) }]);
  });
  await fill(deps.store, newest, runs);
  const key = { buildId, releaseName: newest.name, releaseNumber: 1 };
  for (const [what, change] of [
    [`${runs.toLocaleString('en')} runs that waited for main`, () => runsDone(deps, local, key)],
    [
      `${runs.toLocaleString('en')} runs whose baseline is marked bad`,
      async () => {
        for (const decision of ['reopen', 'bad'] as const)
          await reviewRelease(deps, local, { ...key, decision });
      },
    ],
  ] as const) {
    const began = performance.now();
    await change();
    const answered = performance.now() - began;
    const { longest, busiest, took } = await besideOthers(deps, buildId, () => followUp(deps));
    tell(kind, `${what}: answer to the request that changed main`, '', ms(answered));
    tell(kind, `${what}: all have their baseline`, '', ms(took));
    tell(
      kind,
      `${what}: longest wait of another request meanwhile`,
      '< 50 ms',
      `${ms(longest)}, CPU ${ms(busiest)}`,
    );
  }
}

/** Makes a small request that writes, again and again, until the work is done. */
async function besideOthers(
  deps: Deps,
  buildId: number,
  work: () => Promise<void>,
): Promise<{ longest: number; busiest: number; took: number }> {
  const other = await createRelease(deps, local, { buildId, releaseName: `other ${performance.now()}` });
  let isOver = false;
  const began = performance.now();
  const working = work().finally(() => (isOver = true));
  let [longest, busiest] = [0, 0];
  for (let index = 0; !isOver; index++) {
    const waited = stopwatch();
    await requestRun(deps, local, {
      buildId,
      releaseName: other.name,
      releaseNumber: 1,
      url: `http://shop.test/other/${index}`,
    });
    const { wall, processor } = waited();
    longest = Math.max(longest, wall);
    busiest = Math.max(busiest, processor);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await working;
  return { longest, busiest, took: performance.now() - began };
}

async function showPlans(kind: DatabaseKind, place: Place, buildId: number): Promise<void> {
  const found = await explain(place, {
    create_release: (deps) => pullOf(deps, buildId, 'planned'),
    choice: async (deps) => {
      const pull = await pullOf(deps, buildId, 'planned too');
      await deps.store.read((tx) => chooseForRun(deps, tx, pull, ['/no such page', '/nor this']));
    },
    follow_up: (deps) => followUp(deps),
  });
  for (const [useCase, statements] of Object.entries(found)) {
    console.log(`\n### ${kind}: ${useCase}`);
    for (const { sql, plan } of statements) console.log(`\n${sql}\n  ${plan.join('\n  ')}`);
  }
}

function depsOf(store: Store): Deps {
  const quiet = () => undefined;
  const logger = { debug: quiet, info: quiet, warn: quiet, error: console.error };
  const blobs = {
    stage: () => Promise.reject(new Error('no file is stored here')),
  } as unknown as Deps['blobs'];
  return {
    store,
    blobs,
    imageCheck: {
      check: () => Promise.reject(new Error('no file is checked here')),
      close: () => Promise.resolve(),
    },
    clock: { now: () => Date.now(), monotonicMs: () => performance.now(), sleep: () => Promise.resolve() },
    ids: nodeIds(),
    notifier: inProcessNotifier(),
    feed: inProcessFeed(logger),
    vault: createAesVault('a secret that only this bench knows'),
    logger,
    tracer: noTracer,
    settings: { ...defaultServiceSettings, publicUrl: 'http://dpxdt.test' },
  };
}
