/** Labels route captures to workers that have them. */

import { describe, expect, it } from 'vitest';
import { addTask } from '../../src/services/tasks/add-task.ts';
import { leaseTasks, type LeaseTasksInput } from '../../src/services/tasks/lease-tasks.ts';
import { listQueues } from '../../src/services/tasks/list-queues.ts';
import { requestRun } from '../../src/services/runs/request-run.ts';
import { retryRuns } from '../../src/services/runs/retry-runs.ts';
import { updateBuild } from '../../src/services/builds/update-build.ts';
import { workerAbsence } from '../../src/domain/tasks/worker-absence.ts';
import { captureQueue } from '../../src/domain/tasks/tasks.ts';
import { named, newRelease, openWorld, report, root, storeKinds, tasksOf } from '../support/server-world.ts';
import type { World } from '../support/server-world.ts';

const queue = 'work';

async function add(world: World, tasks: Record<string, string>): Promise<void> {
  for (const [taskId, label] of Object.entries(tasks)) {
    await addTask(world.deps, root, { queue, payload: '{}', taskId, label });
  }
}

async function lease(world: World, rest: Partial<LeaseTasksInput> = {}): Promise<string[]> {
  const tasks = await leaseTasks(world.deps, root, { queue, owner: 'w', ...rest });
  return tasks.map(({ id }) => id);
}

describe.each(storeKinds)('labels on %s', (kind) => {
  it('give a labeled task only to workers that have the label', async () => {
    const world = await openWorld(kind);
    await add(world, { a: 'vpn', b: '', c: 'eu', d: 'vpn' });
    expect(await lease(world, { count: 10 })).toEqual(['b']);
    expect(await lease(world, { count: 10, labels: ['gpu'] })).toEqual([]);
    expect(await lease(world, { count: 10, labels: ['vpn'] })).toEqual(['a', 'd']);
    await add(world, { e: '' });
    expect(await lease(world, { count: 10, labels: ['eu', 'vpn'], onlyLabeled: true })).toEqual(['c']);
    expect(await lease(world, { count: 10 })).toEqual(['e']);
  });

  it('take turns, so that none waits for the others to end', async () => {
    const world = await openWorld(kind);
    await add(world, { a1: '', a2: '', b1: 'vpn', b2: 'vpn', c1: 'eu', c2: 'eu' });
    const leased: string[] = [];
    for (let turn = 0; turn < 6; turn++) leased.push(...(await lease(world, { labels: ['eu', 'vpn'] })));
    const first = leased.slice(0, 3).map((id) => id[0]);
    expect(first.sort()).toEqual(['a', 'b', 'c']);
    expect(leased.sort()).toEqual(['a1', 'a2', 'b1', 'b2', 'c1', 'c2']);
  });

  it('wake the workers that may take the task', async () => {
    const world = await openWorld(kind);
    const plain = lease(world, { waitMs: 60_000 });
    const labeled = lease(world, { waitMs: 60_000, labels: ['vpn'], onlyLabeled: true });
    await add(world, { a: 'vpn' });
    expect(await labeled).toEqual(['a']);
    await add(world, { b: '' });
    expect(await plain).toEqual(['b']);
  });

  it.each<[string, Partial<LeaseTasksInput>]>([
    ['a label with a space', { labels: ['a b'] }],
    ['eleven labels', { labels: Array.from({ length: 11 }, (_, index) => `l${index}`) }],
    ['only labeled tasks without a label', { onlyLabeled: true }],
  ])('%s is refused with a sentence', async (_, input) => {
    const world = await openWorld(kind);
    await expect(lease(world, input)).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('come from the config of a run, else from the build; comparisons have none', async () => {
    const world = await openWorld(kind);
    await updateBuild(world.deps, root, { buildId: world.build.id, workerLabel: 'vpn' });
    const release = await newRelease(world);
    const request = (runName: string, config: object) =>
      requestRun(world.deps, root, {
        ...named(release),
        url: `http://shop.test/${runName}`,
        runName,
        config: { ...config },
      });
    await request('a', {});
    await request('b', { workerLabel: 'eu' });
    await request('c', { workerLabel: '' });
    const labels = async () =>
      Object.fromEntries(
        (await tasksOf(world, captureQueue)).map(({ payload, label }) => [
          (JSON.parse(payload) as { run_name: string }).run_name,
          label,
        ]),
      );
    expect(await labels()).toEqual({ a: 'vpn', b: 'eu', c: '' });
    const failure = { reason: 'timeout', message: 'It took too long.' };
    await report(world, release, 'b', { runFailed: true, failure });
    await retryRuns(world.deps, root, named(release));
    expect(await labels(), 'a retry keeps the label').toEqual({ a: 'vpn', b: 'eu', c: '' });
  });

  it('are counted by queue, and missed after ten seconds', async () => {
    const world = await openWorld(kind);
    const release = await newRelease(world);
    const url = 'http://shop.test/a';
    await requestRun(world.deps, root, { ...named(release), url, config: { workerLabel: 'vpn' } });
    await requestRun(world.deps, root, { ...named(release), url: `${url}/b` });
    const leaseCapture = (labels: string[]) => lease(world, { queue: captureQueue, count: 10, labels });
    expect(await leaseCapture([])).toHaveLength(1);
    world.clock.advance(5_000);
    const absence = () =>
      world.store.read(async (tx) => {
        const now = world.clock.now();
        return workerAbsence(await tx.tasks.signs(release.id, now), now);
      });
    expect((await absence())?.label).toBe(undefined);
    await leaseCapture([]);
    world.clock.advance(5_000);
    await leaseCapture([]);
    expect(await absence()).toEqual({ kind: 'captures', label: 'vpn', since: null });
    const [counts] = await listQueues(world.deps, root);
    expect(counts?.labels).toEqual([
      expect.objectContaining({ label: '', waiting: 0 }),
      expect.objectContaining({ label: 'vpn', waiting: 1, askedAt: null }),
    ]);
    expect(await leaseCapture(['vpn'])).toHaveLength(1);
    expect(await absence()).toBe(null);
  });
});
