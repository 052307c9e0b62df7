import type { Migration } from '../migrate.ts';

/** The source of a release's code, as reported by its client. */
export const releaseSource: Migration = {
  name: '0002-release-source',
  statements: () => [
    `alter table releases add column branch text`,
    `alter table releases add column commit_id text`,
    `alter table releases add column ci_url text`,
  ],
};
