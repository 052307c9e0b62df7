import type { Migration } from '../migrate.ts';

/** Finds the releases of a pull request, and the runs that took over the verdict of another one. */
export const pullRequests: Migration = {
  name: '0015-pull-requests',
  statements: () => [
    `create index releases_by_pull_request on releases (build_id, pull_request, id) where pull_request is not null`,
    `create index runs_by_origin on runs (origin_run_id, id) where origin_run_id is not null`,
  ],
};
