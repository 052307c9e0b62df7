import type { Migration } from '../migrate.ts';

/** An index of runs by name and release, to find baselines; forgiven pixels. */
export const reviewFacts: Migration = {
  name: '0007-review',
  statements: () => [
    `drop index runs_by_name`,
    `create index runs_by_name on runs (build_id, name, release_id)`,
    `alter table builds add column fail_on_forgiven integer not null default 0`,
    `alter table runs add column forgiven_mask text`,
    `alter table runs add column forgiven_pixels bigint`,
    `alter table runs add column fail_on_forgiven integer not null default 0`,
    `create index runs_forgiven on runs (release_id) where status = 'diff_not_found' and forgiven_pixels > 0`,
  ],
};
