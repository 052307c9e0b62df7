import type { Migration } from '../migrate.ts';

/** Runs of one name in the order of their releases: how the baseline of a page is found. */
export const reviewFacts: Migration = {
  name: '0008-review',
  statements: () => [
    `drop index runs_by_name`,
    `create index runs_by_name on runs (build_id, name, release_id)`,
  ],
};
