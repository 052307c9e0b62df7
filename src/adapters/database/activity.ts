import type { Activity } from '../../domain/people/activity.ts';
import { undoSubject } from '../../ports/store/activity.ts';
import type { ActivityRepository } from '../../ports/store/activity.ts';
import type { Connection } from './connection.ts';
import { toActivity } from './rows.ts';
import { inBatches, insertMany, isOneOf } from './sets.ts';

const verdictKinds = ['run_approved', 'run_rejected', 'run_verdict_taken_back'];

export function activityRepository(connection: Connection): ActivityRepository {
  const { db } = connection;
  return {
    async insert(entry) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('activity')
        .values(toRow(entry))
        .onConflict((conflict) => conflict.columns(['subject', 'operation_id']).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    async insertMany(entries) {
      await insertMany(connection, 'activity', entries.map(toRow));
    },
    async findOperations(subjects, operationId) {
      const found = new Map<string, Activity>();
      await inBatches(connection, subjects, async (batch) => {
        const rows = await db
          .selectFrom('activity')
          .selectAll()
          .where(isOneOf(connection, 'subject', batch))
          .where('operation_id', '=', operationId)
          .execute();
        for (const row of rows) found.set(row.subject, toActivity(row));
      });
      return found;
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
    async ofOperation(buildId, operationId) {
      const rows = await db
        .selectFrom('activity')
        .selectAll()
        .where('operation_id', '=', operationId)
        .where('operation_id', 'is not', null)
        .orderBy('id')
        .execute();
      // Not a condition: SQLite would read all activity of the build, in the order of its index.
      return rows.filter((row) => row.build_id === buildId).map(toActivity);
    },
    async verdictsBefore(runIds, beforeId) {
      const found = new Map<number, Activity>();
      await inBatches(connection, runIds, async (batch) => {
        const rows = await db
          .selectFrom('activity')
          .selectAll()
          .where(isOneOf(connection, 'run_id', batch))
          .where('kind', 'in', verdictKinds)
          .where('id', '<', beforeId)
          .orderBy('id')
          .execute();
        for (const row of rows) found.set(row.run_id!, toActivity(row));
      });
      return found;
    },
    async judgedAfter(runIds, afterId) {
      const later: { run_id: number | null; release_id: number | null; operation_id: string | null }[] = [];
      await inBatches(connection, runIds, async (batch) => {
        const rows = await db
          .selectFrom('activity')
          .select(['run_id', 'release_id', 'operation_id', 'detail'])
          .where(isOneOf(connection, 'run_id', batch))
          .where('kind', 'in', verdictKinds)
          .where('id', '>', afterId)
          .execute();
        later.push(...rows.filter(({ detail }) => !isOfUndo(detail)));
      });
      if (later.length === 0) return new Set();
      const undone = await undoneOperations(later.map(({ release_id }) => release_id!));
      const judged = later.filter(({ operation_id }) => operation_id === null || !undone.has(operation_id));
      return new Set(judged.map(({ run_id }) => run_id!));
    },
    async list({ buildId, releaseId, runId, actor, kind }, { limit, offset }) {
      // The ids first, from an index alone, so that earlier pages are not read.
      let query = db.selectFrom('activity').select('id');
      if (runId !== undefined) query = query.where('run_id', '=', runId);
      if (releaseId !== undefined) query = query.where('release_id', '=', releaseId);
      if (buildId !== undefined) query = query.where('build_id', '=', buildId);
      if (actor !== undefined) query = query.where('actor', '=', actor);
      if (kind !== undefined) query = query.where('kind', '=', kind);
      const page = query.orderBy('id', 'desc').limit(limit).offset(offset);
      const rows = db.selectFrom('activity').selectAll().where('id', 'in', page).orderBy('id', 'desc');
      return (await rows.execute()).map(toActivity);
    },
  };

  /** The operations that were undone in releases. */
  async function undoneOperations(releaseIds: readonly number[]): Promise<Set<unknown>> {
    const subjects = [...new Set(releaseIds)].map(undoSubject);
    const query = db.selectFrom('activity').select('detail').where('kind', '=', 'decision_undone');
    const rows = await query.where(isOneOf(connection, 'subject', subjects)).execute();
    return new Set(rows.map(({ detail }) => (JSON.parse(detail) as Activity['detail'])['operation']));
  }
}

function isOfUndo(detail: string): boolean {
  return (JSON.parse(detail) as Activity['detail'])['undo'] !== undefined;
}

function toRow(entry: Omit<Activity, 'id'>) {
  return {
    at: entry.at,
    build_id: entry.buildId,
    release_id: entry.releaseId,
    run_id: entry.runId,
    actor: entry.actor,
    kind: entry.kind,
    detail: JSON.stringify(entry.detail),
    subject: entry.subject,
    operation_id: entry.operationId,
  };
}
