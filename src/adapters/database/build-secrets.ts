import type { BuildSecretRepository } from '../../ports/store/build-secrets.ts';
import type { Connection } from './connection.ts';
import { statement } from './statement.ts';

const ofBuild = statement((db, { buildId }: { buildId: number }) =>
  db.selectFrom('build_secrets').selectAll().where('build_id', '=', buildId).orderBy('name'),
);

export function buildSecretRepository(connection: Connection): BuildSecretRepository {
  const { db } = connection;
  return {
    async put({ buildId, name, value, origins, updatedAt, updatedBy }) {
      const columns = {
        value: Buffer.from(value).toString('base64'),
        origins: JSON.stringify(origins),
        updated_at: updatedAt,
        updated_by: updatedBy,
      };
      await db
        .insertInto('build_secrets')
        .values({ build_id: buildId, name, ...columns })
        .onConflict((conflict) => conflict.columns(['build_id', 'name']).doUpdateSet(columns))
        .execute();
    },
    async ofBuild(buildId) {
      const { rows } = await ofBuild(connection, { buildId });
      return rows.map((row) => ({
        buildId: row.build_id,
        name: row.name,
        value: new Uint8Array(Buffer.from(row.value, 'base64')),
        origins: JSON.parse(row.origins) as string[],
        updatedAt: row.updated_at,
        updatedBy: row.updated_by,
      }));
    },
    async delete(buildId, name) {
      const { numDeletedRows } = await db
        .deleteFrom('build_secrets')
        .where('build_id', '=', buildId)
        .where('name', '=', name)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}
