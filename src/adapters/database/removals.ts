import { sql } from 'kysely';
import type { DeletionRepository } from '../../ports/store/deletions.ts';
import { locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { dropWithoutOwner } from './dropped-artifacts.ts';
import { deleteRuns } from './run-deletion.ts';
import { isOneOf } from './sets.ts';

type Removals = Pick<
  DeletionRepository,
  | 'nextRelease'
  | 'removeRuns'
  | 'removeRelease'
  | 'nextBuild'
  | 'disown'
  | 'removeBuild'
  | 'diskOf'
  | 'countRuns'
  | 'usedBy'
  | 'usersOf'
>;

/** Removes the rows of what was deleted, in small steps, and says how much disk that frees. */
export function removals(connection: Connection): Removals {
  const { db } = connection;
  return {
    async nextRelease(before) {
      const own = await locked(
        connection,
        db
          .selectFrom('releases')
          .select(['id', 'build_id'])
          .where('deleted_at', 'is not', null)
          .where('deleted_at', '<=', before)
          .orderBy('deleted_at')
          .limit(1),
        'skip',
      ).executeTakeFirst();
      if (own !== undefined) return { id: own.id, buildId: own.build_id };
      const query = db
        .selectFrom('releases')
        .select(['id', 'build_id'])
        .where('build_id', 'in', (eb) =>
          eb
            .selectFrom('builds')
            .select('builds.id')
            .where('builds.deleted_at', 'is not', null)
            .where('builds.deleted_at', '<=', before),
        )
        .limit(1);
      const withBuild = await locked(connection, query, 'skip').executeTakeFirst();
      return withBuild === undefined ? null : { id: withBuild.id, buildId: withBuild.build_id };
    },
    async removeRuns(releaseId, now, limit) {
      const query = db.selectFrom('runs').select('id').where('release_id', '=', releaseId).limit(limit);
      const ids = (await query.execute()).map(({ id }) => id);
      if (ids.length > 0) await deleteRuns(connection, releaseId, ids, now);
      return ids.length;
    },
    async removeRelease(releaseId) {
      for (const table of [
        'missing_runs',
        'release_shards',
        'release_histories',
        'review_requests',
        'comments',
        'deliveries',
        'event_deliveries',
      ] as const) {
        await db.deleteFrom(table).where('release_id', '=', releaseId).execute();
      }
      await db.deleteFrom('change_decisions').where('release_id', '=', releaseId).execute();
      const mails = db.deleteFrom('mails').where('release_id', 'is not', null);
      await mails.where('release_id', '=', releaseId).execute();
      await db.deleteFrom('releases').where('id', '=', releaseId).execute();
    },
    async nextBuild(before) {
      const query = db
        .selectFrom('builds')
        .select('id')
        .where('deleted_at', 'is not', null)
        .where('deleted_at', '<=', before)
        .where((eb) =>
          eb.not(
            eb.exists(
              eb.selectFrom('releases').select('releases.id').whereRef('releases.build_id', '=', 'builds.id'),
            ),
          ),
        )
        .limit(1);
      return (await locked(connection, query, 'skip').executeTakeFirst())?.id ?? null;
    },
    async disown(buildId, now, limit) {
      const some = db
        .selectFrom('artifact_ownerships')
        .select('sha1')
        .where('build_id', '=', buildId)
        .limit(limit);
      const digests = (await some.execute()).map(({ sha1 }) => sha1);
      if (digests.length === 0) return 0;
      await db
        .deleteFrom('artifact_ownerships')
        .where('build_id', '=', buildId)
        .where(isOneOf(connection, 'sha1', digests))
        .execute();
      await dropWithoutOwner(connection, digests, now);
      return digests.length;
    },
    async removeBuild(buildId, limit) {
      const some = db.selectFrom('activity').select('id').where('build_id', '=', buildId).limit(limit);
      const ids = (await some.execute()).map(({ id }) => id);
      if (ids.length > 0) {
        await db
          .deleteFrom('activity')
          .where(isOneOf(connection, 'id', ids))
          .execute();
        return false;
      }
      const mails = db.deleteFrom('mails').where('build_id', 'is not', null);
      await mails.where('build_id', '=', buildId).execute();
      for (const table of [
        'api_keys',
        'invitations',
        'memberships',
        'deliveries',
        'forge_connections',
        'build_secrets',
        'event_deliveries',
        'event_endpoints',
        'ci_trusts',
      ] as const) {
        await db.deleteFrom(table).where('build_id', '=', buildId).execute();
      }
      await db.deleteFrom('builds').where('id', '=', buildId).execute();
      return true;
    },
    async diskOf(buildId, afterSha1, limit) {
      const rows = await db
        .selectFrom('artifact_ownerships as owned')
        .innerJoin('artifacts', 'artifacts.sha1', 'owned.sha1')
        .select(['owned.sha1', 'artifacts.size'])
        .where('owned.build_id', '=', buildId)
        .where('owned.sha1', '>', afterSha1)
        // Says the same, so that PostgreSQL does not join from the first artifact.
        .where('artifacts.sha1', '>', afterSha1)
        .orderBy('owned.sha1')
        .limit(limit)
        .execute();
      const last = rows.at(-1);
      if (last === undefined) return null;
      return {
        artifacts: rows.length,
        bytes: rows.reduce((sum, { size }) => sum + size, 0),
        lastSha1: last.sha1,
      };
    },
    async countRuns(releaseIds) {
      const rows = await db
        .selectFrom('runs')
        .select((eb) => ['release_id', eb.fn.countAll<number>().as('count')])
        .where(isOneOf(connection, 'release_id', releaseIds))
        .groupBy('release_id')
        .execute();
      return new Map(rows.map(({ release_id, count }) => [release_id, count]));
    },
    async usedBy({ buildId, releaseIds, afterRunId }, limit) {
      const query = db
        .selectFrom('runs')
        .select('id')
        .where(isOneOf(connection, 'release_id', releaseIds));
      const runs = await query.where('id', '>', afterRunId).orderBy('id').limit(limit).execute();
      const last = runs.at(-1);
      if (last === undefined) return null;
      const ids = runs.map(({ id }) => id);
      const end = (order: 'asc' | 'desc') => sql<number>`(
        select ends.run_id from artifact_uses as ends
        where ends.build_id = ${buildId} and ends.sha1 = artifacts.sha1
        order by ends.run_id ${sql.raw(order)} limit 1
      )`;
      const rows = await db
        .selectFrom('artifacts')
        .innerJoin('runs as newest', (join) => join.on(sql<boolean>`newest.id = ${end('desc')}`))
        .select(['artifacts.sha1', 'artifacts.size', 'newest.id as last_run_id', 'newest.release_id'])
        .select(end('asc').as('first_run_id'))
        .where('artifacts.sha1', 'in', (eb) =>
          eb
            .selectFrom('artifact_uses as uses')
            .select('uses.sha1')
            .where(isOneOf(connection, 'uses.run_id', ids)),
        )
        .where(
          sql<boolean>`not exists (
            select 1 from artifact_ownerships as owned
            where owned.sha1 = artifacts.sha1 and owned.build_id <> ${buildId}
          )`,
        )
        .execute();
      return {
        artifacts: rows.map((row) => ({
          sha1: row.sha1,
          size: row.size,
          firstRunId: row.first_run_id,
          lastRunId: row.last_run_id,
          lastReleaseId: row.release_id,
        })),
        lastRunId: last.id,
      };
    },
    async usersOf({ buildId, sha1, belowRunId }, limit) {
      const rows = await db
        .selectFrom('artifact_uses as uses')
        .innerJoin('runs', 'runs.id', 'uses.run_id')
        .select(['uses.run_id', 'runs.release_id'])
        .where('uses.build_id', '=', buildId)
        .where('uses.sha1', '=', sha1)
        .where('uses.run_id', '<', belowRunId)
        .orderBy('uses.run_id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ runId: row.run_id, releaseId: row.release_id }));
    },
  };
}
