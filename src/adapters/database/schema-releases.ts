import type { Generated } from 'kysely';
import type { MissingVerdict } from '../../domain/baselines/choose-baseline.ts';
import type { ReleaseStatus } from '../../domain/releases/release.ts';
import type { FollowUp } from '../../ports/store/follow-ups.ts';
import type { Flag } from './flag.ts';

export interface BuildsTable {
  id: Generated<number>;
  name: string;
  is_public: Flag;
  send_email: Flag;
  email_alias: string | null;
  fail_on_forgiven: Flag;
  email_alias_confirmed: Flag;
  email_alias_token_hash: string | null;
  created_at: number;
  /** Only the deviations from the default `BaselineSettings`. */
  baseline_settings: string | null;
  /** Empty: none. */
  worker_label: Generated<string>;
  /** It can be restored for a while, and is in no answer. */
  deleted_at: number | null;
  deleted_by: string | null;
  /** When a deleted release of it was last restored. */
  restored_at: number | null;
  /** A `Retention`; null keeps everything. */
  retention: string | null;
}

export interface ReleasesTable {
  id: Generated<number>;
  build_id: number;
  name: string;
  number: number;
  url: string | null;
  branch: string | null;
  commit_id: string | null;
  ci_url: string | null;
  status: ReleaseStatus;
  version: number;
  status_version: number;
  comments_version: Generated<number>;
  created_at: number;
  status_at: number;
  updated_at: number;
  decided_by: string | null;
  decision_note: string | null;
  head_commit: string | null;
  tree: string | null;
  base_branch: string | null;
  repository: string | null;
  head_repository: string | null;
  pull_request: string | null;
  author_name: string | null;
  author_email: string | null;
  history_note: string | null;
  /** Null: the client sent none. */
  history_length: number | null;
  is_subset: Generated<Flag>;
  skip_reason: string | null;
  /** The release that the client named as the baseline. */
  baseline_release_id: number | null;
  fresh_review: Generated<Flag>;
  shard_id: string | null;
  /** The build's when the release was created; empty: none. */
  worker_label: Generated<string>;
  /** Null until the end, when it is known. */
  shard_total: number | null;
  shard_fault: string | null;
  /** It can be restored for a while, and is in no answer. */
  deleted_at: number | null;
  deleted_by: string | null;
  /** Its build had a connection with a forge when it was created, or since. */
  tells_forges: Generated<Flag>;
}

/** Of releases whose client sent a history. */
export interface ReleaseHistoriesTable {
  release_id: number;
  /** `HistoryEntry[]`, closest first. */
  history: string;
  /** Commits that only the branch has. */
  own: string;
}

export interface ReleaseShardsTable {
  release_id: number;
  shard: number;
  started_at: number;
  done_at: number | null;
  attempt: number;
  last_news_at: number;
}

/** Pages that a release should have but does not. */
export interface MissingRunsTable {
  release_id: number;
  name: string;
  /** With its last image. */
  baseline_run_id: number | null;
  verdict: MissingVerdict;
  verdict_by: string | null;
  verdict_at: number | null;
  /** The run of the same release that shows it under another name. */
  renamed_run_id: number | null;
}

export interface FollowUpsTable {
  id: Generated<number>;
  release_id: number;
  /** JSON. */
  run_ids: string | null;
  stage: FollowUp['stage'];
  after_name: string;
  after_run_id: number;
  /** JSON. */
  release_ids: string;
}
