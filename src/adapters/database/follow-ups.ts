import type { Selectable } from 'kysely';
import type { FollowUp, FollowUpRepository } from '../../ports/store/follow-ups.ts';
import { literal, locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { openStatuses } from './releases.ts';
import type { FollowUpsTable } from './schema-releases.ts';
import { isOneOf } from './sets.ts';

export function followUpRepository(connection: Connection): FollowUpRepository {
  const { db } = connection;
  /** Runs, of releases that sent a history, that were compared with runs of a release. */
  const compared = (releaseId: number, baselineIds: readonly number[] | null) => {
    const query = db
      .selectFrom('runs as baselines')
      .innerJoin('runs', 'runs.baseline_run_id', 'baselines.id')
      .innerJoin('releases', 'releases.id', 'runs.release_id')
      .where('baselines.release_id', '=', releaseId)
      .where('releases.history_length', 'is not', null);
    return baselineIds === null ? query : query.where(isOneOf(connection, 'baselines.id', baselineIds));
  };
  return {
    async insert(followUp) {
      await db.insertInto('follow_ups').values(columnsOf(followUp)).execute();
    },
    async lockNext(afterId) {
      const query = db.selectFrom('follow_ups').selectAll().where('id', '>', afterId).orderBy('id').limit(1);
      const row = await locked(connection, query, 'skip').executeTakeFirst();
      return row === undefined ? null : toFollowUp(row);
    },
    async update({ id, ...changed }) {
      await db.updateTable('follow_ups').set(columnsOf(changed)).where('id', '=', id).execute();
    },
    async delete(id) {
      await db.deleteFrom('follow_ups').where('id', '=', id).execute();
    },
    async awaiting(releaseId, afterRunId, limit) {
      return db
        .selectFrom('runs')
        .select(['release_id as releaseId', 'id as runId'])
        .where('awaited_release_id', 'is not', null)
        .where('awaited_release_id', '=', releaseId)
        .where('id', '>', afterRunId)
        .orderBy('id')
        .limit(limit)
        .execute();
    },
    async runsAfter(releaseId, afterName, limit) {
      return db
        .selectFrom('runs')
        .select(['id', 'name'])
        .where('release_id', '=', releaseId)
        .where('name', '>', afterName)
        .orderBy('name')
        .limit(limit)
        .execute();
    },
    async lostBaselines(releaseId, baselineIds, afterRunId, limit) {
      if (baselineIds.length === 0) return [];
      return compared(releaseId, baselineIds)
        .innerJoin('releases as base', 'base.id', 'baselines.release_id')
        .select(['runs.release_id as releaseId', 'runs.id as runId'])
        .where('runs.id', '>', afterRunId)
        .where('releases.status', 'in', openStatuses)
        .where((eb) =>
          eb.or([
            eb('base.status', '=', literal('bad')),
            eb('base.deleted_at', 'is not', null),
            eb('baselines.verdict', '=', literal('rejected')),
            eb('baselines.status', '=', literal('failed')),
          ]),
        )
        .orderBy('runs.id')
        .limit(limit)
        .execute();
    },
    async comparedWith(releaseId, runIds) {
      const rows = await compared(releaseId, runIds)
        .select('runs.release_id as releaseId')
        .distinct()
        .where('releases.status', '=', literal('reviewing'))
        .orderBy('releaseId')
        .execute();
      return rows.map((row) => row.releaseId);
    },
  };
}

function columnsOf(followUp: Omit<FollowUp, 'id'>) {
  return {
    release_id: followUp.releaseId,
    run_ids: followUp.runIds === null ? null : JSON.stringify(followUp.runIds),
    stage: followUp.stage,
    after_name: followUp.afterName,
    after_run_id: followUp.afterRunId,
    release_ids: JSON.stringify(followUp.releaseIds),
  };
}

function toFollowUp(row: Selectable<FollowUpsTable>): FollowUp {
  return {
    id: row.id,
    releaseId: row.release_id,
    runIds: row.run_ids === null ? null : (JSON.parse(row.run_ids) as number[]),
    stage: row.stage,
    afterName: row.after_name,
    afterRunId: row.after_run_id,
    releaseIds: JSON.parse(row.release_ids) as number[],
  };
}
