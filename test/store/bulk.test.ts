import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { listActivity } from '../../src/services/builds/list-activity.ts';
import { retryRuns } from '../../src/services/runs/retry-runs.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { reviewRuns } from '../../src/services/runs/review-runs.ts';
import { sweep } from '../../src/services/upkeep/sweep.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { newRun } from '../../src/domain/runs/run-request.ts';
import { taskIdOf, unleased } from '../../src/domain/tasks/tasks.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Run } from '../../src/domain/runs/run.ts';
import type { Task } from '../../src/domain/tasks/task.ts';
import type { Store, Transaction } from '../../src/ports/store.ts';
import {
  named,
  newRelease,
  openWorld,
  releaseNow,
  root,
  storeKinds,
  tasksOf,
  type World,
} from '../support/server-world.ts';

const count = 2_000;
const digest = (letter: string) => letter.repeat(40);

/** A release with many runs, inserted directly into the store. */
async function manyRuns(world: World, fields: Partial<Run>): Promise<{ release: Release; ids: number[] }> {
  const release = await newRelease(world, 'many');
  const ids = await world.store.transaction(async (tx) => {
    const made: number[] = [];
    for (let index = 0; index < count; index++) {
      const place = { buildId: world.build.id, releaseId: release.id, name: `/${index}`, now: 1 };
      made.push((await tx.runs.insertMany([{ ...newRun(place), ...fields }]))[0]!.id);
    }
    return made;
  });
  return { release, ids };
}

const captured = { ...newRun({ buildId: 1, releaseId: 1, name: '', now: 1 }).current, image: digest('a') };
const differing: Partial<Run> = {
  current: { ...captured, state: 'done' },
  ref: { ...captured, state: 'done', image: digest('b') },
  diff: {
    ...newRun({ buildId: 1, releaseId: 1, name: '', now: 1 }).diff,
    image: digest('c'),
    distortion: 0.5,
  },
  status: 'diff_found',
};
const requested = {
  ...captured,
  image: null,
  state: 'requested',
  url: 'http://shop.test/',
  config: digest('d'),
  requests: 1,
} as const;

/** The calls to repositories made by `work`, by name. */
async function callsOf(world: World, work: (deps: World['deps']) => Promise<unknown>) {
  const calls: Record<string, number> = {};
  const counting = (tx: Transaction): Transaction => {
    const counted: Record<string, unknown> = {};
    for (const [name, repository] of Object.entries(tx) as [string, unknown][]) {
      counted[name] = repository;
      if (typeof repository === 'function') continue;
      const methods = Object.entries(repository as Record<string, (...input: unknown[]) => unknown>);
      counted[name] = Object.fromEntries(
        methods.map(([method, call]) => [
          method,
          (...input: unknown[]) => {
            const key = `${name}.${method}`;
            calls[key] = (calls[key] ?? 0) + 1;
            return call(...input);
          },
        ]),
      );
    }
    return counted as unknown as Transaction;
  };
  const store: Store = {
    ...world.store,
    transaction: (inner) => world.store.transaction((tx) => inner(counting(tx))),
    read: (inner) => world.store.read((tx) => inner(counting(tx))),
  };
  const turns = countTurns();
  await work({ ...world.deps, store });
  return { calls, turns: turns() };
}

/** Counts turns of the event loop until the returned function is called. */
function countTurns(): () => number {
  let turns = 0;
  let isOver = false;
  void (async () => {
    while (!isOver) {
      await nextTurn();
      turns++;
    }
  })();
  return () => {
    isOver = true;
    return turns;
  };
}

const mostOf = (calls: Record<string, number>) => Math.max(...Object.values(calls));
/** Maximum runs that may block the event loop. */
const fewestTurns = count / 250;

