import type { ActivityRepository } from '../../ports/store.ts';
import type { Connection } from './connection.ts';
import { toActivity } from './rows.ts';

export function activityRepository({ db }: Connection): ActivityRepository {
  return {
    async insert(entry) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('activity')
        .values({
          at: entry.at,
          build_id: entry.buildId,
          release_id: entry.releaseId,
          run_id: entry.runId,
          actor: entry.actor,
          kind: entry.kind,
          detail: JSON.stringify(entry.detail),
          subject: entry.subject,
          operation_id: entry.operationId,
        })
        .onConflict((conflict) => conflict.columns(['subject', 'operation_id']).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    async findOperation(subject, operationId) {
      const row = await db
        .selectFrom('activity')
        .selectAll()
        .where('subject', '=', subject)
        .where('operation_id', '=', operationId)
        .executeTakeFirst();
      return row === undefined ? null : toActivity(row);
    },
    async list({ buildId, releaseId, runId, actor, kind }, { limit, offset }) {
      let query = db.selectFrom('activity').selectAll();
      if (runId !== undefined) query = query.where('run_id', '=', runId);
      if (releaseId !== undefined) query = query.where('release_id', '=', releaseId);
      if (buildId !== undefined) query = query.where('build_id', '=', buildId);
      if (actor !== undefined) query = query.where('actor', '=', actor);
      if (kind !== undefined) query = query.where('kind', '=', kind);
      return (await query.orderBy('id', 'desc').limit(limit).offset(offset).execute()).map(toActivity);
    },
  };
}
