import type { Migration } from '../migrate.ts';

/** Attempts that all servers count together. */
export const severalServers: Migration = {
  name: '0019-several-servers',
  runsWith: '0016-follow-ups',
  statements: () => [
    `create table attempts (
      name text primary key,
      count bigint not null,
      since bigint not null
    )`,
    `create index attempts_since on attempts (since)`,
  ],
};
