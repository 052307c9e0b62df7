/** Leases and waiting tasks when the machine's clock is changed. */
import { describe, expect, it } from 'vitest';
import { steadyClock } from '../../src/adapters/clock/steady-clock.ts';
import { addTask } from '../../src/services/tasks/add-task.ts';
import { finishTask } from '../../src/services/tasks/finish-task.ts';
import { heartbeat } from '../../src/services/tasks/heartbeat.ts';
import { leaseTasks } from '../../src/services/tasks/lease-tasks.ts';
import { listQueues } from '../../src/services/tasks/list-queues.ts';
import { pullBackTasks } from '../../src/services/tasks/pull-back-tasks.ts';
import { giveBackTask } from '../../src/services/tasks/give-back-task.ts';
import { openWorld, root, storeKinds } from '../support/server-world.ts';

const hourMs = 3_600_000;
const queue = 'work';

async function openTurnable(kind: (typeof storeKinds)[number]) {
  const world = await openWorld(kind);
  let wall = world.clock.now();
  let monotonic = 0;
  const machine = { now: () => wall, monotonicMs: () => monotonic, sleep: () => Promise.resolve() };
  const deps = { ...world.deps, clock: steadyClock(machine) };
  const lease = async (from = deps) => (await leaseTasks(from, root, { queue, owner: 'w' }))[0];
  return {
    deps,
    lease,
    pass: (ms: number) => {
      wall += ms;
      monotonic += ms;
    },
    turn: (ms: number) => (wall += ms),
    /** The same data in a newly started server. */
    restarted: () => ({ ...deps, clock: steadyClock(machine) }),
  };
}

describe.each(storeKinds)('P42: a clock that is turned, on %s', (kind) => {
  it.each([hourMs, -hourMs])('by %i ms ends no lease early and keeps none for ever', async (jump) => {
    const { deps, lease, pass, turn } = await openTurnable(kind);
    await addTask(deps, root, { queue, payload: '{}', taskId: 'kept' });
    await addTask(deps, root, { queue, payload: '{}', taskId: 'left' });
    const [kept, left] = [(await lease())!, (await lease())!];
    turn(jump);
    expect(await lease(), 'both are held').toBeUndefined();
    const call = { queue, taskId: kept.id, owner: 'w', leaseId: kept.leaseId! };
    for (let index = 0; index < 3; index++) {
      pass(15_000);
      await heartbeat(deps, root, { ...call, index });
    }
    expect(await lease(), 'not even at a quarter too fast').toBeUndefined();
    // A lease of a minute lasts 80 s at most, and the wait after it, 10 s and its jitter, at most 20 s.
    pass(35_000);
    await heartbeat(deps, root, { ...call, index: 3 });
    pass(20_000);
    expect(await lease()).toMatchObject({ id: left.id, leaseAttempts: 2 });
    await finishTask(deps, root, call);
    const [counts] = await listQueues(deps, root);
    expect(counts!.oldestWaitingMs ?? 0).toBeGreaterThanOrEqual(0);
  });

  it('back by an hour while no server ran delays nothing by that hour', async () => {
    const { deps, lease, pass, turn, restarted } = await openTurnable(kind);
    for (const taskId of ['leased', 'given back', 'waiting'])
      await addTask(deps, root, { queue, payload: '{}', taskId });
    const leased = (await lease())!;
    const back = (await lease())!;
    const call = { queue, taskId: back.id, owner: 'w', leaseId: back.leaseId! };
    await giveBackTask(deps, root, { ...call, delayMs: 30_000 });
    turn(-hourMs);
    const later = restarted();
    expect(await lease(later), 'without the correction it waits for an hour').toBeUndefined();
    expect(await pullBackTasks(later)).toBe(3);
    expect(await pullBackTasks(later)).toBe(0);
    expect(await lease(later)).toMatchObject({ id: 'waiting' });
    const held = { queue, taskId: leased.id, owner: 'w', leaseId: leased.leaseId! };
    await heartbeat(later, root, held);
    pass(60_001);
    expect(await lease(later), 'a lost lease is waited for').toBeUndefined();
    pass(15_000);
    expect(await lease(later)).toMatchObject({ id: 'leased', leaseAttempts: 2 });
    pass(hourMs);
    expect(await lease(later)).toBeDefined();
  });
});
