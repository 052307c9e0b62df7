import type { Migration } from '../migrate.ts';

/** One account per issuer and person, confirmed addresses for a build's mail, and who caused a mail. */
export const openToEveryone: Migration = {
  name: '0009-open-to-everyone',
  statements: () => [
    // A second subject of an issuer used to be mistaken for the first: the later one and all sessions are deleted.
    `delete from sessions where user_id in
      (select user_id from accounts group by user_id, provider_id having count(*) > 1)`,
    `delete from accounts where exists (
      select 1 from accounts as earlier
      where earlier.user_id = accounts.user_id and earlier.provider_id = accounts.provider_id
        and (earlier.created_at < accounts.created_at
          or (earlier.created_at = accounts.created_at and earlier.id < accounts.id)))`,
    `create unique index accounts_one_of_issuer on accounts (user_id, provider_id)`,
    `alter table builds add column email_alias_confirmed integer not null default 0`,
    `alter table builds add column email_alias_token_hash text`,
    `create index builds_by_alias_token on builds (email_alias_token_hash) where email_alias_token_hash is not null`,
    `alter table mails add column requested_by text`,
    `create index mails_by_recipient on mails (recipient, created_at)`,
    `create index mails_of_build on mails (build_id, created_at) where build_id is not null`,
    `create index mails_by_requester on mails (requested_by, created_at) where requested_by is not null`,
  ],
};
