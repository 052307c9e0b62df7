import { sql } from 'kysely';
import type { ShardState } from '../../domain/releases/shards.ts';
import type { RunPlace } from '../../ports/store/baselines.ts';
import type { ShardRepository } from '../../ports/store/shards.ts';
import { literal, locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { openStatuses } from './releases.ts';
import { toRelease } from './rows.ts';
import { inBatches, insertMany, isOneOf } from './sets.ts';
import { deleteRuns } from './run-deletion.ts';
import { statement } from './statement.ts';

const shardsOf = statement((db, { releaseId }: { releaseId: number }) =>
  db.selectFrom('release_shards').selectAll().where('release_id', '=', releaseId).orderBy('shard'),
);

export function shardRepository(connection: Connection): ShardRepository {
  const { db } = connection;
  return {
    async lockRelease(buildId, shardId) {
      const query = db
        .selectFrom('releases')
        .selectAll()
        .where('build_id', '=', buildId)
        .where('shard_id', 'is not', null)
        .where('shard_id', '=', shardId)
        .where('deleted_at', 'is', null)
        .orderBy('id', 'desc')
        .limit(1);
      const row = await locked(connection, query).executeTakeFirst();
      return row === undefined ? null : toRelease(row);
    },
    async list(releaseId) {
      const { rows } = await shardsOf(connection, { releaseId });
      return rows.map((row): ShardState => ({
        index: row.shard,
        attempt: row.attempt,
        startedAt: row.started_at,
        lastNewsAt: row.last_news_at,
        doneAt: row.done_at,
      }));
    },
    async save(releaseId, shard) {
      const changes = {
        attempt: shard.attempt,
        started_at: shard.startedAt,
        last_news_at: shard.lastNewsAt,
        done_at: shard.doneAt,
      };
      await db
        .insertInto('release_shards')
        .values({ release_id: releaseId, shard: shard.index, ...changes })
        .onConflict((conflict) => conflict.columns(['release_id', 'shard']).doUpdateSet(changes))
        .execute();
    },
    async noteNews(releaseId, index, now) {
      await db
        .updateTable('release_shards')
        .set({ last_news_at: now })
        .where('release_id', '=', releaseId)
        .where('shard', '=', index)
        .execute();
    },
    async silentReleases(silentSince, limit) {
      const rows = await db
        .selectFrom('releases')
        .select('releases.id')
        .where('shard_id', 'is not', null)
        .where('status', '=', literal('receiving'))
        .where('shard_fault', 'is', null)
        .where('deleted_at', 'is', null)
        .where((eb) =>
          eb.not(
            eb.exists(
              eb
                .selectFrom('release_shards')
                .select('shard')
                .whereRef('release_shards.release_id', '=', 'releases.id')
                .where('last_news_at', '>', silentSince),
            ),
          ),
        )
        .orderBy('releases.id')
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },
    async replacedRunIds(releaseId, { index, attempt }) {
      const rows = await db
        .selectFrom('runs')
        .select('id')
        .where('release_id', '=', releaseId)
        .where('shard', '=', index)
        .where('shard_attempt', '<', attempt)
        .orderBy('id')
        .execute();
      return rows.map(({ id }) => id);
    },
    async comparedWith(runIds) {
      const places: RunPlace[] = [];
      await inBatches(connection, runIds, async (batch) => {
        const rows = await db
          .selectFrom('runs')
          .innerJoin('releases', 'releases.id', 'runs.release_id')
          .select(['runs.release_id as releaseId', 'runs.id as runId'])
          .where('runs.baseline_run_id', 'is not', null)
          .where(isOneOf(connection, 'runs.baseline_run_id', batch))
          .where('releases.status', 'in', openStatuses)
          .execute();
        places.push(...rows);
      });
      return places;
    },
    async deleteRuns(releaseId, runIds, now) {
      await inBatches(connection, runIds, async (batch) => {
        for (const [table, column] of [
          ['runs', 'baseline_run_id'],
          ['missing_runs', 'baseline_run_id'],
        ] as const) {
          await db
            .updateTable(table)
            .set({ baseline_run_id: null })
            .where(column, 'is not', null)
            .where(isOneOf(connection, column, batch))
            .execute();
        }
      });
      await deleteRuns(connection, releaseId, runIds, now);
    },
    async copy(fromReleaseId, toReleaseId, exceptIndex) {
      const shards = await db
        .selectFrom('release_shards')
        .selectAll()
        .where('release_id', '=', fromReleaseId)
        .where('shard', '<>', exceptIndex)
        .execute();
      await insertMany(
        connection,
        'release_shards',
        shards.map((row) => ({ ...row, release_id: toReleaseId })),
      );
      const runs = await db
        .selectFrom('runs')
        .selectAll()
        .where('release_id', '=', fromReleaseId)
        .where(sql<boolean>`shard is not null and shard <> ${exceptIndex}`)
        .orderBy('id')
        .execute();
      await insertMany(
        connection,
        'runs',
        runs.map(({ id, ...row }) => ({
          ...row,
          release_id: toReleaseId,
          version: 1,
          facts_version: 1,
          origin_run_id: row.verdict === 'none' ? null : (row.origin_run_id ?? id),
        })),
      );
      await sql`
        insert into artifact_uses (build_id, sha1, run_id)
        select uses.build_id, uses.sha1, copies.id
        from runs as originals
          join runs as copies on copies.release_id = ${toReleaseId} and copies.name = originals.name
          join artifact_uses as uses on uses.run_id = originals.id
        where originals.release_id = ${fromReleaseId}
        on conflict do nothing`.execute(db);
    },
  };
}
