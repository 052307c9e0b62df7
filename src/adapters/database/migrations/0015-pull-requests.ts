import type { Migration } from '../migrate.ts';

/** Finds the releases of a pull request without looking at all of the build. */
export const pullRequests: Migration = {
  name: '0015-pull-requests',
  statements: () => [
    `create index releases_by_pull_request on releases (build_id, pull_request, id) where pull_request is not null`,
  ],
};
