import type { ApiKey } from '../../domain/people/api-key.ts';
import type { KeyRepository } from '../../ports/store/keys.ts';
import type { Connection } from './connection.ts';
import { flag, toKey } from './rows.ts';

export function keyRepository({ db }: Connection): KeyRepository {
  return {
    async insert(key) {
      await db
        .insertInto('api_keys')
        .values({
          id: key.id,
          secret_hash: key.secretHash,
          purpose: key.purpose,
          build_id: key.buildId,
          superuser: flag(key.superuser),
          worker: flag(key.worker),
          created_at: key.createdAt,
          created_by: key.createdBy,
          revoked_at: key.revokedAt,
          last_used_at: key.lastUsedAt,
          ci: key.ci === null ? null : JSON.stringify(key.ci),
          expires_at: key.expiresAt,
        })
        .execute();
    },
    async find(id) {
      const row = await db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toKey(row);
    },
    async list(buildId) {
      let query = db.selectFrom('api_keys').selectAll().orderBy('created_at', 'desc').orderBy('id');
      query =
        buildId === null
          ? query.where('build_id', 'is', null)
          : query.where('build_id', '=', buildId).where('ci', 'is', null);
      return (await query.execute()).map(toKey);
    },
    async revoke(id, at) {
      await db.updateTable('api_keys').set({ revoked_at: at }).where('id', '=', id).execute();
    },
    async bind(id, releaseId) {
      const row = await db.selectFrom('api_keys').select('ci').where('id', '=', id).executeTakeFirst();
      if (row === undefined || row.ci === null) return false;
      const scope = JSON.parse(row.ci) as NonNullable<ApiKey['ci']>;
      if (scope.releaseId !== null) return scope.releaseId === releaseId;
      const ci = JSON.stringify({ ...scope, releaseId });
      const { numUpdatedRows } = await db
        .updateTable('api_keys')
        .set({ ci })
        .where('id', '=', id)
        .where('ci', '=', row.ci)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async touch(id, at) {
      await db.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute();
    },
    async makeSuperuser(id) {
      await db.updateTable('api_keys').set({ superuser: 1 }).where('id', '=', id).execute();
    },
  };
}
