import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { isDecided } from '../../src/domain/releases/release-lifecycle.ts';
import { factsOf, isPending, runStatus } from '../../src/domain/runs/run-status.ts';
import type { Release } from '../../src/domain/releases/release.ts';
import type { Task } from '../../src/domain/tasks/task.ts';
import { finishTask } from '../../src/services/tasks/finish-task.ts';
import { fsck } from '../../src/services/upkeep/fsck.ts';
import { heartbeat } from '../../src/services/tasks/heartbeat.ts';
import { leaseTasks } from '../../src/services/tasks/lease-tasks.ts';
import { giveBackTask } from '../../src/services/tasks/give-back-task.ts';
import { reportRun } from '../../src/services/runs/report-run.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { reviewRelease } from '../../src/services/releases/review-release.ts';
import { reviewRuns } from '../../src/services/runs/review-runs.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { sweep } from '../../src/services/upkeep/sweep.ts';
import {
  named,
  newRelease,
  openWorld,
  root,
  storeKinds,
  uploadImage,
  uploadText,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

/** mulberry32: small, seeded, good enough to shuffle operations. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Acceptable error answers; anything else (an internal error, a violated constraint) fails the test. */
const expected = [
  'invalid_transition',
  'run_already_reported',
  'lease_lost',
  'task_not_live',
  'not_found',
  'conflict',
];

async function play(world: World, seed: number, steps: number): Promise<void> {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const maybe = (share: number) => random() < share;
  const { deps } = world;
  const images = await Promise.all(['a', 'b', 'c', 'd'].map((name) => uploadImage(world, name)));
  const logs = await Promise.all(['1', '2'].map((name) => uploadText(world, name)));
  const releases: Release[] = [await newRelease(world, 'r')];
  const leased: Task[] = [];
  const names = ['/', '/a', '/b', '/c'];
  const reasons = ['connection_failed', 'page_too_large'];

  const newest = () => (maybe(0.8) ? releases.at(-1)! : pick(releases));
  const operations: Record<string, () => Promise<unknown>> = {
    createRelease: async () => releases.push(await newRelease(world, pick(['r', 's']))),
    requestRun: () =>
      requestRun(deps, root, {
        ...named(newest()),
        url: `http://shop.test${pick(names)}`,
        config: maybe(0.8) ? {} : { injectCss: pick(['x', 'y']) },
        ...(maybe(0.3) ? { refUrl: 'http://old.test/', refConfig: {} } : {}),
      }),
    reportRun: () =>
      reportRun(deps, root, {
        ...named(newest()),
        runName: pick(names),
        ...(maybe(0.6) ? { image: pick(images) } : {}),
        ...(maybe(0.4) ? { log: pick(logs) } : {}),
        ...(maybe(0.4) ? { refImage: pick(images) } : {}),
        ...(maybe(0.1) ? { runFailed: true } : {}),
        ...(maybe(0.1) ? { diffFailed: true } : {}),
        ...(maybe(0.1) ? { diffImage: pick(images), distortion: 0.5 } : {}),
        ...(maybe(0.1) ? { diffLog: pick(logs) } : {}),
      }),
    lease: async () => {
      const queue = pick(['capture', 'run-pdiff']);
      leased.push(...(await leaseTasks(deps, root, { queue, owner: pick(['v', 'w']), count: 2 })));
    },
    heartbeat: async () => {
      const task = pick(leased.slice(-4));
      if (task !== undefined) await heartbeat(deps, root, claim(task));
    },
    work: async () => {
      const task = pick(leased.slice(-4));
      if (task === undefined) return;
      const {
        run_name: runName,
        release_name,
        release_number,
        baseline,
      } = JSON.parse(task.payload) as {
        run_name: string;
        release_name: string;
        release_number: number;
        baseline: boolean;
      };
      const place = {
        buildId: world.build.id,
        releaseName: release_name,
        releaseNumber: release_number,
        runName,
      };
      const log = pick(logs);
      const fields =
        task.queue === 'run-pdiff'
          ? maybe(0.5)
            ? { diffLog: log, distortion: 0 }
            : { diffImage: pick(images), diffLog: log, distortion: 0.25 }
          : baseline
            ? { refImage: pick(images), refLog: log }
            : { image: pick(images), log };
      await reportRun(deps, root, { ...place, ...fields, leaseId: task.leaseId! });
    },
    finish: async () => {
      const task = pick(leased.slice(-4));
      if (task === undefined) return;
      const failure = { reason: pick(reasons), message: 'it failed' };
      await finishTask(deps, root, { ...claim(task), ...(maybe(0.5) ? { failure } : {}) });
    },
    giveBack: async () => {
      const task = pick(leased.slice(-4));
      if (task !== undefined) await giveBackTask(deps, root, claim(task));
    },
    runsDone: () => runsDone(deps, root, named(newest())),
    decide: () =>
      reviewRelease(deps, root, { ...named(pick(releases)), decision: pick(['good', 'bad', 'reopen']) }),
    judge: async () => {
      const release = newest();
      const rows = await world.store.read((tx) => tx.runs.rows(release.id));
      if (rows.length === 0) return;
      await reviewRuns(deps, root, {
        ...named(release),
        operationId: String(random()),
        runs: [{ runId: pick(rows).id, verdict: pick(['approved', 'rejected', 'none']) }],
        note: 'so it is',
      });
    },
    sweep: () => sweep(deps),
    wait: async () => world.clock.advance(Math.floor(random() * 25_000)),
  };
  const often: Record<string, number> = { reportRun: 6, requestRun: 6, lease: 5, work: 10, finish: 5 };
  const menu = Object.keys(operations).flatMap((name) => Array<string>(often[name] ?? 1).fill(name));
  for (let step = 0; step < steps; step++) {
    const batch = Array.from({ length: maybe(0.3) ? 4 : 1 }, () => pick(menu));
    const outcomes = await Promise.allSettled(batch.map((name) => operations[name]!()));
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      const error: unknown = outcome.reason;
      if (!(error instanceof AppError) || !expected.includes(error.code)) throw error;
    }
    await checkEverything(world, `seed ${seed}, step ${step}: ${batch.join(' + ')}`);
  }
  await bringToAnEnd(world, releases);
}

