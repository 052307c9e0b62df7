import type { Selectable, Updateable } from 'kysely';
import type { Task, TaskStatus } from '../../domain/tasks/task.ts';
import type { TaskRepository } from '../../ports/store/tasks.ts';
import { literal, locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { StaleRow } from './database-errors.ts';
import { leaseInTurn } from './lease-in-turn.ts';
import { QueueTurns } from './queue-turns.ts';
import { taskChanges, toTask } from './rows.ts';
import type { TasksTable } from './schema-tasks.ts';
import { statement } from './statement.ts';
import { taskQueues } from './task-queues.ts';
import { taskSets } from './task-sets.ts';

const live = literal('live');

interface TaskKey {
  queue: string;
  id: string;
}

interface AsRead {
  readStatus: TaskStatus;
  readLease: string | null;
}

/** Compare-and-set: a row that was read without a lock may have a new lease by now. */
const update = statement(
  (db, { queue, id, readStatus, readLease, ...changes }: Updateable<TasksTable> & TaskKey & AsRead) =>
    db
      .updateTable('tasks')
      .set(changes)
      .where('queue', '=', queue)
      .where('task_id', '=', id)
      .where('status', '=', readStatus)
      .where('lease_id', 'is not distinct from', readLease),
);

const find = statement((db, { queue, id }: TaskKey) =>
  db.selectFrom('tasks').selectAll().where('queue', '=', queue).where('task_id', '=', id),
);

const lock = statement((db, { queue, id }: TaskKey, connection) =>
  locked(connection, db.selectFrom('tasks').selectAll().where('queue', '=', queue).where('task_id', '=', id)),
);

const findByLease = statement((db, { leaseId }: { leaseId: string }) =>
  db.selectFrom('tasks').selectAll().where('lease_id', '=', leaseId),
);

const liveOfRun = statement((db, { runId }: { runId: number }) =>
  db.selectFrom('tasks').selectAll().where('run_id', '=', runId).where('status', '=', live),
);

const leasedBy = statement((db, { keyId, buildId }: { keyId: string; buildId: number }) =>
  db
    .selectFrom('tasks')
    .innerJoin('runs', 'runs.id', 'tasks.run_id')
    .selectAll('tasks')
    .where('tasks.leased_by', '=', keyId)
    .where('tasks.status', '=', live)
    .where('runs.build_id', '=', buildId),
);

export function taskRepository(connection: Connection): TaskRepository {
  const { db, turns = new QueueTurns() } = connection;
  const one = (row: Parameters<typeof toTask>[0] | undefined): Task | null =>
    row === undefined ? null : toTask(row);

  async function save(task: Task, asRead: Pick<Task, 'status' | 'leaseId'>): Promise<void> {
    const { queue, id } = task;
    const read: AsRead = { readStatus: asRead.status, readLease: asRead.leaseId };
    const { changed } = await update(connection, { ...taskChanges(task), queue, id, ...read });
    if (changed !== 1) throw new StaleRow(`Task "${id}" in queue "${queue}"`);
  }

  return {
    ...taskSets(connection),
    ...taskQueues(connection),
    find: async (queue, id) => one((await find(connection, { queue, id })).rows[0]),
    lock: async (queue, id) => one((await lock(connection, { queue, id })).rows[0]),
    findByLease: async (leaseId) => one((await findByLease(connection, { leaseId })).rows[0]),
    async lease(order) {
      const { owner, leaseMs, now, deadline } = order;
      const leased: Task[] = [];
      const take = async (row: Selectable<TasksTable>) => {
        const attempts = row.lease_attempts + 1;
        const eta = Math.min(now + leaseMs, deadline);
        const read = toTask(row);
        const task: Task = {
          ...read,
          eta,
          dueAt: eta + order.waitAfterLostLeaseMs(attempts),
          leaseAttempts: attempts,
          lastLease: now,
          leaseId: order.newLeaseId(),
          owner,
          leasedBy: order.leasedBy,
          leaseMs,
          deadline,
          message: null,
          messageIndex: null,
          error: null,
          leaseEnded: false,
        };
        await save(task, read);
        leased.push(task);
      };
      for (const label of turns.labelsInTurn(order.queue, order.labels)) {
        const count = order.count - leased.length;
        if (count > 0) await leaseInTurn(connection, turns, { ...order, label, count }, take);
      }
      return leased;
    },
    update: save,
    leasedBy: async (keyId, buildId) => (await leasedBy(connection, { keyId, buildId })).rows.map(toTask),
    liveOfRun: async (runId) => (await liveOfRun(connection, { runId })).rows.map(toTask),
    async delete(queue, id) {
      await db.deleteFrom('tasks').where('queue', '=', queue).where('task_id', '=', id).execute();
    },
  };
}
