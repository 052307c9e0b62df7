import type { Migration } from '../migrate.ts';

/**
 * Pending work after a change of a release, so that it continues after a restart; and missing pages that have a new
 * name.
 */
export const followUps: Migration = {
  name: '0016-follow-ups',
  statements: ({ id }) => [
    `create table follow_ups (
      id ${id},
      release_id bigint not null,
      run_ids text,
      stage text not null,
      after_name text not null,
      after_run_id bigint not null,
      release_ids text not null
    )`,
    `alter table missing_runs add column renamed_run_id bigint`,
  ],
};
