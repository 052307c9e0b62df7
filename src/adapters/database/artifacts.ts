import { sql } from 'kysely';
import type { Insertable } from 'kysely';
import { refreshedBelowMs, unusedKeptMs } from '../../domain/artifacts/unused-artifacts.ts';
import type { Artifact } from '../../domain/model.ts';
import type { ArtifactRepository } from '../../ports/store/artifacts.ts';
import type { Connection } from './connection.ts';
import type { ArtifactOwnershipsTable, ArtifactsTable } from './schema-artifacts.ts';
import { statement } from './statement.ts';

const insert = statement((db, artifact: Insertable<ArtifactsTable>) =>
  db
    .insertInto('artifacts')
    .values(artifact)
    .onConflict((conflict) => conflict.column('sha1').doNothing()),
);

/** `refreshed_below`: an earlier check is put off. */
const own = statement(
  (
    db,
    { refreshed_below, ...ownership }: Insertable<ArtifactOwnershipsTable> & { refreshed_below: number },
  ) =>
    db
      .insertInto('artifact_ownerships')
      .values(ownership)
      .onConflict((conflict) =>
        conflict
          .columns(['build_id', 'sha1'])
          .doUpdateSet({ content_type: ownership.content_type, check_at: ownership.check_at })
          // Writes nothing if nothing changes. Without a check it is in use.
          .where((eb) =>
            eb.or([
              eb('artifact_ownerships.content_type', '<>', ownership.content_type),
              eb('artifact_ownerships.check_at', '<', refreshed_below),
            ]),
          ),
      ),
);

const findOwned = statement((db, { buildId, sha1 }: { buildId: number; sha1: string }) =>
  db
    .selectFrom('artifact_ownerships')
    .innerJoin('artifacts', 'artifacts.sha1', 'artifact_ownerships.sha1')
    .selectAll('artifacts')
    .select('artifact_ownerships.content_type')
    .where('artifact_ownerships.build_id', '=', buildId)
    .where('artifact_ownerships.sha1', '=', sha1),
);

const isOwned = statement((db, { buildId, sha1 }: { buildId: number; sha1: string }) =>
  db
    .selectFrom('artifact_ownerships')
    .select('check_at')
    .where('build_id', '=', buildId)
    .where('sha1', '=', sha1),
);

export function artifactRepository(connection: Connection): ArtifactRepository {
  const { db } = connection;
  return {
    async find(sha1) {
      const row = await db.selectFrom('artifacts').selectAll().where('sha1', '=', sha1).executeTakeFirst();
      return row === undefined ? null : toArtifact(row);
    },
    async insert({ sha1, sha256, size, createdAt, content }) {
      const { changed } = await insert(connection, { sha1, sha256, size, created_at: createdAt, content });
      return changed === 1;
    },
    async own(buildId, sha1, contentType, at) {
      await own(connection, {
        build_id: buildId,
        sha1,
        content_type: contentType,
        created_at: at,
        check_at: at + unusedKeptMs,
        refreshed_below: at + refreshedBelowMs,
      });
    },
    async findOwned(buildId, sha1) {
      const [row] = (await findOwned(connection, { buildId, sha1 })).rows;
      return row === undefined ? null : { artifact: toArtifact(row), contentType: row.content_type };
    },
    async owned(buildId, digests) {
      const owned = new Map<string, number | null>();
      for (const sha1 of digests) {
        const [row] = (await isOwned(connection, { buildId, sha1 })).rows;
        if (row !== undefined) owned.set(sha1, row.check_at);
      }
      return owned;
    },
    async ownedDigests(buildId, digests) {
      if (digests.length === 0) return [];
      return db
        .selectFrom('artifact_ownerships')
        .innerJoin('artifacts', 'artifacts.sha1', 'artifact_ownerships.sha1')
        .select(['artifacts.sha1', 'artifacts.sha256', 'artifact_ownerships.check_at as checkAt'])
        .where('artifact_ownerships.build_id', '=', buildId)
        .where('artifact_ownerships.sha1', 'in', digests)
        .execute();
    },
    async known(digests) {
      if (digests.length === 0) return new Set();
      const rows = await db.selectFrom('artifacts').select('sha1').where('sha1', 'in', digests).execute();
      return new Set(rows.map(({ sha1 }) => sha1));
    },
    async countFiles(limit) {
      const some = db.selectFrom('artifacts').select('sha1').where('content', 'is', null).limit(limit);
      return (await some.execute()).length;
    },
    async page(afterSha1, limit) {
      const query = db.selectFrom('artifacts').selectAll().where('sha1', '>', afterSha1);
      return (await query.orderBy('sha1').limit(limit).execute()).map(toArtifact);
    },
    async totals() {
      const row = await db
        .selectFrom('artifacts')
        .select((eb) => [
          eb.fn.countAll<number>().as('count'),
          eb.fn.coalesce(eb.fn.sum<number>('size'), sql<number>`0`).as('bytes'),
        ])
        .executeTakeFirstOrThrow();
      return { count: row.count, bytes: Number(row.bytes) };
    },
  };
}

function toArtifact(row: ArtifactsTable): Artifact {
  return {
    sha1: row.sha1,
    sha256: row.sha256,
    size: row.size,
    createdAt: row.created_at,
    content: row.content,
  };
}
