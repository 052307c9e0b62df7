import { sql } from 'kysely';
import type { Insertable, Updateable } from 'kysely';
import type { Task, TaskStatus } from '../../domain/model.ts';
import type { TaskRepository } from '../../ports/store.ts';
import { literal, locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { StaleRow } from './database-errors.ts';
import { taskChanges, toTask } from './rows.ts';
import type { TasksTable } from './schema.ts';
import { statement } from './statement.ts';

const hourMs = 3_600_000;

const live = literal('live');

interface TaskKey {
  queue: string;
  id: string;
}

const insert = statement((db, task: Insertable<TasksTable>) =>
  db
    .insertInto('tasks')
    .values(task)
    .onConflict((conflict) => conflict.columns(['queue', 'task_id']).doNothing()),
);

interface AsRead {
  readStatus: TaskStatus;
  readLease: string | null;
}

/** Compares and sets: a row that was read without a lock may have got another lease meanwhile. */
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

interface DueTasks {
  queue: string;
  now: number;
  maxAttempts: number;
  count: number;
}

const lockDue = statement((db, { queue, now, maxAttempts, count }: DueTasks, connection) =>
  locked(
    connection,
    db
      .selectFrom('tasks')
      .selectAll()
      .where('queue', '=', queue)
      .where('status', '=', live)
      .where('eta', '<=', now)
      .where('lease_attempts', '<', maxAttempts)
      .orderBy('eta')
      .orderBy('seq')
      .limit(count),
    'skip',
  ),
);

const nextEta = statement((db, { queue }: { queue: string }) =>
  db
    .selectFrom('tasks')
    .select('eta')
    .where('queue', '=', queue)
    .where('status', '=', live)
    .orderBy('eta')
    .limit(1),
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

const end = statement((db, { queue, id, status, at }: TaskKey & { status: TaskStatus; at: number }) =>
  db
    .updateTable('tasks')
    .set({ status, finished_at: at })
    .where('queue', '=', queue)
    .where('task_id', '=', id)
    .where('status', '=', live),
);

export function taskRepository(connection: Connection): TaskRepository {
  const { db } = connection;
  const all = () => db.selectFrom('tasks').selectAll();
  const one = (row: Parameters<typeof toTask>[0] | undefined): Task | null =>
    row === undefined ? null : toTask(row);

  async function save(task: Task, asRead: Pick<Task, 'status' | 'leaseId'>): Promise<void> {
    const { queue, id } = task;
    const read: AsRead = { readStatus: asRead.status, readLease: asRead.leaseId };
    const { changed } = await update(connection, { ...taskChanges(task), queue, id, ...read });
    if (changed !== 1) throw new StaleRow(`Task "${id}" in queue "${queue}"`);
  }

  return {
    async insert(task) {
      const { changed } = await insert(connection, {
        queue: task.queue,
        task_id: task.id,
        payload: task.payload,
        content_type: task.contentType,
        source: task.source,
        created_at: task.createdAt,
        run_id: task.runId,
        release_id: task.releaseId,
        slot: task.slot,
        ...taskChanges(task),
      });
      return changed === 1;
    },
    find: async (queue, id) => one((await find(connection, { queue, id })).rows[0]),
    lock: async (queue, id) => one((await lock(connection, { queue, id })).rows[0]),
    findByLease: async (leaseId) => one((await findByLease(connection, { leaseId })).rows[0]),
    async lease(order) {
      const { queue, owner, count, leaseMs, now, maxAttempts, deadline } = order;
      const due = await lockDue(connection, { queue, now, maxAttempts, count });
      const read = due.rows.map(toTask);
      const leased = read.map((task): Task => ({
        ...task,
        eta: Math.min(now + leaseMs, deadline),
        leaseAttempts: task.leaseAttempts + 1,
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
      }));
      for (const [index, task] of leased.entries()) await save(task, read[index]!);
      return leased;
    },
    nextEta: async (queue) => (await nextEta(connection, { queue })).rows[0]?.eta ?? null,
    async exhausted({ now, maxAttempts, limit, queue }) {
      let query = all()
        .where('status', '=', live)
        .where('lease_attempts', '>', literal(maxAttempts - 1))
        .where('eta', '<=', now)
        .orderBy('eta')
        .limit(limit);
      if (queue !== undefined) query = query.where('queue', '=', queue);
      return (await query.execute()).map(toTask);
    },
    update: save,
    leasedBy: async (keyId, buildId) => (await leasedBy(connection, { keyId, buildId })).rows.map(toTask),
    liveOfRun: async (runId) => (await liveOfRun(connection, { runId })).rows.map(toTask),
    async cancelOfRelease(releaseId, at) {
      const result = await db
        .updateTable('tasks')
        .set({ status: 'canceled', finished_at: at })
        .where('release_id', '=', releaseId)
        .where('status', '=', live)
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },
    async end(queue, id, status, at) {
      await end(connection, { queue, id, status, at });
    },
    async delete(queue, id) {
      await db.deleteFrom('tasks').where('queue', '=', queue).where('task_id', '=', id).execute();
    },
    async queues(now) {
      const alive = await db
        .selectFrom('tasks')
        .select((eb) => [
          'queue',
          eb.fn.countAll<number>().as('count'),
          sql<number>`sum(case when eta <= ${now} then 1 else 0 end)`.as('waiting'),
          sql<number>`sum(case when eta > ${now} and lease_id is not null and lease_ended = 0 then 1 else 0 end)`.as(
            'leased',
          ),
          sql<number | null>`min(case when eta <= ${now} then created_at end)`.as('oldestWaiting'),
          eb.fn.max('created_at').as('newest'),
        ])
        .where('status', '=', live)
        .groupBy('queue')
        .execute();
      const failed = await db
        .selectFrom('tasks')
        .select((eb) => ['queue', eb.fn.countAll<number>().as('count')])
        .where('status', '=', literal('error'))
        .groupBy('queue')
        .execute();
      const done = await db
        .selectFrom('tasks')
        .select((eb) => [sql<string>`queue || ''`.as('queue'), eb.fn.countAll<number>().as('count')])
        .where('finished_at', '>', now - hourMs)
        .where('status', '=', 'done')
        // Not the bare column: SQLite would rather walk the whole table in the order of the queues.
        .groupBy(sql`queue || ''`)
        .execute();
      const names = new Set([...alive, ...failed, ...done].map(({ queue }) => queue));
      return [...names].sort().map((queue) => {
        const counts = alive.find((row) => row.queue === queue);
        const waiting = Number(counts?.waiting ?? 0);
        const leased = Number(counts?.leased ?? 0);
        return {
          queue,
          waiting,
          leased,
          delayed: (counts?.count ?? 0) - waiting - leased,
          error: failed.find((row) => row.queue === queue)?.count ?? 0,
          oldestWaiting: counts?.oldestWaiting ?? null,
          newest: counts?.newest ?? null,
          doneLastHour: done.find((row) => row.queue === queue)?.count ?? 0,
        };
      });
    },
    async list({ queue, status }, { limit, offset }) {
      let query = all().where('queue', '=', queue);
      if (status !== undefined) query = query.where('status', '=', literal(status));
      return (await query.orderBy('seq', 'desc').limit(limit).offset(offset).execute()).map(toTask);
    },
    async deleteEnded(before, limit) {
      const ended = db
        .selectFrom('tasks')
        .select('seq')
        .where('finished_at', '<', before)
        .orderBy('finished_at')
        .limit(limit);
      const result = await db.deleteFrom('tasks').where('seq', 'in', ended).executeTakeFirst();
      return Number(result.numDeletedRows);
    },
    async pullBack(now, maxDelayMs) {
      const latest = sql<number>`${now} + case when lease_id is null then 0
        when lease_ended = 0 then lease_ms else ${maxDelayMs} end`;
      const result = await db
        .updateTable('tasks')
        .set({ eta: latest })
        .where('status', '=', live)
        .where('eta', '>', latest)
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },
    async strays(limit) {
      const rows = await db
        .selectFrom('tasks')
        .innerJoin('runs', 'runs.id', 'tasks.run_id')
        .select(['tasks.queue', 'tasks.task_id as id', 'runs.id as runId', 'tasks.slot'])
        .where('tasks.status', '=', live)
        .where(
          sql<boolean>`not case tasks.slot
            when 'diff' then runs.status = 'needs_diff'
            when 'ref' then runs.ref_state = 'requested' and runs.status = 'data_pending'
            else runs.run_state = 'requested' and runs.status = 'data_pending' end`,
        )
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, slot: row.slot! }));
    },
  };
}
