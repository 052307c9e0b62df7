import type { Migration } from '../migrate.ts';

/** People, their roles in builds, and mail to them. */
export const people: Migration = {
  name: '0004-people',
  statements: ({ id }) => [
    `create table users (
      id text primary key,
      name text not null,
      email text not null unique,
      email_verified integer not null,
      superuser integer not null,
      created_at bigint not null,
      updated_at bigint not null
    )`,
    `create table memberships (
      build_id bigint not null references builds (id),
      user_id text not null references users (id),
      role text not null,
      created_at bigint not null,
      created_by text not null,
      primary key (build_id, user_id)
    )`,
    `create index memberships_of_user on memberships (user_id)`,
    `create table invitations (
      id text primary key,
      build_id bigint not null references builds (id),
      email text not null,
      role text not null,
      created_at bigint not null,
      created_by text not null,
      expires_at bigint not null,
      accepted_at bigint,
      revoked_at bigint
    )`,
    `create index invitations_of_build on invitations (build_id, created_at)`,
    `create index invitations_open on invitations (email) where accepted_at is null and revoked_at is null`,
    `create table server_facts (name text primary key, value text not null)`,
    `create table mails (
      id ${id},
      message_id text not null unique,
      build_id bigint,
      release_id bigint,
      kind text not null,
      recipient text not null,
      subject text not null,
      body text not null,
      created_at bigint not null,
      due_at bigint,
      attempts bigint not null,
      sent_at bigint,
      problem text
    )`,
    `create index mails_due on mails (due_at) where due_at is not null`,
    `create index mails_of_release on mails (release_id) where release_id is not null`,
  ],
};
