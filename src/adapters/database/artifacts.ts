import { sql } from 'kysely';
import type { Artifact } from '../../domain/artifacts/artifact.ts';
import type { ArtifactRepository } from '../../ports/store/artifacts.ts';
import { artifactSets, insertArtifact, ownArtifacts } from './artifact-sets.ts';
import type { Connection } from './connection.ts';
import type { ArtifactsTable } from './schema-artifacts.ts';
import { statement } from './statement.ts';

const find = statement((db, { sha1 }: { sha1: string }) =>
  db.selectFrom('artifacts').selectAll().where('sha1', '=', sha1),
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
      const [row] = (await find(connection, { sha1 })).rows;
      return row === undefined ? null : toArtifact(row);
    },
    insert: (artifact) => insertArtifact(connection, artifact),
    own: (buildId, sha1, contentType, at) => ownArtifacts(connection, [{ buildId, sha1, contentType }], at),
    ...artifactSets(connection),
    async findOwned(buildId, sha1) {
      const [row] = (await findOwned(connection, { buildId, sha1 })).rows;
      return row === undefined ? null : { artifact: toArtifact(row), contentType: row.content_type };
    },
    async owned(buildId, digests) {
      const found = await Promise.all(digests.map((sha1) => isOwned(connection, { buildId, sha1 })));
      return new Map(
        digests.flatMap((sha1, index) => found[index]!.rows.map((row) => [sha1, row.check_at] as const)),
      );
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
