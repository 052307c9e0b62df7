import { describe, expect, it } from 'vitest';
import { addTask } from '../../src/services/tasks/add-task.ts';
import { finishTask } from '../../src/services/tasks/finish-task.ts';
import { heartbeat } from '../../src/services/tasks/heartbeat.ts';
import { leaseTasks } from '../../src/services/tasks/lease-tasks.ts';
import { listQueues } from '../../src/services/tasks/list-queues.ts';
import { retryTask } from '../../src/services/tasks/manage-task.ts';
import { giveBackTask } from '../../src/services/tasks/give-back-task.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { runsDone } from '../../src/services/releases/runs-done.ts';
import { deleteExpired } from '../../src/services/upkeep/delete-expired.ts';
import { sweep } from '../../src/services/upkeep/sweep.ts';
import type { Task } from '../../src/domain/tasks/task.ts';
import {
  atOnce,
  finish,
  leaseOne,
  named,
  newRelease,
  openWorld,
  releaseNow,
  root,
  runNow,
  storeKinds,
  tasksOf,
} from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

const code = (name: string): unknown => expect.objectContaining({ code: name });
const queue = 'work';

async function add(world: World, ...taskIds: string[]): Promise<void> {
  for (const taskId of taskIds) await addTask(world.deps, root, { queue, payload: '{}', taskId });
}

function call(task: Task) {
  return { queue: task.queue, taskId: task.id, owner: task.owner!, leaseId: task.leaseId! };
}

/** Like the original's workers: no lease id. */
function oldCall(task: Task) {
  return { queue: task.queue, taskId: task.id, owner: task.owner! };
}

async function taskNow(world: World, task: Pick<Task, 'queue' | 'id'>): Promise<Task> {
  return (await world.store.read((tx) => tx.tasks.find(task.queue, task.id)))!;
}

