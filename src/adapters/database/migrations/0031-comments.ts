import type { Migration } from '../migrate.ts';

/** What members say about releases and runs, and how each person hears of it. */
export const comments: Migration = {
  name: '0031-comments',
  runsWith: '0024-run-changes',
  statements: ({ id }) => [
    `create table comments (
      id ${id},
      build_id bigint not null,
      release_id bigint not null,
      run_id bigint,
      reply_to bigint,
      place text,
      author text not null,
      text text not null,
      mentions text not null,
      operation_id text not null,
      created_at bigint not null,
      edited_at bigint,
      deleted_at bigint,
      deleted_by text,
      resolved_at bigint,
      resolved_by text
    )`,
    `create unique index comments_of_release on comments (release_id, operation_id)`,
    `alter table releases add column comments_version bigint not null default 0`,
    `alter table users add column mention_mail text not null default 'now'`,
  ],
};
