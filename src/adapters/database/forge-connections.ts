import type { Selectable } from 'kysely';
import type { ForgeConnection } from '../../domain/forges/connection.ts';
import type { ForgeConnectionRepository } from '../../ports/store/forges.ts';
import type { Connection } from './connection.ts';
import { openStatuses } from './releases.ts';
import { flag } from './rows.ts';
import type { ForgeConnectionsTable } from './schema-forges.ts';
import { isOneOf } from './sets.ts';
import { statement } from './statement.ts';

const ofBuild = statement((db, { buildId }: { buildId: number }) =>
  db.selectFrom('forge_connections').selectAll().where('build_id', '=', buildId).orderBy('id'),
);

export function forgeConnectionRepository(connection: Connection): ForgeConnectionRepository {
  const { db } = connection;
  return {
    async insert(made) {
      const row = await db
        .insertInto('forge_connections')
        .values({
          build_id: made.buildId,
          created_at: made.createdAt,
          created_by: made.createdBy,
          ...columnsOf(made),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toConnection(row);
    },
    async update(changed) {
      await db
        .updateTable('forge_connections')
        .set(columnsOf(changed))
        .where('id', '=', changed.id)
        .execute();
    },
    async find(id) {
      const row = await db
        .selectFrom('forge_connections')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? null : toConnection(row);
    },
    ofBuild: async (buildId) => (await ofBuild(connection, { buildId })).rows.map(toConnection),
    async ofRepository({ kind, baseUrl, repository }) {
      const rows = await db
        .selectFrom('forge_connections')
        .innerJoin('builds', 'builds.id', 'forge_connections.build_id')
        .selectAll('forge_connections')
        .where('base_url', '=', baseUrl)
        .where('repository', '=', repository)
        .where('kind', '=', kind)
        .where('builds.deleted_at', 'is', null)
        .orderBy('forge_connections.id')
        .execute();
      return rows.map(toConnection);
    },
    async delete(id) {
      await db.deleteFrom('deliveries').where('connection_id', '=', id).execute();
      await db.deleteFrom('ci_trusts').where('connection_id', '=', id).execute();
      await db.deleteFrom('forge_connections').where('id', '=', id).execute();
    },
    async watchReleases(buildId, limit) {
      const rows = await db
        .selectFrom('releases')
        .select('id')
        .where('build_id', '=', buildId)
        .where('status', 'in', openStatuses)
        .where('deleted_at', 'is', null)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      const ids = rows.map((row) => row.id);
      if (ids.length > 0) {
        await db
          .updateTable('releases')
          .set({ tells_forges: 1 })
          .where(isOneOf(connection, 'id', ids))
          .execute();
      }
      return ids;
    },
  };
}

function columnsOf(of: Omit<ForgeConnection, 'id' | 'buildId' | 'createdAt' | 'createdBy'>) {
  return {
    kind: of.kind,
    base_url: of.baseUrl,
    repository: of.repository,
    repository_id: of.repositoryId,
    app_id: of.appId,
    token: Buffer.from(of.token).toString('base64'),
    context: of.context,
    comments: flag(of.comments),
    summary: flag(of.summary),
    marks_good: flag(of.marksGood),
    comment_images: of.commentImages,
    paused_until: of.pausedUntil,
    stopped_at: of.stoppedAt,
    problem: of.problem,
    updated_at: of.updatedAt,
  };
}

function toConnection(row: Selectable<ForgeConnectionsTable>): ForgeConnection {
  return {
    id: row.id,
    buildId: row.build_id,
    kind: row.kind,
    baseUrl: row.base_url,
    repository: row.repository,
    repositoryId: row.repository_id,
    appId: row.app_id,
    token: new Uint8Array(Buffer.from(row.token, 'base64')),
    context: row.context,
    comments: row.comments === 1,
    summary: row.summary === 1,
    marksGood: row.marks_good === 1,
    commentImages: row.comment_images,
    pausedUntil: row.paused_until,
    stoppedAt: row.stopped_at,
    problem: row.problem,
    createdAt: row.created_at,
    createdBy: row.created_by,
    updatedAt: row.updated_at,
  };
}
