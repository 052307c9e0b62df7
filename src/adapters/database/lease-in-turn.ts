import { sql } from 'kysely';
import type { Compilable, Selectable } from 'kysely';
import { literal, locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { lineOf } from './queue-turns.ts';
import type { QueueTurns } from './queue-turns.ts';
import type { TasksTable } from './schema-tasks.ts';
import { statement } from './statement.ts';

/** The tasks of one release in a queue; those without a release share lane 0. The same expression as in the index. */
export const lane = sql<number>`coalesce(release_id, 0)`;
const live = literal('live');

interface LaneSearch {
  queue: string;
  label: string;
  now: number;
  /** The lane that was served last. */
  last: number;
  count: number;
}

/**
 * Lanes with a due task: those after the last one, then from the first, each once. Skips from lane to lane in the
 * index, so the cost depends on the number of lanes, not of tasks.
 */
const dueLanes = statement(
  (db, { queue, label, now, last, count }: LaneSearch): Compilable<{ lane: number }> => {
    const inQueue = sql`from tasks where queue = ${queue} and label = ${label} and status = ${live}`;
    const firstAfter = (from: unknown) =>
      sql`(select ${lane} ${inQueue} and ${lane} > ${from} order by ${lane} limit 1)`;
    const isDue = (of: 'ahead' | 'behind') =>
      sql`(select due_at ${inQueue} and ${lane} = ${sql.ref(`${of}.lane`)} order by due_at, seq limit 1) <= ${now}`;
    const query = sql<{ lane: number }>`
      with recursive ahead(lane) as (
        select ${firstAfter(last)}
        union all
        select ${firstAfter(sql.ref('ahead.lane'))} from ahead where ahead.lane is not null
      ),
      behind(lane) as (
        select ${firstAfter(sql.lit(-1))}
        union all
        select ${firstAfter(sql.ref('behind.lane'))} from behind where behind.lane < ${last}
      )
      select lane from ahead where ${isDue('ahead')}
      union all
      select lane from behind where lane <= ${last} and ${isDue('behind')}
      limit ${count}`;
    return { compile: () => query.compile(db) };
  },
);

interface NextHead {
  queue: string;
  label: string;
  after: number;
}

/** The first task of the next lane, due or not. */
const lockNextHead = statement((db, { queue, label, after }: NextHead, connection) =>
  locked(
    connection,
    db
      .selectFrom('tasks')
      .selectAll()
      .where('queue', '=', queue)
      .where('label', '=', label)
      .where('status', '=', live)
      .where(lane, '>', after)
      .orderBy(lane)
      .orderBy('due_at')
      .orderBy('seq')
      .limit(1),
    'skip',
  ),
);

interface DueTasks {
  queue: string;
  label: string;
  ofLane: number;
  now: number;
  maxAttempts: number;
  count: number;
}

const lockDue = statement((db, { queue, label, ofLane, now, maxAttempts, count }: DueTasks, connection) =>
  locked(
    connection,
    db
      .selectFrom('tasks')
      .selectAll()
      .where('queue', '=', queue)
      .where('label', '=', label)
      .where('status', '=', live)
      .where(lane, '=', ofLane)
      .where('due_at', '<=', now)
      .where('lease_attempts', '<', maxAttempts)
      .orderBy('due_at')
      .orderBy('seq')
      .limit(count),
    'skip',
  ),
);

export interface TurnOrder {
  queue: string;
  label: string;
  now: number;
  maxAttempts: number;
  count: number;
}

/**
 * Takes up to `count` due tasks with one label: releases take turns, starting after the one served last, oldest task first. Skips
 * tasks locked by other transactions.
 *
 * @param take must make the task no longer due
 */
export async function leaseInTurn(
  connection: Connection,
  turns: QueueTurns,
  order: TurnOrder,
  take: (row: Selectable<TasksTable>) => Promise<void>,
): Promise<void> {
  const { queue, label, now, maxAttempts, count } = order;
  const line = lineOf(queue, label);
  if (count === 1) {
    const next = await nextInTurn(connection, turns, order);
    if (next !== 'unclear') return next === null ? undefined : take(next);
  }
  let taken = 0;
  /** Lanes tried since a task was last taken: all due tasks there are locked by others. */
  const vain = new Set<number>();
  while (taken < count) {
    const search = { queue, label, now, last: turns.last(line), count: count - taken };
    const lanes = (await dueLanes(connection, search)).rows.map((row) => row.lane);
    if (lanes.every((number) => vain.has(number))) return;
    const share = Math.floor((count - taken) / lanes.length);
    for (const number of lanes) {
      const due = await lockDue(connection, { queue, label, ofLane: number, now, maxAttempts, count: share });
      turns.serve(line, number);
      for (const row of due.rows) await take(row);
      taken += due.rows.length;
      if (due.rows.length > 0) vain.clear();
      else vain.add(number);
    }
  }
}

/** The task whose turn it is, if the next lane has a due one, so that no search is needed. Null: the queue is empty. */
async function nextInTurn(
  connection: Connection,
  turns: QueueTurns,
  { queue, label, now, maxAttempts }: TurnOrder,
): Promise<Selectable<TasksTable> | null | 'unclear'> {
  const line = lineOf(queue, label);
  const last = turns.last(line);
  let next = (await lockNextHead(connection, { queue, label, after: last })).rows[0];
  if (next === undefined && last < 0) return null;
  next ??= (await lockNextHead(connection, { queue, label, after: -1 })).rows[0];
  if (next === undefined) return null;
  if (next.due_at > now || next.lease_attempts >= maxAttempts) return 'unclear';
  turns.serve(line, next.release_id ?? 0);
  return next;
}
