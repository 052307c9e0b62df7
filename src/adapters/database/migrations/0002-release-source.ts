import type { Migration } from '../migrate.ts';

/** Where the code of a release comes from, as its client said. */
export const releaseSource: Migration = {
  name: '0002-release-source',
  statements: () => [
    `alter table releases add column branch text`,
    `alter table releases add column commit_id text`,
    `alter table releases add column ci_url text`,
  ],
};