function claim(task: Task) {
  return { queue: task.queue, taskId: task.id, owner: task.owner!, leaseId: task.leaseId! };
}

/** Invariants after every operation. */
async function checkEverything(world: World, where: string): Promise<void> {
  const { runs, releases, tasks, strays, mails } = await world.store.read(async (tx) => {
    const allRuns = await tx.runs.page(0, 10_000);
    const ids = [...new Set(allRuns.map((run) => run.releaseId))];
    const liveTasks = [];
    for (const run of allRuns) liveTasks.push(...(await tx.tasks.liveOfRun(run.id)));
    const mailsOfReleases = [];
    for (const id of ids) mailsOfReleases.push(await tx.mails.ofRelease(id));
    return {
      runs: allRuns,
      releases: new Map((await tx.releases.findMany(ids)).map((release) => [release.id, release])),
      tasks: liveTasks,
      strays: await tx.tasks.strays(10),
      mails: mailsOfReleases,
    };
  });
  expect(strays, `${where}: a live task that nobody waits for`).toEqual([]);
  for (const ofRelease of mails) expect(ofRelease.length, `${where}: mails per release`).toBeLessThan(2);
  for (const release of releases.values()) {
    if (release.status !== 'processing') continue;
    const pending = runs.filter((run) => run.releaseId === release.id && isPending(run.status));
    expect(
      pending.length,
      `${where}: release ${release.id} is processing although nothing waits`,
    ).toBeGreaterThan(0);
  }
  for (const run of runs) {
    const label = `${where}: run ${run.name} of ${run.releaseId} (${JSON.stringify(run)})`;
    expect(run.status, `${label}: status from facts`).toBe(runStatus(factsOf(run)));
    const release = releases.get(run.releaseId)!;
    expect(run.version, label).toBeLessThanOrEqual(release.version);
    const live = tasks.filter((task) => task.runId === run.id);
    const slots = live.map((task) => task.slot);
    expect(new Set(slots).size, `${label}: one live task per slot`).toBe(slots.length);
    if (!isPending(run.status)) expect(live, `${label}: over, yet a task is live`).toEqual([]);
    if (isDecided(release.status) || release.status === 'reviewing') {
      expect(isPending(run.status), `${label}: waits in a release that is ${release.status}`).toBe(false);
    }
    for (const side of ['current', 'ref'] as const) {
      if (run[side].state === 'requested') expect(slots, `${label}: waits for nothing`).toContain(side);
      if (run[side].state === 'done') expect(run[side].image, label).not.toBeNull();
    }
    if (run.status === 'needs_diff') expect(slots, `${label}: waits for nothing`).toContain('diff');
  }
}

/** Even if workers never return, every release ends, because the server ends overdue tasks and runs. */
async function bringToAnEnd(world: World, releases: readonly Release[]): Promise<void> {
  const { deps } = world;
  for (const release of releases) await runsDone(deps, root, named(release)).catch(() => undefined);
  for (let round = 0; round < 6; round++) {
    for (const queue of ['capture', 'run-pdiff']) {
      await leaseTasks(deps, root, { queue, owner: 'dies', count: 100 });
    }
    world.clock.advance(190_000);
    await sweep(deps);
  }
  world.clock.advance(deps.settings.silentReleaseMs + 1);
  await sweep(deps);
  const states = await world.store.read((tx) => tx.releases.findMany(releases.map(({ id }) => id)));
  for (const release of states) expect(['reviewing', 'good', 'bad']).toContain(release.status);
  expect((await fsck(deps, root)).problems).toEqual([]);
}

describe.each(storeKinds)('random sequences of operations on %s', (kind) => {
  const seeds = kind === 'sqlite' ? [1, 2, 3, 4, 5, 6] : [7, 8];
  it.each(seeds)('seed %i keeps every promise after every step', async (seed) => {
    await play(await openWorld(kind), seed, kind === 'sqlite' ? 150 : 80);
  });
});
