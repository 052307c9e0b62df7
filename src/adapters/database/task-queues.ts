import { sql } from 'kysely';
import { workerQueues } from '../../domain/tasks/worker-absence.ts';
import type { QueueSign } from '../../domain/tasks/worker-absence.ts';
import type { TaskRepository } from '../../ports/store/tasks.ts';
import { literal } from './connection.ts';
import type { Connection } from './connection.ts';
import { lane } from './lease-in-turn.ts';
import { toTask } from './rows.ts';
import { statement } from './statement.ts';

const hourMs = 3_600_000;

const live = literal('live');

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

type TaskQueues = Pick<TaskRepository, 'nextDue' | 'noteAsked' | 'askedAt' | 'signs' | 'queues' | 'list'>;

/** Queries about whole queues. */
export function taskQueues(connection: Connection): TaskQueues {
  const { db } = connection;
  return {
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
        // Not the bare column, or SQLite would scan the whole table in the order of the queues.
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
      let query = db.selectFrom('tasks').selectAll().where('queue', '=', queue);
      if (status !== undefined) query = query.where('status', '=', literal(status));
      return (await query.orderBy('seq', 'desc').limit(limit).offset(offset).execute()).map(toTask);
    },
  };
}
