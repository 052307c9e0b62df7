/** L3 and L4: the work queue. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs } from '../process-cost.ts';
import { openScene } from '../scene.ts';
import { failures, type Bench, type Figure, type Part } from './part.ts';

const workers = 50;
const tasks = { full: 2_000, relaxed: 4_000 } as const;

async function cycles(
  bench: Bench,
  durability: 'full' | 'relaxed',
  atLeast: number,
): Promise<{ figures: Figure[]; tasks: number; doubleLeases: number }> {
  const scene = await openScene(bench, { durability });
  const count = tasks[durability];
  const rates: number[] = [];
  const p99: number[] = [];
  let doubleLeases = 0;
  let failed = 0;
  for (let round = 1; round <= bench.rounds; round++) {
    const queue = `load-${round}`;
    const added = await bench.generator.run('repeat', {
      target: scene.superuser,
      method: 'POST',
      path: `/api/work_queue/${queue}/add`,
      fields: { task_id: 'task-{i}', payload: '{}', content_type: 'application/json' },
      clients: 64,
      count,
    });
    const stats = await bench.generator.run('queueCycle', {
      target: scene.superuser,
      queue,
      workers,
      tasks: count,
    });
    rates.push(stats.rate);
    p99.push(stats.p99);
    doubleLeases += stats.doubleLeases;
    failed += failures(stats.statuses) + failures(added.statuses);
  }
  await scene.end();
  const what = `lease, heartbeat and finish, ${durability} durability`;
  return {
    figures: [
      { what, unit: 'tasks/s', values: rates, atLeast },
      { what: `${what}, p99 of the three together`, unit: 'ms', values: p99 },
      { what: `${what}, cycles that failed`, unit: '', values: [failed], atMost: 0 },
    ],
    tasks: count * bench.rounds,
    doubleLeases,
  };
}

export const leases: Part = {
  id: 'L3',
  title: 'lease, heartbeat and finish, 50 workers',
  async run(bench) {
    const full = await cycles(bench, 'full', 150);
    const relaxed = await cycles(bench, 'relaxed', 800);
    const leased = full.tasks + relaxed.tasks;
    return {
      figures: [
        ...full.figures,
        ...relaxed.figures,
        {
          what: `tasks that two workers had, of ${leased}`,
          unit: '',
          values: [full.doubleLeases + relaxed.doubleLeases],
          atMost: 0,
        },
      ],
    };
  },
};

const settleMs = 3_000;
const watchMs = 10_000;

export const waiting: Part = {
  id: 'L4',
  title: 'an empty queue, 200 workers that wait for it',
  async run(bench) {
    const scene = await openScene(bench);
    const added = 200;
    const picking = bench.generator.run('longPoll', {
      target: scene.superuser,
      queue: 'empty',
      workers: 200,
      idleMs: settleMs + watchMs + 500,
      tasks: added,
      pauseMs: 20,
    });
    await sleep(settleMs);
    const [cpuBefore, before] = [cpuMs(scene.server.pid), performance.now()];
    await sleep(watchMs);
    const busy = (cpuMs(scene.server.pid) - cpuBefore) / (performance.now() - before);
    const picked = await picking;
    await scene.end();
    return {
      figures: [
        {
          what: 'processor time of the server while nothing is there',
          unit: '%',
          values: [busy * 100],
          atMost: 5,
        },
        {
          what: 'from sending a task until a worker has it, p95',
          unit: 'ms',
          values: [picked.p95],
          atMost: 250,
        },
        { what: 'the same, median', unit: 'ms', values: [picked.p50] },
        { what: 'tasks that no worker got', unit: '', values: [added - picked.count], atMost: 0 },
      ],
    };
  },
};
