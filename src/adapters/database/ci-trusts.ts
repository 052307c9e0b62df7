import type { Selectable } from 'kysely';
import { ciKinds, type CiTrust } from '../../domain/forges/ci-claims.ts';
import type { CiTrustRepository } from '../../ports/store/ci.ts';
import type { Connection } from './connection.ts';
import type { CiTrustsTable } from './schema-events.ts';

export function ciTrustRepository({ db }: Connection): CiTrustRepository {
  return {
    async insert(made) {
      const row = await db
        .insertInto('ci_trusts')
        .values({
          build_id: made.buildId,
          kind: made.kind,
          connection_id: made.connectionId,
          organization: made.organization,
          project: made.project,
          created_at: made.createdAt,
          created_by: made.createdBy,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toTrust(row)!;
    },
    async ofBuild(buildId) {
      const rows = await db
        .selectFrom('ci_trusts')
        .selectAll()
        .where('build_id', '=', buildId)
        .orderBy('id')
        .execute();
      return rows.map(toTrust).filter((trust) => trust !== null);
    },
    async delete(id) {
      await db.deleteFrom('ci_trusts').where('id', '=', id).execute();
    },
    async useToken(digest, expiresAt) {
      const { numInsertedOrUpdatedRows = 0n } = await db
        .insertInto('used_tokens')
        .values({ digest, expires_at: expiresAt })
        .onConflict((conflict) => conflict.column('digest').doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows > 0n;
    },
  };
}

/** Null: a kind that only another version knows. */
function toTrust(row: Selectable<CiTrustsTable>): CiTrust | null {
  const kind = ciKinds.find((known) => known === row.kind);
  if (kind === undefined) return null;
  return {
    id: row.id,
    buildId: row.build_id,
    kind,
    connectionId: row.connection_id,
    organization: row.organization,
    project: row.project,
    createdAt: row.created_at,
    createdBy: row.created_by,
  };
}
