/** The tables, as declared to Kysely. Times are epoch milliseconds, flags 0 or 1, JSON is text. */

import type {
  CiTrustsTable,
  EventDeliveriesTable,
  EventEndpointsTable,
  UsedTokensTable,
} from './schema-events.ts';
import type { DeliveriesTable, ForgeConnectionsTable } from './schema-forges.ts';
import type { BuildSecretsTable } from './schema-secrets.ts';
import type { Generated } from 'kysely';
import type {
  ArtifactOwnershipsTable,
  ArtifactsTable,
  ArtifactUsesTable,
  DroppedArtifactsTable,
} from './schema-artifacts.ts';
import type { QueueSignsTable, TasksTable } from './schema-tasks.ts';
import type { ChangeVerdict } from '../../domain/changes/decided-changes.ts';
import type { AlignmentSummary, ChangeKind } from '../../domain/comparison/alignment.ts';
import type { CaptureState, ReleaseStatus, RunStatus, Verdict, VerdictSource } from '../../domain/model.ts';
import type { MissingVerdict } from '../../domain/baselines/choose-baseline.ts';
import type { FollowUp } from '../../ports/store/follow-ups.ts';
import type { MailKind } from '../../domain/mail/mail.ts';
import type { MailChoice, Role } from '../../domain/people/membership.ts';
import type { AccountsTable, AttemptsTable, SessionsTable, VerificationsTable } from './schema-logins.ts';

export type Flag = 0 | 1;

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

export interface CommentsTable {
  id: Generated<number>;
  build_id: number;
  release_id: number;
  run_id: number | null;
  reply_to: number | null;
  /** A `CommentPlace`. */
  place: string | null;
  author: string;
  text: string;
  /** `Mention[]`. */
  mentions: string;
  operation_id: string;
  created_at: number;
  edited_at: number | null;
  deleted_at: number | null;
  deleted_by: string | null;
  resolved_at: number | null;
  resolved_by: string | null;
}

