import type { Migration } from '../migrate.ts';

/** A release that several jobs send together: when each was last heard of, and what it has replaced. */
export const shards: Migration = {
  name: '0014-shards',
  statements: () => [
    `alter table releases add column shard_fault text`,
    `alter table release_shards add column attempt bigint not null default 1`,
    `alter table release_shards add column last_news_at bigint not null default 0`,
    `alter table runs add column shard_attempt bigint`,
    `alter table runs add column earlier_verdict text`,
    `create index missing_runs_by_baseline on missing_runs (baseline_run_id) where baseline_run_id is not null`,
    `create index releases_with_open_shards on releases (id)
      where shard_id is not null and status = 'receiving' and shard_fault is null`,
  ],
};
