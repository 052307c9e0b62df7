import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Delivery } from '../../domain/forges/connection.ts';
import type { DeliveryRepository, LeasedDelivery } from '../../ports/store/forges.ts';
import { atMostOfEach } from '../../base/at-most-of-each.ts';
import { locked } from './connection.ts';
import type { Connection } from './connection.ts';
import type { DeliveriesTable } from './schema-forges.ts';
import { isOneOf } from './sets.ts';

export function deliveryRepository(connection: Connection): DeliveryRepository {
  const { db } = connection;
  /** A new revision, due at once unless it stopped or waits after a failure. */
  const changed = (now: number) => ({
    revision: sql<number>`revision + 1`,
    changed_at: sql<number>`case when due_at is null then cast(${now} as bigint) else changed_at end`,
    due_at: sql<number | null>`case
      when stopped_at is not null or failing_since is not null then due_at else cast(${now} as bigint) end`,
  });
  const afresh = (now: number) => ({ attempts: 0, failing_since: null, stopped_at: null, due_at: now });
  return {
    async point({ connectionId, buildId, releaseId, kind, target }, now) {
      await db
        .insertInto('deliveries')
        .values({
          connection_id: connectionId,
          build_id: buildId,
          release_id: releaseId,
          kind,
          target,
          revision: 1,
          attempts: 0,
          changed_at: now,
          due_at: now,
        })
        .onConflict((conflict) =>
          conflict.columns(['connection_id', 'kind', 'target']).doUpdateSet({
            release_id: releaseId,
            revision: sql`deliveries.revision + 1`,
            changed_at: now,
            ...afresh(now),
          }),
        )
        .execute();
    },
    async bump(releaseIds, now) {
      if (releaseIds.length === 0) return;
      await db
        .updateTable('deliveries')
        .set(changed(now))
        .where(isOneOf(connection, 'release_id', releaseIds))
        .where('kind', '<>', 'summary')
        .execute();
    },
    async bumpSummaries(connectionIds, target, now) {
      if (connectionIds.length === 0) return;
      await db
        .updateTable('deliveries')
        .set(changed(now))
        .where(isOneOf(connection, 'connection_id', connectionIds))
        .where('kind', '=', 'summary')
        .where('target', '=', target)
        .execute();
    },
    async take({ id, now, until, limit, perConnection }) {
      const due = db
        .selectFrom('deliveries')
        .selectAll()
        .where('due_at', 'is not', null)
        .where('due_at', '<=', now)
        .where((eb) => eb.or([eb('lease_until', 'is', null), eb('lease_until', '<=', now)]))
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('forge_connections as through')
              .select('through.id')
              .whereRef('through.id', '=', 'deliveries.connection_id')
              .where('through.stopped_at', 'is', null)
              .where((of) =>
                of.or([of('through.paused_until', 'is', null), of('through.paused_until', '<=', now)]),
              ),
          ),
        )
        .where(
          (eb) =>
            eb
              .selectFrom('deliveries as busy')
              .select((of) => of.fn.countAll<number>().as('count'))
              .whereRef('busy.connection_id', '=', 'deliveries.connection_id')
              .where('busy.lease_until', '>', now),
          '<',
          perConnection,
        )
        .orderBy('due_at')
        .orderBy('id')
        .limit(limit);
      const rows = await locked(connection, due, 'skip').execute();
      // The condition counts what was leased before; these come on top.
      const chosen = atMostOfEach(rows, ({ connection_id: of }) => of, perConnection);
      if (chosen.length > 0) {
        const ids = chosen.map((row) => row.id);
        await db
          .updateTable('deliveries')
          .set({ lease_id: id, lease_until: until })
          .where('id', 'in', ids)
          .execute();
      }
      return chosen.map((row): LeasedDelivery => ({ ...toDelivery(row), leaseId: id }));
    },
    async renew({ id, leaseId }, until) {
      await db
        .updateTable('deliveries')
        .set({ lease_until: until })
        .where('id', '=', id)
        .where('lease_id', '=', leaseId)
        .execute();
    },
    async finish(after, dueIfChanged) {
      const { numUpdatedRows } = await db
        .updateTable('deliveries')
        .set({
          sent_hash: after.sentHash,
          sent_word: after.sentWord,
          sent_at: after.sentAt,
          remote_id: after.remoteId,
          gone_release_id: after.goneReleaseId,
          attempts: after.attempts,
          failing_since: after.failingSince,
          stopped_at: after.stoppedAt,
          last_error: after.lastError,
          due_at: sql<number | null>`case when revision = ${after.revision}
            then cast(${after.dueAt} as bigint) else cast(${dueIfChanged} as bigint) end`,
          lease_id: null,
          lease_until: null,
        })
        .where('id', '=', after.id)
        .where('lease_id', '=', after.leaseId)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async forget(connectionId) {
      await db.deleteFrom('deliveries').where('connection_id', '=', connectionId).execute();
    },
    async restart(connectionId, now) {
      await db
        .updateTable('deliveries')
        .set({ revision: sql<number>`revision + 1`, ...afresh(now) })
        .where('connection_id', '=', connectionId)
        .where((eb) => eb.or([eb('stopped_at', 'is not', null), eb('due_at', 'is not', null)]))
        .execute();
    },
    async wake(connectionId, now) {
      await db
        .updateTable('deliveries')
        .set({ due_at: now })
        .where('connection_id', '=', connectionId)
        .where('failing_since', 'is not', null)
        .where('due_at', '>', now)
        .execute();
    },
    async releasesOf(connectionIds, target) {
      if (connectionIds.length === 0) return [];
      const rows = await db
        .selectFrom('deliveries')
        .select('release_id as releaseId')
        .where(isOneOf(connection, 'connection_id', connectionIds))
        .where('kind', '=', 'status')
        .where('target', '=', target)
        .execute();
      return [...new Set(rows.map(({ releaseId }) => releaseId))];
    },
    async list({ buildId, state }, { limit, offset }) {
      // The ids first, from an index alone, so that earlier pages are not read.
      let query = db.selectFrom('deliveries').select('id');
      if (buildId !== undefined) query = query.where('build_id', '=', buildId);
      if (state === 'waiting') query = query.where('due_at', 'is not', null);
      if (state === 'failed') query = query.where('stopped_at', 'is not', null);
      if (state === 'sent') query = query.where('due_at', 'is', null).where('stopped_at', 'is', null);
      const page = query.orderBy('changed_at', 'desc').orderBy('id', 'desc').limit(limit).offset(offset);
      const rows = db.selectFrom('deliveries').selectAll().where('id', 'in', page);
      return (await rows.orderBy('changed_at', 'desc').orderBy('id', 'desc').execute()).map(toDelivery);
    },
    async failedOf(buildId) {
      const rows = await db
        .selectFrom('deliveries')
        .select((eb) => [
          'connection_id',
          eb.fn.countAll<number>().as('count'),
          eb.fn.max('last_error').as('last_error'),
        ])
        .where('build_id', '=', buildId)
        .where('stopped_at', 'is not', null)
        .groupBy('connection_id')
        .execute();
      return new Map(
        rows.map((row) => [row.connection_id, { count: Number(row.count), lastError: row.last_error }]),
      );
    },
    async totals() {
      const waiting = await db
        .selectFrom('deliveries')
        .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('changed_at').as('oldest')])
        .where('due_at', 'is not', null)
        .executeTakeFirstOrThrow();
      const failed = await db
        .selectFrom('deliveries')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('stopped_at', 'is not', null)
        .executeTakeFirstOrThrow();
      return {
        waiting: Number(waiting.count),
        failed: Number(failed.count),
        oldestAt: waiting.oldest === null ? null : Number(waiting.oldest),
      };
    },
  };
}

function toDelivery(row: Selectable<DeliveriesTable>): Delivery {
  return {
    id: row.id,
    connectionId: row.connection_id,
    buildId: row.build_id,
    releaseId: row.release_id,
    kind: row.kind,
    target: row.target,
    revision: row.revision,
    sentHash: row.sent_hash,
    sentWord: row.sent_word,
    sentAt: row.sent_at,
    remoteId: row.remote_id,
    goneReleaseId: row.gone_release_id,
    attempts: row.attempts,
    failingSince: row.failing_since,
    dueAt: row.due_at,
    stoppedAt: row.stopped_at,
    lastError: row.last_error,
  };
}