describe.each(storeKinds)('many runs at once, on %s', (kind) => {
  it('verdicts are one statement per table, and the event loop turns meanwhile', async () => {
    const world = await openWorld(kind);
    const { release, ids } = await manyRuns(world, differing);
    const order = (verdict: 'approved' | 'rejected', operationId: string) => ({
      ...named(release),
      operationId,
      runs: ids.map((runId, index) => ({
        runId,
        verdict: index % 2 === 0 ? verdict : ('rejected' as const),
      })),
    });
    const { calls, turns } = await callsOf(world, async (deps) => {
      const { results } = await reviewRuns(deps, root, order('approved', 'one'));
      expect(results.every(({ outcome }) => outcome === 'changed')).toBe(true);
    });
    expect(mostOf(calls), JSON.stringify(calls)).toBe(1);
    expect(turns).toBeGreaterThan(fewestTurns);
    const rows = await world.store.read((tx) => tx.runs.rows(release.id));
    const half = count / 2;
    expect(
      rows.filter(({ status, verdict }) => status === 'diff_approved' && verdict === 'approved'),
    ).toHaveLength(half);
    expect(
      rows.filter(({ status, verdict }) => status === 'diff_found' && verdict === 'rejected'),
    ).toHaveLength(half);
    expect(new Set(rows.map(({ verdictBy }) => verdictBy))).toEqual(new Set(['local']));
    expect(new Set(rows.map(({ version }) => version))).toEqual(
      new Set([(await releaseNow(world, release)).version]),
    );
    const log = await listActivity(world.deps, root, { buildId: world.build.id, runId: ids[1]! });
    expect(log).toMatchObject([{ kind: 'run_rejected', detail: { from: 'none', to: 'rejected' } }]);

    const again = await reviewRuns(world.deps, root, order('approved', 'one'));
    expect(
      again.results.every(
        ({ outcome, previousVerdict }) => outcome === 'changed' && previousVerdict === 'none',
      ),
    ).toBe(true);
    expect(again.release.version).toBe((await releaseNow(world, release)).version);
  });

  it('one run that is named twice in an operation is judged once', async () => {
    const world = await openWorld(kind);
    const { release, ids } = await manyRuns(world, differing);
    const runs = [
      { runId: ids[0]!, verdict: 'approved' as const },
      { runId: ids[0]!, verdict: 'rejected' as const },
      { runId: 999_999, verdict: 'approved' as const },
    ];
    const { results } = await reviewRuns(world.deps, root, { ...named(release), operationId: 'o', runs });
    expect(results).toMatchObject([
      { outcome: 'changed', verdict: 'approved', previousVerdict: 'none' },
      { outcome: 'changed', verdict: 'approved', previousVerdict: 'none' },
      { outcome: 'not_found' },
    ]);
  });

  it('what failed is asked for again a few hundred at a time, each with its task', async () => {
    const world = await openWorld(kind);
    const { release } = await manyRuns(world, {
      current: {
        ...requested,
        state: 'failed',
        failure: { reason: 'page_crashed', message: "It “crashed”:\n\\ '" },
      },
      status: 'failed',
    });
    const { calls, turns } = await callsOf(world, async (deps) => {
      const { results } = await retryRuns(deps, root, named(release));
      expect(results).toHaveLength(count);
      expect(results.every(({ outcome }) => outcome === 'requested')).toBe(true);
    });
    expect(mostOf(calls), JSON.stringify(calls)).toBeLessThanOrEqual(1 + count / 500);
    expect(turns).toBeGreaterThan(fewestTurns);
    const runs = await world.store.read((tx) => tx.runs.page(0, count));
    expect(runs.every((run) => run.status === 'data_pending' && run.current.requests === 2)).toBe(true);
    const tasks = await world.store.read((tx) => tx.tasks.liveOfRuns(runs.map(({ id }) => id)));
    expect(tasks.size).toBe(count);
    const [task] = tasks.get(runs[7]!.id)!;
    expect(task).toMatchObject({
      id: taskIdOf(runs[7]!.id, 'current', 2),
      slot: 'current',
      queue: 'capture',
    });
    expect(JSON.parse(task!.payload)).toMatchObject({
      run_name: runs[7]!.name,
      url: 'http://shop.test/',
      baseline: false,
    });
  });

  it('deciding a release cancels what still runs, and the event loop turns meanwhile', async () => {
    const world = await openWorld(kind);
    const { release, ids } = await manyRuns(world, { current: requested });
    await world.store.transaction((tx) => tx.tasks.insertMany(ids.map((id) => taskFor(id, release.id))));
    const { calls, turns } = await callsOf(world, (deps) =>
      reviewRelease(deps, root, { ...named(release), decision: 'bad' }),
    );
    expect(mostOf(calls), JSON.stringify(calls)).toBeLessThanOrEqual(2);
    expect(turns).toBeGreaterThan(fewestTurns);
    const rows = await world.store.read((tx) => tx.runs.rows(release.id));
    expect(
      rows.every(({ status, failureReason }) => status === 'failed' && failureReason === 'canceled'),
    ).toBe(true);
    const tasks = await tasksOf(world, 'capture');
    expect(new Set(tasks.map(({ status }) => status))).toEqual(new Set(['canceled']));
  });

  it('runs that nobody ever reported fail together', async () => {
    const world = await openWorld(kind);
    const { release } = await manyRuns(world, {});
    await runsDone(world.deps, root, named(release));
    world.clock.advance(world.deps.settings.silentReleaseMs + 1);
    const { calls } = await callsOf(world, (deps) => sweep(deps));
    expect(mostOf(calls), JSON.stringify(calls)).toBeLessThanOrEqual(2 + count / 500);
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing' });
  });
});

function taskFor(runId: number, releaseId: number): Task {
  return {
    queue: 'capture',
    id: taskIdOf(runId, 'current', 1),
    payload: '{}',
    contentType: 'application/json',
    source: null,
    ...unleased(1),
    runId,
    releaseId,
    slot: 'current',
  };
}
