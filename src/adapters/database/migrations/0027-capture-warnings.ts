import type { Migration } from '../migrate.ts';

/** How many warnings the captures of each run have, and in what they differ from those of its baseline. */
export const captureWarnings: Migration = {
  name: '0027-capture-warnings',
  runsWith: '0024-run-changes',
  statements: () => [
    `alter table runs add column warning_count bigint not null default 0`,
    `alter table runs add column environment_change text`,
  ],
};