export interface ReviewRequestsTable {
  release_id: number;
  user_id: string;
  build_id: number;
  requested_by: string;
  requested_at: number;
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

export interface RunsTable {
  id: Generated<number>;
  build_id: number;
  release_id: number;
  name: string;
  run_state: CaptureState;
  url: string | null;
  image: string | null;
  log: string | null;
  config: string | null;
  run_failure: string | null;
  run_requests: number;
  ref_state: CaptureState;
  ref_url: string | null;
  ref_image: string | null;
  ref_log: string | null;
  ref_config: string | null;
  ref_failure: string | null;
  ref_requests: number;
  baseline_run_id: number | null;
  diff_failed: Flag;
  diff_image: string | null;
  forgiven_mask: string | null;
  aligned_mask: string | null;
  fail_on_forgiven: Flag;
  diff_log: string | null;
  distortion: number | null;
  diff_failure: string | null;
  diff_requests: number;
  status: RunStatus;
  verdict: Verdict;
  verdict_by: string | null;
  verdict_at: number | null;
  version: number;
  facts_version: number;
  created_at: number;
  updated_at: number;
  changed_pixels: number | null;
  forgiven_pixels: number | null;
  diff_ratio: number | null;
  region_count: number | null;
  width: number | null;
  height: number | null;
  /** The whole of `ComparisonDetails`. */
  comparison: string | null;
  /** What its captures ask for; empty: any worker. */
  worker_label: string;
  /** `CaptureDetails`. */
  capture_facts: string | null;
  ref_capture_facts: string | null;
  /** Missing parts in both captures. */
  incomplete_count: number;
  warning_count: number;
  /** JSON. */
  environment_change: string | null;
  /** `BaselineChoice`. */
  baseline_choice: string | null;
  /** The unfinished release that the run waits for to learn its baseline. */
  awaited_release_id: number | null;
  awaited_until: number | null;
  /** SHA-256 of width, height and RGBA; null if no worker computed it. */
  pixels_sha256: string | null;
  /** Former names of the page, a list. */
  previous_names: string | null;
  shard: number | null;
  shard_attempt: number | null;
  /** `EarlierVerdict`. */
  earlier_verdict: string | null;
  /** The run that the verdict was taken over from. */
  origin_run_id: number | null;
  /** The activity that records the person's verdict. */
  origin_decision_id: number | null;
  /** Null: there is no verdict, or it is older than the column. */
  verdict_source: VerdictSource | null;
  /** The reason that was given with the verdict. */
  verdict_note: string | null;
  /** JSON: who approved it, where several people must; null: no one. */
  approvals: string | null;
  /** Distinct fingerprints of its changes. */
  change_count: number;
  /** Those of them that no decision covers. */
  open_changes: number;
  /** Its changes explain every difference. */
  changes_complete: Flag;
  /** Digest of its fingerprints; null unless they are complete. */
  change_set: string | null;
  content_pixels: number | null;
  move_summary: AlignmentSummary | null;
}

/** What changed in runs that differ. */
export interface RunChangesTable {
  run_id: number;
  /** As listed by the comparison, from 0. */
  n: number;
  build_id: number;
  release_id: number;
  fingerprint: string;
  /** 0: the run has the same change at an earlier place, too. Null: its changes do not explain every difference. */
  is_first: Flag | null;
  kind: ChangeKind;
  /** A box; JSON. */
  before_box: string | null;
  after_box: string | null;
  pixels: number;
  place: string;
  /** `ChangeName`; JSON. */
  name: string | null;
}

/** What was decided about changes, in the order of the ids. */
export interface ChangeDecisionsTable {
  id: Generated<number>;
  build_id: number;
  release_id: number;
  /** Empty: whatever of the run its changes do not explain. */
  fingerprint: string;
  /** Null: all runs of the release that have the change. */
  run_id: number | null;
  verdict: ChangeVerdict;
  actor: string;
  at: number;
  note: string | null;
  /** The release's with this decision. */
  version: number;
  /** The run on the decider's screen. */
  seen_run_id: number | null;
  /** The person's decision that this one repeats. */
  origin_decision_id: number | null;
  /** The run with that decision. */
  origin_run_id: number | null;
  operation_id: string;
  undone_by: string | null;
  undone_at: number | null;
}

export interface ApiKeysTable {
  id: string;
  secret_hash: string;
  purpose: string;
  build_id: number | null;
  superuser: Flag;
  worker: Flag;
  created_at: number;
  created_by: string;
  revoked_at: number | null;
  last_used_at: number | null;
  /** JSON of what a CI job may do with it. */
  ci: string | null;
  expires_at: number | null;
}

export interface ActivityTable {
  id: Generated<number>;
  at: number;
  build_id: number | null;
  release_id: number | null;
  run_id: number | null;
  actor: string;
  kind: string;
  detail: string;
  subject: string;
  operation_id: string | null;
}

export interface UsersTable {
  id: string;
  name: string;
  email: string;
  email_verified: Flag;
  superuser: Flag;
  created_at: number;
  updated_at: number;
  review_mail: Generated<MailChoice>;
  mention_mail: Generated<MailChoice>;
}

export interface MembershipsTable {
  build_id: number;
  user_id: string;
  role: Role;
  created_at: number;
  created_by: string;
  /** Null: as the person's choice for all builds says. */
  review_mail: Generated<MailChoice | null>;
}

export interface InvitationsTable {
  id: string;
  build_id: number;
  email: string;
  role: Role;
  created_at: number;
  created_by: string;
  expires_at: number;
  accepted_at: number | null;
  revoked_at: number | null;
  token_hash: string | null;
}

export interface MailsTable {
  id: Generated<number>;
  message_id: string;
  build_id: number | null;
  release_id: number | null;
  kind: MailKind;
  /** Null: not addressed yet. */
  recipient: string | null;
  subject: string;
  body: string;
  created_at: number;
  /** Null: sent or abandoned. */
  due_at: number | null;
  attempts: number;
  sent_at: number | null;
  problem: string | null;
  requested_by: string | null;
}

/** Values shared by all servers of a database. */
export interface ServerValuesTable {
  name: string;
  value: string;
}

export interface MigrationsTable {
  name: string;
  applied_at: number;
  /** Made by 0023-runs-with. */
  runs_with?: string | null;
}

export interface Schema {
  attempts: AttemptsTable;
  sessions: SessionsTable;
  accounts: AccountsTable;
  verifications: VerificationsTable;
  builds: BuildsTable;
  releases: ReleasesTable;
  runs: RunsTable;
  run_changes: RunChangesTable;
  change_decisions: ChangeDecisionsTable;
  release_histories: ReleaseHistoriesTable;
  release_shards: ReleaseShardsTable;
  missing_runs: MissingRunsTable;
  follow_ups: FollowUpsTable;
  comments: CommentsTable;
  review_requests: ReviewRequestsTable;
  artifacts: ArtifactsTable;
  artifact_ownerships: ArtifactOwnershipsTable;
  artifact_uses: ArtifactUsesTable;
  dropped_artifacts: DroppedArtifactsTable;
  tasks: TasksTable;
  api_keys: ApiKeysTable;
  activity: ActivityTable;
  users: UsersTable;
  memberships: MembershipsTable;
  invitations: InvitationsTable;
  mails: MailsTable;
  forge_connections: ForgeConnectionsTable;
  build_secrets: BuildSecretsTable;
  deliveries: DeliveriesTable;
  event_endpoints: EventEndpointsTable;
  event_deliveries: EventDeliveriesTable;
  used_tokens: UsedTokensTable;
  ci_trusts: CiTrustsTable;
  server_facts: ServerValuesTable;
  queue_signs: QueueSignsTable;
  schema_migrations: MigrationsTable;
}
