import { sql } from 'kysely';
import type { Compilable, Selectable } from 'kysely';
import { literal, locked } from './connection.ts';
import type { Connection } from './connection.ts';
import type { QueueTurns } from './queue-turns.ts';
import type { TasksTable } from './schema.ts';
import { statement } from './statement.ts';

/** The tasks of one release in a queue; those without a release share lane 0. Spelled as in its index. */
export const lane = sql<number>`coalesce(release_id, 0)`;
const live = literal('live');

interface LaneSearch {
  queue: string;
  now: number;
  /** Exclusive. */
  after: number;
  /** Inclusive. */
  upTo: number;
  count: number;
}

/**
 * Lanes in which a task is due, in their order. Steps from lane to lane in the index, so it costs as much as there are
 * lanes on the way, however many tasks they hold.
 */
const dueLanes = statement(
  (db, { queue, now, after, upTo, count }: LaneSearch): Compilable<{ lane: number }> => {
    const inQueue = sql`from tasks where queue = ${queue} and status = ${live}`;
    const query = sql<{ lane: number }>`
      with recursive lanes(lane) as (
        select (select ${lane} ${inQueue} and ${lane} > ${after} order by ${lane} limit 1)
        union all
        select (select ${lane} ${inQueue} and ${lane} > lanes.lane order by ${lane} limit 1)
        from lanes where lanes.lane < ${upTo}
      )
      select lane from lanes
      where lane <= ${upTo}
        and (select due_at ${inQueue} and ${lane} = lanes.lane order by due_at, seq limit 1) <= ${now}
      limit ${count}`;
    return { compile: () => query.compile(db) };
  },
);

interface DueTasks {
  queue: string;
  ofLane: number;
  now: number;
  maxAttempts: number;
  count: number;
}

const lockDue = statement((db, { queue, ofLane, now, maxAttempts, count }: DueTasks, connection) =>
  locked(
    connection,
    db
      .selectFrom('tasks')
      .selectAll()
      .where('queue', '=', queue)
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
  now: number;
  maxAttempts: number;
  count: number;
}

/**
 * Takes up to `count` tasks that are due: releases in turn, beginning after the one that was served last, the oldest of
 * each first. Tasks that other transactions hold are passed over.
 *
 * @param take must make the task not due any more
 */
export async function leaseInTurn(
  connection: Connection,
  turns: QueueTurns,
  { queue, now, maxAttempts, count }: TurnOrder,
  take: (row: Selectable<TasksTable>) => Promise<void>,
): Promise<void> {
  let taken = 0;
  /** Tried since a task was last taken; all of what is due there is held by others. */
  const vain = new Set<number>();
  while (taken < count) {
    const lanes = await nextLanes(connection, queue, now, turns.last(queue), count - taken);
    if (lanes.every((number) => vain.has(number))) return;
    const share = Math.floor((count - taken) / lanes.length);
    for (const number of lanes) {
      const due = await lockDue(connection, { queue, ofLane: number, now, maxAttempts, count: share });
      turns.serve(queue, number);
      for (const row of due.rows) await take(row);
      taken += due.rows.length;
      if (due.rows.length > 0) vain.clear();
      else vain.add(number);
    }
  }
}

/** Lanes with due tasks after the last one, then from the first one on; each once. */
async function nextLanes(
  connection: Connection,
  queue: string,
  now: number,
  last: number,
  count: number,
): Promise<number[]> {
  const ahead = await dueLanes(connection, {
    queue,
    now,
    after: last,
    upTo: Number.MAX_SAFE_INTEGER,
    count,
  });
  const lanes = ahead.rows.map((row) => row.lane);
  if (lanes.length === count || last < 0) return lanes;
  const behind = await dueLanes(connection, {
    queue,
    now,
    after: -1,
    upTo: last,
    count: count - lanes.length,
  });
  return [...lanes, ...behind.rows.map((row) => row.lane)];
}