describe.each(storeKinds)('the work queue on %s', (kind) => {
  it('D8, P13: twenty workers share a hundred tasks, each given once', async () => {
    const world = await openWorld(kind);
    await add(world, ...Array.from({ length: 100 }, (_, index) => `t${index}`));
    const leases = await atOnce(20, async (worker) => {
      const mine: Task[] = [];
      for (;;) {
        const tasks = await leaseTasks(world.deps, root, { queue, owner: `w${worker}`, count: 3 });
        if (tasks.length === 0) return mine;
        mine.push(...tasks);
      }
    });
    const all = leases.flat();
    expect(new Set(all.map(({ id }) => id)).size).toBe(100);
    expect(all).toHaveLength(100);
    expect(new Set(all.map(({ leaseId }) => leaseId)).size).toBe(100);
  });

  it('gives the oldest first, and nothing twice under one id', async () => {
    const world = await openWorld(kind);
    await add(world, 'a', 'b', 'a');
    world.clock.advance(5);
    await add(world, 'c');
    expect(
      (await leaseTasks(world.deps, root, { queue, owner: 'w', count: 10 })).map(({ id }) => id),
    ).toEqual(['a', 'b', 'c']);
    expect(await tasksOf(world, queue)).toHaveLength(3);
    await addTask(world.deps, root, { queue: 'another', payload: '{}', taskId: 'a' });
    expect(await tasksOf(world, 'another'), 'ids are per queue').toHaveLength(1);
  });

  it('D9: an expired lease goes to another, and the first one is refused', async () => {
    const world = await openWorld(kind);
    await add(world, 'a');
    const first = (await leaseTasks(world.deps, root, { queue, owner: 'one', leaseMs: 10_000 }))[0]!;
    world.clock.advance(10_000);
    await expect(finishTask(world.deps, root, call(first)), 'even before anybody took it').rejects.toEqual(
      code('lease_lost'),
    );
    world.clock.advance(10_000);
    const second = (await leaseTasks(world.deps, root, { queue, owner: 'two' }))[0]!;
    expect(second.leaseAttempts).toBe(2);
    await expect(finishTask(world.deps, root, oldCall(first))).rejects.toEqual(code('lease_lost'));
    await expect(heartbeat(world.deps, root, call(first))).rejects.toEqual(code('lease_lost'));
    await finishTask(world.deps, root, call(second));
    expect(await taskNow(world, second)).toMatchObject({ status: 'done' });
  });

  it('P10: of two workers with one name only the holder of the lease may finish', async () => {
    const world = await openWorld(kind);
    await add(world, 'a');
    const first = await leaseOne(world, queue, 'same');
    world.clock.advance(70_000);
    const second = await leaseOne(world, queue, 'same');
    await expect(finishTask(world.deps, root, call(first))).rejects.toEqual(code('lease_lost'));
    await finishTask(world.deps, root, call(second));
    await expect(finishTask(world.deps, root, call(second)), 'the same finish again').resolves.toMatchObject({
      status: 'done',
    });
    await expect(finishTask(world.deps, root, { ...call(second), error: 'no' })).rejects.toEqual(
      code('task_not_live'),
    );
  });

  it('D10, P11: a heartbeat extends the lease; a late one keeps the message and still extends', async () => {
    const world = await openWorld(kind);
    await add(world, 'a');
    const task = await leaseOne(world, queue);
    const beat = (index: number, message: string) =>
      heartbeat(world.deps, root, { ...call(task), index, message });
    world.clock.advance(30_000);
    expect(await beat(5, 'five')).toEqual({ applied: true });
    const { eta } = await taskNow(world, task);
    expect(eta).toBe(world.clock.now() + 60_000);
    world.clock.advance(30_000);
    expect(await beat(3, 'three')).toEqual({ applied: false });
    expect(await taskNow(world, task)).toMatchObject({ message: 'five', messageIndex: 5, eta: eta + 30_000 });
  });

  it('P12: after the end there is nothing left to beat for', async () => {
    const world = await openWorld(kind);
    await add(world, 'a');
    const task = await leaseOne(world, queue);
    await finish(world, task, 'broken');
    await expect(heartbeat(world.deps, root, call(task))).rejects.toEqual(code('task_not_live'));
    await expect(heartbeat(world.deps, root, { ...call(task), taskId: 'none' })).rejects.toEqual(
      code('not_found'),
    );
  });

  it('P5: heartbeats cannot keep a task beyond its deadline', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' });
    const task = await leaseOne(world, 'capture');
    for (let second = 0; second < 115; second += 15) {
      world.clock.advance(15_000);
      if (second < 105) await heartbeat(world.deps, root, call(task));
    }
    await expect(heartbeat(world.deps, root, call(task))).rejects.toEqual(code('lease_lost'));
    world.clock.advance(10_000);
    expect((await leaseOne(world, 'capture')).leaseAttempts).toBe(2);
  });

  it.each(['the sweeper', 'the next lease'])(
    'P6: after three attempts %s ends the task and the release goes on',
    async (who) => {
      const world = await openWorld(kind);
      const release = await newRelease(world);
      await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' });
      await runsDone(world.deps, root, named(release));
      for (let attempt = 1; attempt <= 3; attempt++) {
        expect((await leaseOne(world, 'capture')).leaseAttempts).toBe(attempt);
        world.clock.advance(60_000 + [10_000, 60_000, 0][attempt - 1]!);
      }
      if (who === 'the sweeper') expect(await sweep(world.deps)).toMatchObject({ endedTasks: 1 });
      else expect(await leaseTasks(world.deps, root, { queue: 'capture', owner: 'w' })).toEqual([]);
      expect(await tasksOf(world, 'capture')).toMatchObject([{ status: 'error' }]);
      expect(await runNow(world, release, '/')).toMatchObject({
        status: 'failed',
        current: { failure: { reason: 'attempts_exhausted' } },
      });
      expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing' });
    },
  );

  it('D11: three failed attempts fail the run with their reason', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    await requestRun(world.deps, root, { ...named(release), url: 'http://shop.test/' });
    await runsDone(world.deps, root, named(release));
    const failure = { reason: 'capture_timeout', message: 'The page was not ready after 90 seconds.' };
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 3; attempt++) {
      const task = await leaseOne(world, 'capture');
      const { retryAt } = await finishTask(world.deps, root, { ...call(task), failure });
      if (retryAt === null) continue;
      waits.push(retryAt - world.clock.now());
      world.clock.advance(waits.at(-1)!);
    }
    expect(waits).toEqual([10_000, 60_000]);
    expect(await tasksOf(world, 'capture')).toMatchObject([{ status: 'error', error: failure.message }]);
    expect(await runNow(world, release, '/')).toMatchObject({ status: 'failed', current: { failure } });
    expect(await releaseNow(world, release)).toMatchObject({ status: 'reviewing' });
  });

  it('P4, D14: a task whose lease ran out waits 10 s, then 60 s; one that was given back does not', async () => {
    const world = await openWorld(kind);
    await add(world, 'lost', 'back');
    const namesOf = async () =>
      (await leaseTasks(world.deps, root, { queue, owner: 'w', count: 9 })).map(({ id }) => id);
    expect(await namesOf()).toEqual(['lost', 'back']);
    await giveBackTask(world.deps, root, { queue, taskId: 'back', owner: 'w' });
    expect(await namesOf(), 'given back: at once').toEqual(['back']);
    await finishTask(world.deps, root, { queue, taskId: 'back', owner: 'w' });
    for (const waitMs of [10_000, 60_000]) {
      world.clock.advance(60_000);
      expect(await namesOf(), 'ran out just now').toEqual([]);
      expect(await listQueues(world.deps, root)).toMatchObject([
        { queue, waiting: 0, leased: 0, delayed: 1 },
      ]);
      world.clock.advance(waitMs - 1);
      expect(await namesOf(), 'a moment too early').toEqual([]);
      world.clock.advance(1);
      expect(await namesOf()).toEqual(['lost']);
    }
    expect(await taskNow(world, { queue, id: 'lost' })).toMatchObject({ leaseAttempts: 3 });
  });

  it('a heartbeat moves the wait after the lease along with its end', async () => {
    const world = await openWorld(kind);
    await add(world, 'a');
    const task = await leaseOne(world, queue);
    world.clock.advance(30_000);
    await heartbeat(world.deps, root, call(task));
    world.clock.advance(69_999);
    expect(await leaseTasks(world.deps, root, { queue, owner: 'w' })).toEqual([]);
    world.clock.advance(1);
    expect((await leaseOne(world, queue)).leaseAttempts).toBe(2);
  });

  it('an operator has a task whose lease ran out done at once', async () => {
    const world = await openWorld(kind);
    await add(world, 'a');
    await leaseOne(world, queue);
    world.clock.advance(60_000);
    await retryTask(world.deps, root, { queue, taskId: 'a' });
    expect((await leaseOne(world, queue)).leaseAttempts).toBe(2);
  });

  it('gives a task back at once or later; the attempt counts', async () => {
    const world = await openWorld(kind);
    await add(world, 'a');
    const first = await leaseOne(world, queue);
    await giveBackTask(world.deps, root, call(first));
    await expect(finishTask(world.deps, root, call(first))).rejects.toEqual(code('lease_lost'));
    const second = await leaseOne(world, queue);
    expect(second.leaseAttempts).toBe(2);
    await giveBackTask(world.deps, root, { ...call(second), delayMs: 5_000 });
    await giveBackTask(world.deps, root, { ...call(second), delayMs: 5_000 });
    expect(await leaseTasks(world.deps, root, { queue, owner: 'w' })).toEqual([]);
    world.clock.advance(5_000);
    expect((await leaseOne(world, queue)).leaseAttempts).toBe(3);
  });

  it('a waiting lease gets a task as soon as it is added, and ends when its caller goes away', async () => {
    const world = await openWorld(kind);
    const waiting = leaseTasks(world.deps, root, { queue, owner: 'w', waitMs: 30_000 });
    const gone = new AbortController();
    const second = leaseTasks(world.deps, root, { queue, owner: 'v', waitMs: 30_000 }, gone.signal);
    await leaseTasks(world.deps, root, { queue, owner: 'u' });
    await add(world, 'a');
    expect(await waiting).toMatchObject([{ id: 'a', owner: 'w' }]);
    gone.abort();
    expect(await second).toEqual([]);
  });

  it('counts what waits, is leased, is delayed and has failed', async () => {
    const world = await openWorld(kind);
    await add(world, 'a', 'b', 'c', 'd', 'e');
    world.clock.advance(1_000);
    const [first, second, third] = await leaseTasks(world.deps, root, { queue, owner: 'w', count: 3 });
    await finish(world, first!, 'broken');
    await giveBackTask(world.deps, root, { ...call(second!), delayMs: 9_000 });
    await finish(world, third!);
    await leaseOne(world, queue);
    expect(await listQueues(world.deps, root)).toMatchObject([
      { queue, waiting: 1, leased: 1, delayed: 1, error: 1, doneLastHour: 1, oldestWaitingMs: 1_000 },
    ]);
  });

  it('forgets tasks that ended long ago', async () => {
    const world = await openWorld(kind);
    await add(world, 'a', 'b');
    await finish(world, await leaseOne(world, queue));
    world.clock.advance(world.deps.settings.keepTasksMs + 1);
    expect(await deleteExpired(world.deps)).toMatchObject({ tasks: 1 });
    expect((await tasksOf(world, queue)).map(({ id }) => id)).toEqual(['b']);
  });

  it('D3: only superusers may use it', async () => {
    const world = await openWorld(kind);
    const key = { kind: 'key', keyId: 'k', buildId: world.build.id, superuser: false } as const;
    await expect(addTask(world.deps, key, { queue, payload: '{}' })).rejects.toEqual(code('role_required'));
    await expect(leaseTasks(world.deps, key, { queue, owner: 'w' })).rejects.toEqual(code('role_required'));
    await expect(listQueues(world.deps, key)).rejects.toEqual(code('role_required'));
    await expect(leaseTasks(world.deps, root, { queue: 'q'.repeat(101), owner: 'w' })).rejects.toThrow(
      'queue must be',
    );
    await expect(leaseTasks(world.deps, root, { queue, owner: 'w', count: 0 })).rejects.toThrow(
      'count must be',
    );
  });
});
