import { sql } from 'kysely';
import type { Insertable } from 'kysely';
import { refreshedBelowMs, unusedKeptMs } from '../../domain/artifacts/unused-artifacts.ts';
import type { Artifact } from '../../domain/artifacts/artifact.ts';
import type { ArtifactRepository } from '../../ports/store/artifacts.ts';
import type { Connection } from './connection.ts';
import type { ArtifactsTable } from './schema-artifacts.ts';
import { addMany } from './sets.ts';
import { prepared, run, statement } from './statement.ts';

const insert = statement((db, artifact: Insertable<ArtifactsTable>) =>
  db
    .insertInto('artifacts')
    .values(artifact)
    .onConflict((conflict) => conflict.column('sha1').doNothing()),
);

/** @returns false if the digest is known; the existing row is kept */
export async function insertArtifact(
  connection: Connection,
  { sha1, sha256, size, createdAt, content }: Artifact,
): Promise<boolean> {
  const { changed } = await insert(connection, { sha1, sha256, size, created_at: createdAt, content });
  return changed === 1;
}

interface Ownership {
  buildId: number;
  sha1: string;
  contentType: string;
}

/** An artifact that is in use has no check; an earlier check is put off, but not for a little. */
const keepOwned = `(build_id, sha1) do update set content_type = excluded.content_type, check_at = excluded.check_at
  where artifact_ownerships.content_type <> excluded.content_type
    or artifact_ownerships.check_at < excluded.check_at - ${unusedKeptMs - refreshedBelowMs}`;

/** Writes nothing where nothing changes. */
export async function ownArtifacts(
  connection: Connection,
  owned: readonly Ownership[],
  at: number,
): Promise<void> {
  const rows = owned.map(({ buildId, sha1, contentType }) => ({
    build_id: buildId,
    sha1,
    content_type: contentType,
    created_at: at,
    check_at: at + unusedKeptMs,
  }));
  await addMany(connection, 'artifact_ownerships', rows, keepOwned);
}

/** Many artifacts at once. In the order of their digests, so that two servers do not wait for each other. */
export function artifactSets(connection: Connection): Pick<ArtifactRepository, 'insertMany' | 'ownMany'> {
  const storedDigest = async (artifact: Artifact) => {
    if (await insertArtifact(connection, artifact)) return artifact.sha256;
    const query = connection.db.selectFrom('artifacts').select('sha256').where('sha1', '=', artifact.sha1);
    return (await query.executeTakeFirstOrThrow()).sha256;
  };
  return {
    async insertMany(artifacts) {
      const distinct = new Map(artifacts.map((artifact) => [artifact.sha1, artifact]));
      const sorted = [...distinct.values()].sort(bySha1);
      const stored =
        connection.kind === 'postgres' ? await insertTogether(connection, sorted) : new Map<string, string>();
      for (const artifact of sorted) {
        // On PostgreSQL, another transaction may just have inserted it, too late to be seen by that statement.
        if (!stored.has(artifact.sha1)) stored.set(artifact.sha1, await storedDigest(artifact));
      }
      return stored;
    },
    async ownMany(owned, at) {
      const ownerships = owned.map(({ buildId, artifact: { sha1 }, contentType }) => ({
        buildId,
        sha1,
        contentType,
      }));
      const distinct = new Map(
        ownerships.map((ownership) => [`${ownership.buildId} ${ownership.sha1}`, ownership]),
      );
      await ownArtifacts(connection, [...distinct.values()].sort(bySha1), at);
    },
  };
}

function bySha1(a: { sha1: string }, b: { sha1: string }): number {
  return a.sha1 < b.sha1 ? -1 : 1;
}

async function insertTogether(
  connection: Connection,
  artifacts: readonly Artifact[],
): Promise<Map<string, string>> {
  const list = <Key extends keyof Artifact>(key: Key) => artifacts.map((artifact) => artifact[key]);
  const query = sql<{ sha1: string; sha256: string }>`
    with inserted as (
      insert into artifacts (sha1, sha256, size, created_at, content)
      select * from unnest(${list('sha1')}::text[], ${list('sha256')}::text[], ${list('size')}::bigint[],
        ${list('createdAt')}::bigint[], ${list('content')}::bytea[])
      on conflict (sha1) do nothing returning sha1, sha256
    )
    select sha1, sha256 from inserted
    union all select sha1, sha256 from artifacts where sha1 = any(${list('sha1')}::text[])`;
  const { rows } = await run(connection, prepared(query.compile(connection.db)));
  return new Map(rows.map(({ sha1, sha256 }) => [sha1, sha256]));
}
