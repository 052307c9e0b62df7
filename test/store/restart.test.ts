/** A server that starts with a lot of pending work. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openPostgresStore } from '../../src/adapters/database/postgres-store.ts';
import { openSqliteStore } from '../../src/adapters/database/sqlite-store.ts';
import { unleased } from '../../src/domain/tasks/tasks.ts';
import { heartbeat } from '../../src/services/tasks/heartbeat.ts';
import { leaseTasks } from '../../src/services/tasks/lease-tasks.ts';
import { listQueues } from '../../src/services/tasks/list-queues.ts';
import { pullBackTasks } from '../../src/services/tasks/pull-back-tasks.ts';
import { sweep } from '../../src/services/upkeep/sweep.ts';
import { createPostgresDatabase, openWorld, root, storeKinds } from '../support/server-world.ts';

const queue = 'capture';
const count = 5_000;

async function openAgain(kind: (typeof storeKinds)[number]) {
  const folder = mkdtempSync(join(tmpdir(), 'dpxdt-restart-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const url = kind === 'postgres' ? await createPostgresDatabase() : '';
  return () =>
    kind === 'sqlite'
      ? openSqliteStore({ file: join(folder, 'dpxdt.db'), durability: 'relaxed' })
      : openPostgresStore({ url });
}

describe.each(storeKinds)('P43: a restart with many live tasks, on %s', (kind) => {
  it('keeps leases and their order, and ends nothing that is not overdue', async () => {
    const open = await openAgain(kind);
    const world = await openWorld('sqlite');
    let store = await open();
    const tasks = Array.from({ length: count }, (_, index) => ({
      queue,
      id: `t${String(index).padStart(6, '0')}`,
      payload: '{}',
      contentType: 'application/json',
      source: null,
      ...unleased(world.clock.now() + index),
      runId: null,
      releaseId: null,
      slot: null,
    }));
    expect(await store.transaction((tx) => tx.tasks.insertMany(tasks))).toBe(count);
    world.clock.advance(count);
    const before = await leaseTasks({ ...world.deps, store }, root, { queue, owner: 'w', count: 100 });
    await store.close();

    store = await open();
    onTestFinished(() => store.close());
    const deps = { ...world.deps, store };
    expect(await pullBackTasks(deps)).toBe(0);
    expect(await sweep(deps)).toEqual({ endedTasks: 0, failedRuns: 0 });
    expect(await listQueues(deps, root)).toMatchObject([{ queue, leased: 100, waiting: count - 100 }]);
    const after = await leaseTasks(deps, root, { queue, owner: 'w', count: 100 });
    const ids = [...before, ...after].map(({ id }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(200);
    const held = { queue, taskId: before[7]!.id, owner: 'w', leaseId: before[7]!.leaseId! };
    expect(await heartbeat(deps, root, held)).toEqual({ applied: true });
  });
});
