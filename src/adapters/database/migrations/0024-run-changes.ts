import type { Migration } from '../migrate.ts';

/**
 * What changed in each run, and what was decided about it. The column `mask_key`, which nothing writes anymore, stays for
 * programs of the version before.
 */
export const runChanges: Migration = {
  name: '0024-run-changes',
  runsWith: '0023-runs-with',
  statements: ({ id, withoutRowid }) => [
    `create table run_changes (
      run_id bigint not null,
      n bigint not null,
      build_id bigint not null,
      release_id bigint not null,
      fingerprint text not null,
      is_first bigint,
      kind text not null,
      before_box text,
      after_box text,
      pixels bigint not null,
      place text not null,
      name text,
      primary key (run_id, n)
    )${withoutRowid}`,
    `create index run_changes_of_release on run_changes (release_id, fingerprint, is_first, place, run_id)`,
    `create index run_changes_of_build on run_changes (build_id, fingerprint)`,
    `create table change_decisions (
      id ${id},
      build_id bigint not null,
      release_id bigint not null,
      fingerprint text not null,
      run_id bigint,
      verdict text not null,
      actor text not null,
      at bigint not null,
      note text,
      version bigint not null,
      seen_run_id bigint,
      origin_decision_id bigint,
      origin_run_id bigint,
      operation_id text not null,
      undone_by text,
      undone_at bigint
    )`,
    `create index change_decisions_of_release on change_decisions (release_id, fingerprint)`,
    `create index change_decisions_of_build on change_decisions (build_id, fingerprint)`,
    `create index change_decisions_of_run on change_decisions (run_id) where run_id is not null`,
    `create index change_decisions_of_operation on change_decisions (operation_id)`,
    `create index change_decisions_of_origin on change_decisions (origin_decision_id) where origin_decision_id is not null`,
    `create index activity_of_operation on activity (operation_id) where operation_id is not null`,
    `alter table runs add column aligned_mask text`,
    `alter table runs add column change_count bigint not null default 0`,
    `alter table runs add column open_changes bigint not null default 0`,
    `alter table runs add column changes_complete bigint not null default 0`,
    `alter table runs add column change_set text`,
    `alter table runs add column verdict_source text`,
    `alter table runs add column content_pixels bigint`,
    `alter table runs add column move_summary text`,
  ],
};
