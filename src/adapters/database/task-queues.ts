import { sql } from 'kysely';
import { noLabel } from '../../domain/tasks/labels.ts';
import { workerQueues } from '../../domain/tasks/worker-absence.ts';
import type { QueueSign } from '../../domain/tasks/worker-absence.ts';
import type { TaskRepository } from '../../ports/store/tasks.ts';
import { literal } from './connection.ts';
import type { Connection } from './connection.ts';
import { lane } from './lease-in-turn.ts';
import { lineOf } from './queue-turns.ts';
import { toTask } from './rows.ts';
import { statement } from './statement.ts';

const hourMs = 3_600_000;

const live = literal('live');

interface Line {
  queue: string;
  label: string;
}

const nextDue = statement((db, { queue, label }: Line) =>
  db
    .selectFrom('tasks')
    .select('due_at')
    .where('queue', '=', queue)
    .where('label', '=', label)
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

const firstOfRelease = statement((db, { queue, label, releaseId }: Line & { releaseId: number }) =>
  db
    .selectFrom('tasks')
    .select('due_at')
    .where('queue', '=', queue)
    .where('label', '=', label)
    .where('status', '=', live)
    .where(lane, '=', releaseId)
    .orderBy('due_at')
    .orderBy('seq')
    .limit(1),
);

const anyLease = statement((db, { queue, label, now }: Line & { now: number }) =>
  db
    .selectFrom('tasks')
    .select('seq')
    .where('queue', '=', queue)
    .where('label', '=', label)
    .where('status', '=', live)
    .where('due_at', '>', now)
    .where('eta', '>', now)
    .where('lease_id', 'is not', null)
    .where('lease_ended', '=', 0)
    .orderBy('due_at')
    .limit(1),
);

/** The labels of live tasks, found by skipping from one to the next in the index. */
const liveLabels = statement((db, { queue, count }: { queue: string; count: number }) => {
  const next = (after: unknown) =>
    sql`(select label from tasks where queue = ${queue} and status = ${live} and label > ${after} order by label limit 1)`;
  const query = sql<{ label: string }>`
      with recursive labels(label) as (
        select ${next(sql.lit(''))}
        union all
        select ${next(sql.ref('labels.label'))} from labels where labels.label is not null
      )
      select label from labels where label is not null limit ${count}`;
  return { compile: () => query.compile(db) };
});

/** Labels of one queue for which absent workers are looked for; more would be a mistake. */
const maxLabelsLookedAt = 50;

type TaskQueues = Pick<TaskRepository, 'nextDue' | 'noteAsked' | 'askedAt' | 'signs' | 'queues' | 'list'>;

/** Queries about whole queues. */
export function taskQueues(connection: Connection): TaskQueues {
  const { db } = connection;

  async function lastAsked(queue: string, label: string): Promise<number | null> {
    const [row] = (await askedAt(connection, { queue: lineOf(queue, label) })).rows;
    return row?.asked_at ?? null;
  }

  return {
    async nextDue(queue, labels) {
      const heads = await Promise.all(labels.map((label) => nextDue(connection, { queue, label })));
      const times = heads.flatMap(({ rows }) => rows.map((row) => row.due_at));
      return times.length === 0 ? null : Math.min(...times);
    },
    async noteAsked(queue, label, at) {
      await noteAsked(connection, { queue: lineOf(queue, label), at });
    },
    askedAt: lastAsked,
    async signs(releaseId, now) {
      const signs: QueueSign[] = [];
      for (const queue of workerQueues) {
        const labeled = (await liveLabels(connection, { queue, count: maxLabelsLookedAt })).rows;
        for (const label of [noLabel, ...labeled.map((row) => row.label)]) {
          const first = (await firstOfRelease(connection, { queue, label, releaseId })).rows[0];
          signs.push({
            queue,
            label,
            waitingSince: first === undefined || first.due_at > now ? null : first.due_at,
            askedAt: await lastAsked(queue, label),
            isAtWork: (await anyLease(connection, { queue, label, now })).rows.length > 0,
          });
        }
      }
      return signs;
    },
    async queues(now) {
      const alive = await db
        .selectFrom('tasks')
        .select((eb) => [
          'queue',
          'label',
          eb.fn.countAll<number>().as('count'),
          sql<number>`sum(case when due_at <= ${now} then 1 else 0 end)`.as('waiting'),
          sql<number>`sum(case when eta > ${now} and lease_id is not null and lease_ended = 0 then 1 else 0 end)`.as(
            'leased',
          ),
          sql<number | null>`min(case when due_at <= ${now} then created_at end)`.as('oldestWaiting'),
          eb.fn.max('created_at').as('newest'),
        ])
        .where('status', '=', live)
        .groupBy(['queue', 'label'])
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
      const plain = [...names].map((queue) => lineOf(queue, noLabel));
      const lines = [...plain, ...alive.map((row) => lineOf(row.queue, countsOf(row).label))];
      const signs =
        lines.length === 0
          ? []
          : await db.selectFrom('queue_signs').selectAll().where('queue', 'in', lines).execute();
      const asked = new Map(signs.map((row) => [row.queue, row.asked_at]));
      return [...names].sort().map((queue) => {
        const ofQueue = alive.filter((row) => row.queue === queue).map(countsOf);
        const isPlain = ofQueue.some(({ label }) => label === noLabel);
        const byLabel = isPlain ? ofQueue : [noCounts, ...ofQueue];
        return {
          queue,
          ...summed(ofQueue),
          labels: byLabel.map(({ newest: _newest, ...counts }) => ({
            ...counts,
            askedAt: asked.get(lineOf(queue, counts.label)) ?? null,
          })),
          error: failed.find((row) => row.queue === queue)?.count ?? 0,
          doneLastHour: done.find((row) => row.queue === queue)?.count ?? 0,
        };
      });
    },
    async list({ queue, status }, { limit, offset }) {
      // The ids first, from an index alone, so that earlier pages are not read.
      let query = db.selectFrom('tasks').select('seq').where('queue', '=', queue);
      if (status !== undefined) query = query.where('status', '=', literal(status));
      const page = query.orderBy('seq', 'desc').limit(limit).offset(offset);
      const rows = db.selectFrom('tasks').selectAll().where('seq', 'in', page).orderBy('seq', 'desc');
      return (await rows.execute()).map(toTask);
    },
  };
}

interface LiveCounts {
  label: string;
  waiting: number;
  delayed: number;
  leased: number;
  oldestWaiting: number | null;
  newest: number | null;
}

const noCounts: LiveCounts = {
  label: noLabel,
  waiting: 0,
  delayed: 0,
  leased: 0,
  oldestWaiting: null,
  newest: null,
};

function countsOf(row: {
  label: string;
  count: number;
  waiting: number;
  leased: number;
  oldestWaiting: number | null;
  newest: number | null;
}): LiveCounts {
  const { label, oldestWaiting, newest } = row;
  const [waiting, leased] = [Number(row.waiting), Number(row.leased)];
  return { label, waiting, leased, delayed: row.count - waiting - leased, oldestWaiting, newest };
}

function summed(all: readonly LiveCounts[]): Omit<LiveCounts, 'label'> {
  const sum = (key: 'waiting' | 'leased' | 'delayed') =>
    all.reduce((total, counts) => total + counts[key], 0);
  const times = (key: 'oldestWaiting' | 'newest') => all.flatMap((counts) => counts[key] ?? []);
  const [oldest, newest] = [times('oldestWaiting'), times('newest')];
  return {
    waiting: sum('waiting'),
    leased: sum('leased'),
    delayed: sum('delayed'),
    oldestWaiting: oldest.length === 0 ? null : Math.min(...oldest),
    newest: newest.length === 0 ? null : Math.max(...newest),
  };
}
