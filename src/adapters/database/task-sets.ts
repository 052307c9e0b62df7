import { sql } from 'kysely';
import type { Insertable } from 'kysely';
import type { Task, TaskStatus } from '../../domain/tasks/task.ts';
import type { TaskRepository } from '../../ports/store/tasks.ts';
import { literal } from './connection.ts';
import type { Connection } from './connection.ts';
import { taskRow, toTask } from './rows.ts';
import type { TasksTable } from './schema-tasks.ts';
import { addMany, inBatches, insertMany, isOneOf, updateUntilNoneIsLeft } from './sets.ts';
import { change, runUnheard, statement } from './statement.ts';

const live = literal('live');

const insert = statement((db, task: Insertable<TasksTable>) =>
  db
    .insertInto('tasks')
    .values(task)
    .onConflict((conflict) => conflict.columns(['queue', 'task_id']).doNothing()),
);

const end = change(
  (db, { queue, id, status, at }: { queue: string; id: string; status: TaskStatus; at: number }) =>
    db
      .updateTable('tasks')
      .set({ status, finished_at: at })
      .where('queue', '=', queue)
      .where('task_id', '=', id)
      .where('status', '=', live),
);

type TaskSets = Pick<
  TaskRepository,
  | 'insertMany'
  | 'addMany'
  | 'liveOfRuns'
  | 'exhausted'
  | 'cancelOfRelease'
  | 'endMany'
  | 'pullBack'
  | 'strays'
>;

/** Changes to many tasks at once. */
export function taskSets(connection: Connection): TaskSets {
  const { db } = connection;
  const all = () => db.selectFrom('tasks').selectAll();
  return {
    async insertMany(tasks) {
      if (tasks.length !== 1) return insertMany(connection, 'tasks', tasks.map(taskRow));
      // A single task does not need the JSON parameter.
      return (await insert(connection, taskRow(tasks[0]!))).changed;
    },
    async addMany(tasks) {
      await addMany(connection, 'tasks', tasks.map(taskRow));
    },
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
    async cancelOfRelease(releaseId, at) {
      return updateUntilNoneIsLeft(connection, 'tasks', {
        key: 'seq',
        where: sql<boolean>`release_id = ${releaseId} and status = ${live}`,
        set: { status: 'canceled', finished_at: at },
      });
    },
    async endMany(tasks, status, at) {
      if (tasks.length === 1) {
        const { queue, id } = tasks[0]!;
        await end(connection, { queue, id, status, at });
        return;
      }
      await inBatches(connection, tasks, async (batch) => {
        const ids = batch.map(({ id }) => id);
        for (const queue of new Set(batch.map((task) => task.queue))) {
          const ended = db
            .updateTable('tasks')
            .set({ status, finished_at: at })
            .where('queue', '=', queue)
            .where(isOneOf(connection, 'task_id', ids))
            .where('status', '=', live);
          await runUnheard(connection, ended.compile());
        }
      });
    },
    async pullBack(now, maxDelayMs) {
      const latest = sql<number>`${now} + case when lease_id is null then 0
        when lease_ended = 0 then lease_ms else ${maxDelayMs} end`;
      return updateUntilNoneIsLeft(connection, 'tasks', {
        key: 'seq',
        where: sql<boolean>`status = ${live} and eta > ${latest}`,
        set: { eta: latest, due_at: sql`due_at - eta + ${latest}` },
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
