import type { Migration } from '../migrate.ts';

/** The number of missing parts of a run's pages, for the list of runs; the parts themselves are capture details. */
export const incomplete: Migration = {
  name: '0008-incomplete',
  statements: () => [`alter table runs add column incomplete_count integer not null default 0`],
};
