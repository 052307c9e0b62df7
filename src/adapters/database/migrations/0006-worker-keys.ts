import type { Migration } from '../migrate.ts';

/** Worker keys, which can access builds only through leased tasks. */
export const workerKeys: Migration = {
  name: '0006-worker-keys',
  statements: () => [
    `alter table api_keys add column worker integer not null default 0`,
    `alter table tasks add column leased_by text`,
    `create index tasks_leased_by on tasks (leased_by) where status = 'live' and leased_by is not null`,
  ],
};
