import { sql } from 'kysely';
import type { DeletionRepository } from '../../ports/store/deletions.ts';
import { locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { dropWithoutOwner } from './dropped-artifacts.ts';
import { deleteRuns } from './run-deletion.ts';
import { isOneOf, recordsOf } from './sets.ts';

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
  | 'runIds'
  | 'usedLast'
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
    async runIds({ releaseIds, afterRunId }, limit) {
      const query = db
        .selectFrom('runs')
        .select('id')
        .where(isOneOf(connection, 'release_id', releaseIds));
      const rows = await query.where('id', '>', afterRunId).orderBy('id').limit(limit).execute();
      return rows.map(({ id }) => id);
    },
    async usedLast(buildId, runIds) {
      // In order and one, so that PostgreSQL asks the index for each instead of reading all uses.
      const other = (order: 'asc' | 'desc') => sql<number | null>`(
        select others.run_id from artifact_uses as others
        where others.build_id = ${buildId} and others.sha1 = uses.sha1
          and others.run_id ${sql.raw(order === 'asc' ? '>' : '<')} uses.run_id
        order by others.run_id ${sql.raw(order)} limit 1
      )`;
      const rows = await db
        .selectFrom('artifact_uses as uses')
        .innerJoin('artifacts', 'artifacts.sha1', 'uses.sha1')
        .select(['uses.sha1', 'uses.run_id', 'artifacts.size', other('desc').as('earlier')])
        .where(isOneOf(connection, 'uses.run_id', runIds))
        .where(sql<boolean>`${other('asc')} is null`)
        .where(
          sql<boolean>`not exists (
            select 1 from artifact_ownerships as owned
            where owned.sha1 = uses.sha1 and owned.build_id <> ${buildId}
          )`,
        )
        .execute();
      return rows.map(({ sha1, size, run_id, earlier }) => ({
        sha1,
        size,
        runId: run_id,
        isShared: earlier !== null,
      }));
    },
    async usersOf(buildId, artifacts, limit) {
      const asked = artifacts.map(({ sha1, runId }) => ({ sha1, run_id: runId }));
      const { source, value } = recordsOf(connection, 'artifact_uses', asked);
      // A cross join, so that SQLite begins with what is asked for.
      const { rows } = await sql<{ sha1: string; run_id: number; release_id: number }>`
        with asked as materialized (
          select ${value('sha1')} as sha1, ${value('run_id')} as below, coalesce((
            select uses.run_id from artifact_uses as uses
            where uses.build_id = ${buildId} and uses.sha1 = ${value('sha1')} and uses.run_id < ${value('run_id')}
            order by uses.run_id desc limit 1 offset ${limit - 1}
          ), 0) as first from ${source}
        )
        select users.sha1, users.run_id, runs.release_id
        from asked cross join artifact_uses as users join runs on runs.id = users.run_id
        where users.build_id = ${buildId} and users.sha1 = asked.sha1
          and users.run_id >= asked.first and users.run_id < asked.below
      `.execute(db);
      return rows.map(({ sha1, run_id, release_id }) => ({ sha1, runId: run_id, releaseId: release_id }));
    },
  };
}
