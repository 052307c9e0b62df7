import type { Migration } from '../migrate.ts';

/**
 * The git history of releases, how a build chooses baselines, why a run's baseline was chosen, the run whose verdict
 * it took over, and missing pages.
 */
export const baselines: Migration = {
  name: '0012-baselines',
  statements: () => [
    ...[
      'head_commit text',
      'tree text',
      'base_branch text',
      'repository text',
      'head_repository text',
      'pull_request text',
      'author_name text',
      'author_email text',
      'history_note text',
      'history_length bigint',
      'is_subset integer not null default 0',
      'skip_reason text',
      'baseline_release_id bigint',
      'fresh_review integer not null default 0',
      'shard_id text',
      'shard_total bigint',
    ].map((column) => `alter table releases add column ${column}`),
    `create index releases_by_commit on releases (build_id, commit_id) where commit_id is not null`,
    `create index releases_by_head on releases (build_id, head_commit) where head_commit is not null`,
    `create index releases_by_tree on releases (build_id, tree) where tree is not null`,
    `create index releases_by_branch on releases (build_id, branch, id) where branch is not null`,
    `create index releases_by_shard on releases (build_id, shard_id) where shard_id is not null`,
    `create table release_histories (
      release_id bigint primary key references releases (id),
      history text not null,
      own text not null
    )`,
    `create table release_shards (
      release_id bigint not null references releases (id),
      shard bigint not null,
      started_at bigint not null,
      done_at bigint,
      primary key (release_id, shard)
    )`,
    `alter table builds add column baseline_settings text`,
    ...[
      'baseline_choice text',
      'awaited_release_id bigint',
      'awaited_until bigint',
      'pixels_sha256 text',
      'previous_names text',
      'shard bigint',
      'origin_run_id bigint',
      'origin_decision_id bigint',
    ].map((column) => `alter table runs add column ${column}`),
    `create index runs_judged on runs (build_id, name) where verdict <> 'none'`,
    `create index runs_by_baseline on runs (baseline_run_id) where baseline_run_id is not null`,
    `create index runs_awaiting on runs (awaited_release_id) where awaited_release_id is not null`,
    `create index runs_awaited_until on runs (awaited_until) where awaited_release_id is not null`,
    `create table missing_runs (
      release_id bigint not null references releases (id),
      name text not null,
      baseline_run_id bigint,
      verdict text not null,
      verdict_by text,
      verdict_at bigint,
      primary key (release_id, name)
    )`,
  ],
};
