import type { Selectable } from 'kysely';
import type { Mail, MailBody } from '../../domain/mail/mail.ts';
import type { MailRepository } from '../../ports/store/mails.ts';
import { locked } from './connection.ts';
import type { Connection } from './connection.ts';
import type { MailsTable } from './schema-mails.ts';
import { inBatches, insertMany, isOneOf } from './sets.ts';

export function mailRepository(connection: Connection): MailRepository {
  const { db } = connection;
  return {
    async insertMany(mails) {
      const rows = mails.map(mailRow);
      // A single mail does not need the JSON parameter.
      if (rows.length === 1) {
        const query = db.insertInto('mails').values(rows);
        await query.onConflict((conflict) => conflict.column('message_id').doNothing()).execute();
      } else {
        await insertMany(connection, 'mails', rows);
      }
    },
    async take(now, until, limit) {
      const due = db
        .selectFrom('mails')
        .selectAll()
        .where('due_at', 'is not', null)
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .orderBy('id')
        .limit(limit);
      const mails = (await locked(connection, due, 'skip').execute()).map(toMail);
      if (mails.length > 0) {
        const ids = mails.map((mail) => mail.id);
        await db.updateTable('mails').set({ due_at: until }).where('id', 'in', ids).execute();
      }
      return mails.map((mail) => ({ ...mail, dueAt: until }));
    },
    async update({ id, body, dueAt, attempts, sentAt, problem }, takenUntil) {
      const { numUpdatedRows } = await db
        .updateTable('mails')
        .set({ body: JSON.stringify(body), due_at: dueAt, attempts, sent_at: sentAt, problem })
        .where('id', '=', id)
        .where('due_at', '=', takenUntil)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async countSince({ kinds, recipient, buildId, requestedBy }, since) {
      let query = db
        .selectFrom('mails')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('kind', 'in', kinds)
        .where('recipient', 'is not', null)
        .where('created_at', '>', since);
      if (recipient !== undefined) query = query.where('recipient', '=', recipient);
      if (buildId !== undefined) query = query.where('build_id', '=', buildId);
      if (requestedBy !== undefined) query = query.where('requested_by', '=', requestedBy);
      return Number((await query.executeTakeFirstOrThrow()).count);
    },
    async countsSince({ kinds, recipients }, since) {
      const counts = new Map<string, number>();
      await inBatches(connection, recipients, async (batch) => {
        const query = db
          .selectFrom('mails')
          .select((eb) => ['recipient', eb.fn.countAll<number>().as('count')])
          .where('kind', 'in', kinds)
          .where(isOneOf(connection, 'recipient', batch))
          .where('created_at', '>', since)
          .groupBy('recipient');
        for (const { recipient, count } of await query.execute()) counts.set(recipient!, Number(count));
      });
      return counts;
    },
    async findWaiting(messageId) {
      const query = db
        .selectFrom('mails')
        .selectAll()
        .where('message_id', '=', messageId)
        .where('due_at', 'is not', null);
      const row = await locked(connection, query).executeTakeFirst();
      return row === undefined ? null : toMail(row);
    },
    async ofRelease(releaseId) {
      const query = db.selectFrom('mails').selectAll().where('release_id', '=', releaseId).orderBy('id');
      return (await query.execute()).map(toMail);
    },
  };
}

function mailRow(mail: Omit<Mail, 'id'>) {
  return {
    message_id: mail.messageId,
    build_id: mail.buildId,
    release_id: mail.releaseId,
    kind: mail.kind,
    recipient: mail.recipient,
    subject: mail.subject,
    body: JSON.stringify(mail.body),
    created_at: mail.createdAt,
    due_at: mail.dueAt,
    attempts: mail.attempts,
    sent_at: mail.sentAt,
    problem: mail.problem,
    requested_by: mail.requestedBy,
  };
}

function toMail(row: Selectable<MailsTable>): Mail {
  return {
    id: row.id,
    messageId: row.message_id,
    buildId: row.build_id,
    releaseId: row.release_id,
    kind: row.kind,
    recipient: row.recipient,
    subject: row.subject,
    body: JSON.parse(row.body) as MailBody,
    createdAt: row.created_at,
    dueAt: row.due_at,
    attempts: row.attempts,
    sentAt: row.sent_at,
    problem: row.problem,
    requestedBy: row.requested_by,
  };
}
