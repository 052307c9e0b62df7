import type { Selectable } from 'kysely';
import type { EventDelivery } from '../../domain/events/event.ts';
import type { EventDeliveryRepository, LeasedEvent } from '../../ports/store/events.ts';
import { atMostOfEach } from '../../base/at-most-of-each.ts';
import { locked } from './connection.ts';
import type { Connection } from './connection.ts';
import type { EventDeliveriesTable } from './schema-events.ts';

export function eventDeliveryRepository(connection: Connection): EventDeliveryRepository {
  const { db } = connection;
  return {
    async insert(made) {
      const row = await db
        .insertInto('event_deliveries')
        .values({
          endpoint_id: made.endpointId,
          build_id: made.buildId,
          release_id: made.releaseId,
          event_id: made.eventId,
          type: made.type,
          payload: made.payload,
          created_at: made.createdAt,
          attempts: made.attempts,
          due_at: made.dueAt,
          sent_at: made.sentAt,
          answer: made.answer,
          problem: made.problem,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toDelivery(row);
    },
    async find(id) {
      const row = await db.selectFrom('event_deliveries').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toDelivery(row);
    },
    async take({ id, now, until, limit, perEndpoint }) {
      const due = db
        .selectFrom('event_deliveries')
        .selectAll()
        .where('due_at', 'is not', null)
        .where('due_at', '<=', now)
        .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('event_deliveries as earlier')
                .select('earlier.id')
                .whereRef('earlier.endpoint_id', '=', 'event_deliveries.endpoint_id')
                .whereRef('earlier.release_id', '=', 'event_deliveries.release_id')
                .whereRef('earlier.id', '<', 'event_deliveries.id')
                .where('earlier.due_at', 'is not', null),
            ),
          ),
        )
        .where(
          (eb) =>
            eb
              .selectFrom('event_deliveries as busy')
              .select((of) => of.fn.countAll<number>().as('count'))
              .whereRef('busy.endpoint_id', '=', 'event_deliveries.endpoint_id')
              .where('busy.lease_until', '>', now),
          '<',
          perEndpoint,
        )
        .orderBy('due_at')
        .orderBy('id')
        .limit(limit);
      const rows = await locked(connection, due, 'skip').execute();
      // The condition counts what was leased before; these come on top.
      const chosen = atMostOfEach(rows, ({ endpoint_id: of }) => of, perEndpoint);
      if (chosen.length > 0) {
        const ids = chosen.map((row) => row.id);
        const lease = { lease_id: id, lease_until: until };
        await db.updateTable('event_deliveries').set(lease).where('id', 'in', ids).execute();
      }
      return chosen.map((row): LeasedEvent => ({ ...toDelivery(row), leaseId: id }));
    },
    async finish(after) {
      const { numUpdatedRows } = await db
        .updateTable('event_deliveries')
        .set({
          attempts: after.attempts,
          due_at: after.dueAt,
          sent_at: after.sentAt,
          answer: after.answer,
          problem: after.problem,
          lease_id: null,
          lease_until: null,
        })
        .where('id', '=', after.id)
        .where('lease_id', '=', after.leaseId)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async restart(id, now) {
      await db
        .updateTable('event_deliveries')
        .set({ attempts: 0, due_at: now, lease_id: null, lease_until: null })
        .where('id', '=', id)
        .execute();
    },
    async giveUp(endpointId, problem) {
      await db
        .updateTable('event_deliveries')
        .set({ due_at: null, problem, lease_id: null, lease_until: null })
        .where('endpoint_id', '=', endpointId)
        .where('due_at', 'is not', null)
        .execute();
    },
    async list({ buildId, state }, { limit, offset }) {
      // The ids first, from an index alone, so that earlier pages are not read.
      let query = db.selectFrom('event_deliveries').select('id');
      if (buildId !== undefined) query = query.where('build_id', '=', buildId);
      if (state === 'waiting') query = query.where('due_at', 'is not', null);
      if (state === 'sent') query = query.where('due_at', 'is', null).where('sent_at', 'is not', null);
      if (state === 'failed') query = query.where('due_at', 'is', null).where('sent_at', 'is', null);
      const page = query.orderBy('id', 'desc').limit(limit).offset(offset);
      const rows = db
        .selectFrom('event_deliveries')
        .selectAll()
        .where('id', 'in', page)
        .orderBy('id', 'desc');
      return (await rows.execute()).map(toDelivery);
    },
    async totals() {
      const { count, oldest } = await db
        .selectFrom('event_deliveries')
        .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('created_at').as('oldest')])
        .where('due_at', 'is not', null)
        .executeTakeFirstOrThrow();
      const off = await db
        .selectFrom('event_endpoints')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('problem', 'is not', null)
        .executeTakeFirstOrThrow();
      return {
        waiting: Number(count),
        oldestAt: oldest === null ? null : Number(oldest),
        endpointsOff: Number(off.count),
      };
    },
  };
}

function toDelivery(row: Selectable<EventDeliveriesTable>): EventDelivery {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    buildId: row.build_id,
    releaseId: row.release_id,
    eventId: row.event_id,
    type: row.type,
    payload: row.payload,
    createdAt: row.created_at,
    attempts: row.attempts,
    dueAt: row.due_at,
    sentAt: row.sent_at,
    answer: row.answer,
    problem: row.problem,
  };
}
