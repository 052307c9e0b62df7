import type { OutboxRepository } from '../../ports/store.ts';
import { locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { toMessage } from './rows.ts';

export function outboxRepository(connection: Connection): OutboxRepository {
  const { db } = connection;
  return {
    async insert(message) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('outbox')
        .values({
          release_id: message.releaseId,
          build_id: message.buildId,
          event: message.event,
          created_at: message.createdAt,
          payload: JSON.stringify(message.payload),
          sent_at: null,
        })
        .onConflict((conflict) => conflict.columns(['release_id', 'event']).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    async unsent(limit) {
      const query = db
        .selectFrom('outbox')
        .selectAll()
        .where('sent_at', 'is', null)
        .orderBy('id')
        .limit(limit);
      return (await query.execute()).map(toMessage);
    },
    async lockUnsent(afterId) {
      const query = db
        .selectFrom('outbox')
        .selectAll()
        .where('sent_at', 'is', null)
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(1);
      const row = await locked(connection, query, 'skip').executeTakeFirst();
      return row === undefined ? null : toMessage(row);
    },
    async markSent(id, at) {
      await db.updateTable('outbox').set({ sent_at: at }).where('id', '=', id).execute();
    },
    async list(releaseId) {
      const query = db.selectFrom('outbox').selectAll().where('release_id', '=', releaseId).orderBy('id');
      return (await query.execute()).map(toMessage);
    },
  };
}
