import type { Migration } from '../migrate.ts';

/** How people sign in. Tokens are stored hashed; passwords as scrypt hashes. */
export const logins: Migration = {
  name: '0005-logins',
  statements: () => [
    `alter table invitations add column token_hash text`,
    `create table sessions (
      id text primary key,
      token_hash text not null unique,
      user_id text not null references users (id),
      created_at bigint not null,
      updated_at bigint not null,
      expires_at bigint not null,
      ip_address text,
      user_agent text
    )`,
    `create index sessions_of_user on sessions (user_id)`,
    `create index sessions_by_end on sessions (expires_at)`,
    `create table accounts (
      id text primary key,
      user_id text not null references users (id),
      provider_id text not null,
      account_id text not null,
      password text,
      created_at bigint not null,
      updated_at bigint not null,
      unique (provider_id, account_id)
    )`,
    `create index accounts_of_user on accounts (user_id)`,
    `create table verifications (
      id text primary key,
      identifier text not null,
      value text not null,
      expires_at bigint not null,
      created_at bigint not null,
      updated_at bigint not null
    )`,
    `create index verifications_by_identifier on verifications (identifier)`,
    `create index verifications_by_end on verifications (expires_at)`,
  ],
};
