import type { Migration } from '../migrate.ts';

/**
 * Release announcements wait among the mails, without a recipient until they are due. Earlier announcements are kept,
 * so that they are not repeated.
 */
export const oneMailQueue: Migration = {
  name: '0013-one-mail-queue',
  statements: () => [
    `alter table mails add column addressed_to text`,
    `update mails set addressed_to = recipient`,
    `drop index mails_by_recipient`,
    `alter table mails drop column recipient`,
    `alter table mails rename column addressed_to to recipient`,
    `create index mails_by_recipient on mails (recipient, created_at) where recipient is not null`,
    `insert into mails
      (message_id, build_id, release_id, kind, recipient, subject, body, created_at, due_at, attempts, sent_at)
      select 'ready-' || release_id, build_id, release_id, event, null, '', '{"paragraphs":[],"action":null}',
        created_at, case when sent_at is null then created_at end, 0, sent_at
      from outbox order by id`,
    `drop table outbox`,
  ],
};
