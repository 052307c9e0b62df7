import { sql } from 'kysely';
import type { Insertable, Updateable } from 'kysely';
import type { Task, TaskStatus } from '../../domain/model.ts';
import { workerQueues } from '../../domain/tasks/worker-absence.ts';
import type { QueueSign } from '../../domain/tasks/worker-absence.ts';
import type { TaskRepository } from '../../ports/store/tasks.ts';
import { literal, locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { StaleRow } from './database-errors.ts';
import { lane, leaseInTurn } from './lease-in-turn.ts';
import { QueueTurns } from './queue-turns.ts';
import { taskChanges, taskRow, toTask } from './rows.ts';
import type { TasksTable } from './schema.ts';
import { inBatches, insertMany, isOneOf, untilNoneIsLeft } from './sets.ts';
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

const nextDue = statement((db, { queue }: { queue: string }) =>
  db
    .selectFrom('tasks')
    .select('due_at')
    .where('queue', '=', queue)
    .where('status', '=', live)
    .orderBy('due_at')
    .limit(1),
);

const noteAsked = statement((db, { queue, at }: { queue: string; at: number }) =>
  db
    .insertInto('queue_signs')
    .values({ queue, asked_at: at })
    .onConflict((conflict) =>
      conflict.column('queue').doUpdateSet({ asked_at: at }).where('queue_signs.asked_at', '<', at),
    ),
);

const askedAt = statement((db, { queue }: { queue: string }) =>
  db.selectFrom('queue_signs').select('asked_at').where('queue', '=', queue),
);

const firstOfRelease = statement((db, { queue, releaseId }: { queue: string; releaseId: number }) =>
  db
    .selectFrom('tasks')
    .select('due_at')
    .where('queue', '=', queue)
    .where('status', '=', live)
    .where(lane, '=', releaseId)
    .orderBy('due_at')
    .orderBy('seq')
    .limit(1),
);

const anyLease = statement((db, { queue, now }: { queue: string; now: number }) =>
  db
    .selectFrom('tasks')
    .select('seq')
    .where('queue', '=', queue)
    .where('status', '=', live)
    .where('due_at', '>', now)
    .where('eta', '>', now)
    .where('lease_id', 'is not', null)
    .where('lease_ended', '=', 0)
    .orderBy('due_at')
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
  const { db, turns = new QueueTurns() } = connection;
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
      const { changed } = await insert(connection, taskRow(task));
      return changed === 1;
    },
    async insertMany(tasks) {
      await insertMany(connection, 'tasks', tasks.map(taskRow));
    },
    find: async (queue, id) => one((await find(connection, { queue, id })).rows[0]),
    lock: async (queue, id) => one((await lock(connection, { queue, id })).rows[0]),
    findByLease: async (leaseId) => one((await findByLease(connection, { leaseId })).rows[0]),
    async lease(order) {
      const { owner, leaseMs, now, deadline } = order;
      const leased: Task[] = [];
      await leaseInTurn(connection, turns, order, async (row) => {
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
      });
      return leased;
    },
    nextDue: async (queue) => (await nextDue(connection, { queue })).rows[0]?.due_at ?? null,
    async noteAsked(queue, at) {
      await noteAsked(connection, { queue, at });
    },
    askedAt: async (queue) => (await askedAt(connection, { queue })).rows[0]?.asked_at ?? null,
    async signs(releaseId, now) {
      const signs: QueueSign[] = [];
      for (const queue of workerQueues) {
        const first = (await firstOfRelease(connection, { queue, releaseId })).rows[0];
        signs.push({
          queue,
          waitingSince: first === undefined || first.due_at > now ? null : first.due_at,
          askedAt: (await askedAt(connection, { queue })).rows[0]?.asked_at ?? null,
          isAtWork: (await anyLease(connection, { queue, now })).rows.length > 0,
        });
      }
      return signs;
    },
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
    async liveOfRuns(runIds) {
      const found = new Map<number, Task[]>();
      await inBatches(connection, runIds, async (batch) => {
        const query = all()
          .where(isOneOf(connection, 'run_id', batch))
          .where('status', '=', live);
        for (const task of (await query.execute()).map(toTask)) {
          const ofRun = found.get(task.runId!);
          if (ofRun === undefined) found.set(task.runId!, [task]);
          else ofRun.push(task);
        }
      });
      return found;
    },
    async cancelOfRelease(releaseId, at) {
      return untilNoneIsLeft(connection, async (limit) => {
        const some = db
          .selectFrom('tasks')
          .select('seq')
          .where('release_id', '=', releaseId)
          .where('status', '=', live)
          .limit(limit);
        const result = await db
          .updateTable('tasks')
          .set({ status: 'canceled', finished_at: at })
          .where('seq', 'in', some)
          .where('status', '=', live)
          .executeTakeFirst();
        return Number(result.numUpdatedRows);
      });
    },
    async end(queue, id, status, at) {
      await end(connection, { queue, id, status, at });
    },
    async endMany(tasks, status, at) {
      await inBatches(connection, tasks, async (batch) => {
        const ids = batch.map(({ id }) => id);
        for (const queue of new Set(batch.map((task) => task.queue))) {
          await db
            .updateTable('tasks')
            .set({ status, finished_at: at })
            .where('queue', '=', queue)
            .where(isOneOf(connection, 'task_id', ids))
            .where('status', '=', live)
            .execute();
        }
      });
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
          sql<number>`sum(case when due_at <= ${now} then 1 else 0 end)`.as('waiting'),
          sql<number>`sum(case when eta > ${now} and lease_id is not null and lease_ended = 0 then 1 else 0 end)`.as(
            'leased',
          ),
          sql<number | null>`min(case when due_at <= ${now} then created_at end)`.as('oldestWaiting'),
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
      return untilNoneIsLeft(connection, async (limit) => {
        const some = db
          .selectFrom('tasks')
          .select('seq')
          .where('status', '=', live)
          .where('eta', '>', latest)
          .limit(limit);
        const result = await db
          .updateTable('tasks')
          .set({ eta: latest, due_at: sql<number>`due_at - eta + ${latest}` })
          .where('seq', 'in', some)
          .where('status', '=', live)
          .executeTakeFirst();
        return Number(result.numUpdatedRows);
      });
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
