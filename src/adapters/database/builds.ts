import type { BuildRepository } from '../../ports/store/builds.ts';
import { locked } from './connection.ts';
import type { Connection } from './connection.ts';
import { flag, toBuild } from './rows.ts';
import { retentionText, settingsText } from './settings-text.ts';
import { statement } from './statement.ts';

const find = statement((db, { id }: { id: number }) =>
  db.selectFrom('builds').selectAll().where('id', '=', id).where('deleted_at', 'is', null),
);

export function buildRepository(connection: Connection): BuildRepository {
  const { db } = connection;
  return {
    async insert(build) {
      const row = await db
        .insertInto('builds')
        .values({
          name: build.name,
          is_public: flag(build.isPublic),
          send_email: flag(build.sendEmail),
          email_alias: build.emailAlias,
          fail_on_forgiven: flag(build.failOnForgiven),
          email_alias_confirmed: flag(build.emailAliasConfirmed),
          created_at: build.createdAt,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return toBuild(row);
    },
    async find(id) {
      const [row] = (await find(connection, { id })).rows;
      return row === undefined ? null : toBuild(row);
    },
    async lock(id) {
      const query = db.selectFrom('builds').selectAll().where('id', '=', id).where('deleted_at', 'is', null);
      const row = await locked(connection, query).executeTakeFirst();
      return row === undefined ? null : toBuild(row);
    },
    async update(build) {
      await db
        .updateTable('builds')
        .set({
          name: build.name,
          is_public: flag(build.isPublic),
          send_email: flag(build.sendEmail),
          email_alias: build.emailAlias,
          fail_on_forgiven: flag(build.failOnForgiven),
          email_alias_confirmed: flag(build.emailAliasConfirmed),
          baseline_settings: settingsText(build.baselineSettings),
          worker_label: build.workerLabel,
          retention: retentionText(build.retention),
        })
        .where('id', '=', build.id)
        .execute();
    },
    async setAliasToken(id, tokenHash) {
      await db
        .updateTable('builds')
        .set({ email_alias_token_hash: tokenHash })
        .where('id', '=', id)
        .execute();
    },
    async findByAliasToken(tokenHash) {
      const query = db.selectFrom('builds').selectAll().where('email_alias_token_hash', '=', tokenHash);
      const row = await query.where('deleted_at', 'is', null).executeTakeFirst();
      return row === undefined ? null : toBuild(row);
    },
    async list({ ids, publicToo }, { limit, offset }) {
      let query = db.selectFrom('builds').selectAll().where('deleted_at', 'is', null);
      if (ids !== undefined) {
        query = query.where((eb) => {
          const some = [];
          if (ids.length > 0) some.push(eb('id', 'in', ids));
          if (publicToo === true) some.push(eb('is_public', '=', 1));
          return eb.or(some);
        });
      }
      return (await query.orderBy('id', 'desc').limit(limit).offset(offset).execute()).map(toBuild);
    },
  };
}
