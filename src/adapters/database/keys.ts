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
        })
        .execute();
    },
    async find(id) {
      const row = await db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : toKey(row);
    },
    async list(buildId) {
      let query = db.selectFrom('api_keys').selectAll().orderBy('created_at', 'desc').orderBy('id');
      query = buildId === null ? query.where('build_id', 'is', null) : query.where('build_id', '=', buildId);
      return (await query.execute()).map(toKey);
    },
    async revoke(id, at) {
      await db.updateTable('api_keys').set({ revoked_at: at }).where('id', '=', id).execute();
    },
    async touch(id, at) {
      await db.updateTable('api_keys').set({ last_used_at: at }).where('id', '=', id).execute();
    },
    async makeSuperuser(id) {
      await db.updateTable('api_keys').set({ superuser: 1 }).where('id', '=', id).execute();
    },
  };
}
