import { sql } from 'kysely';
import type { Deleted, DeletionRepository } from '../../ports/store/deletions.ts';
import { locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { placeColumns, toPlaced } from './placed-rows.ts';
import { openStatuses } from './releases.ts';
import { toBuild, toRelease } from './rows.ts';
import { removals } from './removals.ts';
import { isOneOf } from './sets.ts';

/** An image that a run can be compared with. */
const isUsable = (table: string) =>
  sql<boolean>`${sql.ref(`${table}.image`)} is not null and ${sql.ref(`${table}.status`)} <> 'failed' and ${sql.ref(`${table}.verdict`)} <> 'rejected'`;

export function deletionRepository(connection: Connection): DeletionRepository {
  const { db } = connection;
  const releases = () => db.selectFrom('releases').selectAll().where('deleted_at', 'is not', null);
  const builds = () => db.selectFrom('builds').selectAll().where('deleted_at', 'is not', null);
  return {
    ...removals(connection),
    async markRelease(id, deleted) {
      await db.updateTable('releases').set(columnsOf(deleted)).where('id', '=', id).execute();
    },
    async markBuild(id, deleted) {
      await db.updateTable('builds').set(columnsOf(deleted)).where('id', '=', id).execute();
    },
    async lockRelease({ buildId, name, number }) {
      const query = releases()
        .where('build_id', '=', buildId)
        .where('name', '=', name)
        .where('number', '=', number);
      const row = await locked(connection, query).executeTakeFirst();
      return row === undefined ? null : { release: toRelease(row), ...deletedOf(row) };
    },
    async lockBuild(id) {
      const row = await locked(connection, builds().where('id', '=', id)).executeTakeFirst();
      return row === undefined ? null : { build: toBuild(row), ...deletedOf(row) };
    },
    async releases(buildId, limit) {
      const query = releases()
        .where('build_id', '=', buildId)
        .orderBy('deleted_at', 'desc')
        .orderBy('id', 'desc');
      return (await query.limit(limit).execute()).map((row) => ({
        release: toRelease(row),
        ...deletedOf(row),
      }));
    },
    async builds(limit) {
      const rows = await builds().orderBy('deleted_at', 'desc').limit(limit).execute();
      return rows.map((row) => ({ build: toBuild(row), ...deletedOf(row) }));
    },
    async noteRestored(buildId, at) {
      await db.updateTable('builds').set({ restored_at: at }).where('id', '=', buildId).execute();
    },
    async placed(buildId, belowId, limit) {
      const rows = await db
        .selectFrom('releases')
        .select([...placeColumns])
        .where('releases.build_id', '=', buildId)
        .where('releases.id', '<', belowId)
        .where('releases.deleted_at', 'is', null)
        .orderBy('releases.id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toPlaced);
    },
    async withRetention() {
      const query = db.selectFrom('builds').select('id').where('retention', 'is not', null);
      return (await query.where('deleted_at', 'is', null).orderBy('id').execute()).map(({ id }) => id);
    },
    async livePages({ buildId, runIds }, scope) {
      const ofScope =
        scope === 'all'
          ? sql<boolean>`true`
          : scope.branch === null
            ? sql<boolean>`newer.branch is null`
            : sql<boolean>`newer.branch = ${scope.branch} and newer.pull_request is null
                and (newer.head_repository is null or newer.head_repository = newer.repository)`;
      const rows = await db
        .selectFrom('runs')
        .select((eb) => ['runs.release_id', eb.fn.countAll<number>().as('count')])
        .where(isOneOf(connection, 'runs.id', runIds))
        .where(isUsable('runs'))
        .where(
          // In order and one, so that PostgreSQL stops at the first instead of reading all newer runs of the name.
          sql<boolean>`(
            select others.id from runs as others join releases as newer on newer.id = others.release_id
            where others.build_id = ${buildId} and others.name = runs.name and others.release_id > runs.release_id
              and ${isUsable('others')} and newer.status = 'good' and newer.deleted_at is null and ${ofScope}
            order by others.release_id desc limit 1
          ) is null`,
        )
        .groupBy('runs.release_id')
        .execute();
      return new Map(rows.map(({ release_id, count }) => [release_id, count]));
    },
    async openIds(buildId, afterId, limit) {
      const rows = await db
        .selectFrom('releases')
        .select('id')
        .where('build_id', '=', buildId)
        .where('id', '>', afterId)
        .where('status', 'in', openStatuses)
        .where('deleted_at', 'is', null)
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },
    async neededBy(releaseIds) {
      const compared = await db
        .selectFrom('runs')
        .innerJoin('runs as baselines', 'baselines.id', 'runs.baseline_run_id')
        .select('baselines.release_id as id')
        .distinct()
        .where(isOneOf(connection, 'runs.release_id', releaseIds))
        .execute();
      const expected = await db
        .selectFrom('missing_runs')
        .innerJoin('runs', 'runs.id', 'missing_runs.baseline_run_id')
        .select('runs.release_id as id')
        .distinct()
        .where(isOneOf(connection, 'missing_runs.release_id', releaseIds))
        .execute();
      const named = await db
        .selectFrom('releases')
        .select('baseline_release_id as id')
        .where(isOneOf(connection, 'id', releaseIds))
        .where('baseline_release_id', 'is not', null)
        .execute();
      return [...compared, ...expected, ...named].map(({ id }) => id!);
    },
  };
}

const columnsOf = (deleted: Deleted | null) => ({
  deleted_at: deleted?.deletedAt ?? null,
  deleted_by: deleted?.deletedBy ?? null,
});

const deletedOf = (row: { deleted_at: number | null; deleted_by: string | null }): Deleted => ({
  deletedAt: row.deleted_at ?? 0,
  deletedBy: row.deleted_by ?? '',
});
