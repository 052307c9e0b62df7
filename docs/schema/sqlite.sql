-- Made by "npm run schema" from the migrations. Change those, then run it again.

CREATE TABLE accounts (
  id text primary key,
  user_id text not null references users (id),
  provider_id text not null,
  account_id text not null,
  password text,
  created_at bigint not null,
  updated_at bigint not null,
  unique (provider_id, account_id)
);
CREATE INDEX accounts_of_user on accounts (user_id);
CREATE UNIQUE INDEX accounts_one_of_issuer on accounts (user_id, provider_id);

CREATE TABLE activity (
  id integer primary key autoincrement,
  at bigint not null,
  build_id bigint,
  release_id bigint,
  run_id bigint,
  actor text not null,
  kind text not null,
  detail text not null,
  subject text not null,
  operation_id text,
  unique (subject, operation_id)
);
CREATE INDEX activity_of_actor on activity (build_id, actor, id);
CREATE INDEX activity_of_build on activity (build_id, id);
CREATE INDEX activity_of_kind on activity (build_id, kind, id);
CREATE INDEX activity_of_operation on activity (operation_id) where operation_id is not null;
CREATE INDEX activity_of_release on activity (release_id, id) where release_id is not null;
CREATE INDEX activity_of_run on activity (run_id, id) where run_id is not null;

CREATE TABLE api_keys (
  id text primary key,
  secret_hash text not null,
  purpose text not null,
  build_id bigint references builds (id),
  superuser integer not null,
  created_at bigint not null,
  created_by text not null,
  revoked_at bigint,
  last_used_at bigint
, worker integer not null default 0, ci text, expires_at bigint);
CREATE INDEX api_keys_expire on api_keys (expires_at) where expires_at is not null;
CREATE INDEX api_keys_of_build on api_keys (build_id);

CREATE TABLE artifact_ownerships (
  build_id bigint not null references builds (id),
  sha1 text not null references artifacts (sha1),
  content_type text not null,
  created_at bigint not null, check_at bigint,
  primary key (build_id, sha1)
);
CREATE INDEX artifact_ownerships_by_digest on artifact_ownerships (sha1);
CREATE INDEX artifact_ownerships_to_check on artifact_ownerships (check_at) where check_at is not null;

CREATE TABLE artifact_uses (
  build_id bigint not null,
  sha1 text not null,
  run_id bigint not null,
  primary key (build_id, sha1, run_id)
) without rowid;
CREATE INDEX artifact_uses_of_run on artifact_uses (run_id);

CREATE TABLE artifacts (
  sha1 text primary key,
  sha256 text not null,
  size bigint not null,
  created_at bigint not null,
  content blob
);
CREATE INDEX artifacts_by_size on artifacts (size);

CREATE TABLE attempts (
  name text primary key,
  count bigint not null,
  since bigint not null
);
CREATE INDEX attempts_since on attempts (since);

CREATE TABLE build_secrets (
  build_id bigint not null,
  name text not null,
  value text not null,
  origins text not null,
  updated_at bigint not null,
  updated_by text not null,
  primary key (build_id, name)
);

CREATE TABLE builds (
  id integer primary key autoincrement,
  name text not null,
  is_public integer not null,
  send_email integer not null,
  email_alias text,
  created_at bigint not null
, fail_on_forgiven integer not null default 0, email_alias_confirmed integer not null default 0, email_alias_token_hash text, baseline_settings text, deleted_at bigint, deleted_by text, restored_at bigint, retention text, worker_label text not null default '');
CREATE INDEX builds_by_alias_token on builds (email_alias_token_hash) where email_alias_token_hash is not null;

CREATE TABLE change_decisions (
  id integer primary key autoincrement,
  build_id bigint not null,
  release_id bigint not null,
  fingerprint text not null,
  run_id bigint,
  verdict text not null,
  actor text not null,
  at bigint not null,
  note text,
  version bigint not null,
  seen_run_id bigint,
  origin_decision_id bigint,
  origin_run_id bigint,
  operation_id text not null,
  undone_by text,
  undone_at bigint
);
CREATE INDEX change_decisions_of_build on change_decisions (build_id, fingerprint);
CREATE INDEX change_decisions_of_operation on change_decisions (operation_id);
CREATE INDEX change_decisions_of_origin on change_decisions (origin_decision_id) where origin_decision_id is not null;
CREATE INDEX change_decisions_of_release on change_decisions (release_id, fingerprint);
CREATE INDEX change_decisions_of_run on change_decisions (run_id) where run_id is not null;

CREATE TABLE ci_trusts (
  id integer primary key autoincrement,
  build_id bigint not null,
  kind text not null,
  connection_id bigint,
  organization text,
  project text,
  created_at bigint not null,
  created_by text not null
);
CREATE INDEX ci_trusts_of_build on ci_trusts (build_id);
CREATE INDEX ci_trusts_of_connection on ci_trusts (connection_id) where connection_id is not null;

CREATE TABLE comments (
  id integer primary key autoincrement,
  build_id bigint not null,
  release_id bigint not null,
  run_id bigint,
  reply_to bigint,
  place text,
  author text not null,
  text text not null,
  mentions text not null,
  operation_id text not null,
  created_at bigint not null,
  edited_at bigint,
  deleted_at bigint,
  deleted_by text,
  resolved_at bigint,
  resolved_by text
);
CREATE UNIQUE INDEX comments_of_release on comments (release_id, operation_id);

CREATE TABLE deliveries (
  id integer primary key autoincrement,
  connection_id bigint not null,
  build_id bigint not null,
  release_id bigint not null,
  kind text not null,
  target text not null,
  revision bigint not null,
  sent_hash text,
  sent_word text,
  sent_at bigint,
  remote_id text,
  gone_release_id bigint,
  attempts bigint not null,
  failing_since bigint,
  changed_at bigint not null,
  due_at bigint,
  lease_id text,
  lease_until bigint,
  stopped_at bigint,
  last_error text,
  unique (connection_id, kind, target)
);
CREATE INDEX deliveries_by_change on deliveries (changed_at, id);
CREATE INDEX deliveries_due on deliveries (due_at) where due_at is not null;
CREATE INDEX deliveries_leased on deliveries (connection_id, lease_until) where lease_until is not null;
CREATE INDEX deliveries_of_build on deliveries (build_id, changed_at);
CREATE INDEX deliveries_of_release on deliveries (release_id);
CREATE INDEX deliveries_stopped on deliveries (changed_at) where stopped_at is not null;
CREATE INDEX deliveries_stopped_of_build on deliveries (build_id, changed_at) where stopped_at is not null;
CREATE INDEX deliveries_waiting on deliveries (changed_at) where due_at is not null;
CREATE INDEX deliveries_waiting_of_build on deliveries (build_id, changed_at) where due_at is not null;

CREATE TABLE dropped_artifacts (sha1 text primary key, dropped_at bigint not null);

CREATE TABLE event_deliveries (
  id integer primary key autoincrement,
  endpoint_id bigint not null,
  build_id bigint not null,
  release_id bigint,
  event_id text not null,
  type text not null,
  payload text not null,
  created_at bigint not null,
  attempts bigint not null,
  due_at bigint,
  sent_at bigint,
  answer bigint,
  problem text,
  lease_id text,
  lease_until bigint
);
CREATE INDEX event_deliveries_due on event_deliveries (due_at) where due_at is not null;
CREATE INDEX event_deliveries_failed on event_deliveries (id) where due_at is null and sent_at is null;
CREATE INDEX event_deliveries_failed_of_build on event_deliveries (build_id, id) where due_at is null and sent_at is null;
CREATE INDEX event_deliveries_in_order on event_deliveries (endpoint_id, release_id, id) where due_at is not null;
CREATE INDEX event_deliveries_leased on event_deliveries (endpoint_id, lease_until) where lease_until is not null;
CREATE INDEX event_deliveries_of_build on event_deliveries (build_id, id);
CREATE INDEX event_deliveries_of_endpoint on event_deliveries (endpoint_id);
CREATE INDEX event_deliveries_of_release on event_deliveries (release_id) where release_id is not null;
CREATE INDEX event_deliveries_waiting on event_deliveries (id) where due_at is not null;
CREATE INDEX event_deliveries_waiting_of_build on event_deliveries (build_id, id) where due_at is not null;

CREATE TABLE event_endpoints (
  id integer primary key autoincrement,
  build_id bigint not null,
  kind text not null,
  address text not null,
  types text not null,
  secret text,
  old_secret text,
  old_secret_until bigint,
  disabled_at bigint,
  problem text,
  created_at bigint not null,
  created_by text not null
);
CREATE INDEX event_endpoints_of_build on event_endpoints (build_id);
CREATE INDEX event_endpoints_off on event_endpoints (id) where problem is not null;

CREATE TABLE follow_ups (
  id integer primary key autoincrement,
  release_id bigint not null,
  run_ids text,
  stage text not null,
  after_name text not null,
  after_run_id bigint not null,
  release_ids text not null
);

CREATE TABLE forge_connections (
  id integer primary key autoincrement,
  build_id bigint not null,
  kind text not null,
  base_url text not null,
  repository text not null,
  repository_id text,
  app_id text,
  token text not null,
  context text not null,
  comments bigint not null,
  summary bigint not null,
  marks_good bigint not null,
  paused_until bigint,
  stopped_at bigint,
  problem text,
  created_at bigint not null,
  created_by text not null,
  updated_at bigint not null
, comment_images text not null default 'none');
CREATE INDEX forge_connections_of_build on forge_connections (build_id);
CREATE INDEX forge_connections_of_repository on forge_connections (base_url, repository);

CREATE TABLE invitations (
  id text primary key,
  build_id bigint not null references builds (id),
  email text not null,
  role text not null,
  created_at bigint not null,
  created_by text not null,
  expires_at bigint not null,
  accepted_at bigint,
  revoked_at bigint
, token_hash text);
CREATE INDEX invitations_of_build on invitations (build_id, created_at);
CREATE INDEX invitations_open on invitations (email) where accepted_at is null and revoked_at is null;

CREATE TABLE mails (
  id integer primary key autoincrement,
  message_id text not null unique,
  build_id bigint,
  release_id bigint,
  kind text not null,
  subject text not null,
  body text not null,
  created_at bigint not null,
  due_at bigint,
  attempts bigint not null,
  sent_at bigint,
  problem text
, requested_by text, recipient text);
CREATE INDEX mails_by_recipient on mails (recipient, created_at) where recipient is not null;
CREATE INDEX mails_by_requester on mails (requested_by, created_at) where requested_by is not null;
CREATE INDEX mails_due on mails (due_at) where due_at is not null;
CREATE INDEX mails_of_build on mails (build_id, created_at) where build_id is not null;
CREATE INDEX mails_of_release on mails (release_id) where release_id is not null;

CREATE TABLE memberships (
  build_id bigint not null references builds (id),
  user_id text not null references users (id),
  role text not null,
  created_at bigint not null,
  created_by text not null, review_mail text,
  primary key (build_id, user_id)
);
CREATE INDEX memberships_of_user on memberships (user_id);

CREATE TABLE missing_runs (
  release_id bigint not null references releases (id),
  name text not null,
  baseline_run_id bigint,
  verdict text not null,
  verdict_by text,
  verdict_at bigint, renamed_run_id bigint,
  primary key (release_id, name)
);
CREATE INDEX missing_runs_by_baseline on missing_runs (baseline_run_id) where baseline_run_id is not null;

CREATE TABLE queue_signs (queue text primary key, asked_at bigint not null);

CREATE TABLE release_histories (
  release_id bigint primary key references releases (id),
  history text not null,
  own text not null
);

CREATE TABLE release_shards (
  release_id bigint not null references releases (id),
  shard bigint not null,
  started_at bigint not null,
  done_at bigint, attempt bigint not null default 1, last_news_at bigint not null default 0,
  primary key (release_id, shard)
);

CREATE TABLE releases (
  id integer primary key autoincrement,
  build_id bigint not null references builds (id),
  name text not null,
  number bigint not null,
  url text,
  status text not null,
  version bigint not null,
  status_version bigint not null,
  created_at bigint not null,
  status_at bigint not null,
  updated_at bigint not null,
  decided_by text,
  decision_note text, branch text, commit_id text, ci_url text, head_commit text, tree text, base_branch text, repository text, head_repository text, pull_request text, author_name text, author_email text, history_note text, history_length bigint, is_subset integer not null default 0, skip_reason text, baseline_release_id bigint, fresh_review integer not null default 0, shard_id text, shard_total bigint, shard_fault text, deleted_at bigint, deleted_by text, worker_label text not null default '', tells_forges bigint not null default 0, comments_version bigint not null default 0,
  unique (build_id, name, number)
);
CREATE INDEX releases_by_branch on releases (build_id, branch, id, deleted_at) where branch is not null;
CREATE INDEX releases_by_commit on releases (build_id, commit_id) where commit_id is not null;
CREATE INDEX releases_by_head on releases (build_id, head_commit) where head_commit is not null;
CREATE INDEX releases_by_pull_request on releases (build_id, pull_request, id) where pull_request is not null;
CREATE INDEX releases_by_shard on releases (build_id, shard_id) where shard_id is not null;
CREATE INDEX releases_by_tree on releases (build_id, tree) where tree is not null;
CREATE INDEX releases_deleted on releases (deleted_at) where deleted_at is not null;
CREATE INDEX releases_good on releases (build_id, id) where status = 'good';
CREATE INDEX releases_of_build on releases (build_id, id);
CREATE INDEX releases_open on releases (build_id, name, number) where status in ('receiving', 'processing');
CREATE INDEX releases_processing on releases (updated_at) where status = 'processing';
CREATE INDEX releases_with_open_shards on releases (id)
  where shard_id is not null and status = 'receiving' and shard_fault is null;

CREATE TABLE review_requests (
  release_id bigint not null,
  user_id text not null,
  build_id bigint not null,
  requested_by text not null,
  requested_at bigint not null,
  primary key (release_id, user_id)
) without rowid;
CREATE INDEX review_requests_of_user on review_requests (user_id, requested_at);

CREATE TABLE run_changes (
  run_id bigint not null,
  n bigint not null,
  build_id bigint not null,
  release_id bigint not null,
  fingerprint text not null,
  is_first bigint,
  kind text not null,
  before_box text,
  after_box text,
  pixels bigint not null,
  place text not null,
  name text,
  primary key (run_id, n)
) without rowid;
CREATE INDEX run_changes_of_build on run_changes (build_id, fingerprint);
CREATE INDEX run_changes_of_release on run_changes (release_id, fingerprint, is_first, place, run_id);

CREATE TABLE runs (
  id integer primary key autoincrement,
  build_id bigint not null,
  release_id bigint not null references releases (id),
  name text not null,
  run_state text not null,
  url text,
  image text,
  log text,
  config text,
  run_failure text,
  run_requests bigint not null,
  ref_state text not null,
  ref_url text,
  ref_image text,
  ref_log text,
  ref_config text,
  ref_failure text,
  ref_requests bigint not null,
  baseline_run_id bigint,
  diff_failed integer not null,
  diff_image text,
  diff_log text,
  distortion double precision,
  diff_failure text,
  diff_requests bigint not null,
  status text not null,
  verdict text not null,
  verdict_by text,
  verdict_at bigint,
  version bigint not null,
  facts_version bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  changed_pixels bigint,
  diff_ratio double precision,
  region_count bigint,
  mask_key text,
  width bigint,
  height bigint,
  comparison text, capture_facts text, ref_capture_facts text, forgiven_mask text, forgiven_pixels bigint, fail_on_forgiven integer not null default 0, incomplete_count integer not null default 0, baseline_choice text, awaited_release_id bigint, awaited_until bigint, pixels_sha256 text, previous_names text, shard bigint, origin_run_id bigint, origin_decision_id bigint, shard_attempt bigint, earlier_verdict text, worker_label text not null default '', aligned_mask text, change_count bigint not null default 0, open_changes bigint not null default 0, changes_complete bigint not null default 0, change_set text, verdict_source text, content_pixels bigint, move_summary text, warning_count bigint not null default 0, environment_change text, verdict_note text, approvals text,
  unique (release_id, name)
);
CREATE INDEX runs_awaited_until on runs (awaited_until) where awaited_release_id is not null;
CREATE INDEX runs_awaiting on runs (awaited_release_id) where awaited_release_id is not null;
CREATE INDEX runs_by_baseline on runs (baseline_run_id) where baseline_run_id is not null;
CREATE INDEX runs_by_name on runs (build_id, name, release_id);
CREATE INDEX runs_by_origin on runs (origin_run_id, id) where origin_run_id is not null;
CREATE INDEX runs_by_status on runs (release_id, status, verdict);
CREATE INDEX runs_by_version on runs (release_id, version);
CREATE INDEX runs_forgiven on runs (release_id) where status = 'diff_not_found' and forgiven_pixels > 0;
CREATE INDEX runs_judged on runs (build_id, name) where verdict <> 'none';

CREATE TABLE schema_migrations (name text primary key, applied_at bigint not null, runs_with text);

CREATE TABLE server_facts (name text primary key, value text not null);

CREATE TABLE sessions (
  id text primary key,
  token_hash text not null unique,
  user_id text not null references users (id),
  created_at bigint not null,
  updated_at bigint not null,
  expires_at bigint not null,
  ip_address text,
  user_agent text
);
CREATE INDEX sessions_by_end on sessions (expires_at);
CREATE INDEX sessions_of_user on sessions (user_id);

CREATE TABLE tasks (
  seq integer primary key autoincrement,
  queue text not null,
  task_id text not null,
  status text not null,
  payload text not null,
  content_type text not null,
  source text,
  created_at bigint not null,
  eta bigint not null,
  lease_attempts bigint not null,
  last_lease bigint,
  lease_id text,
  owner text,
  lease_ms bigint,
  deadline bigint,
  message text,
  message_index bigint,
  finished_at bigint,
  error text,
  lease_ended integer not null,
  run_id bigint,
  release_id bigint,
  slot text, leased_by text, due_at bigint not null default 0, label text not null default '',
  unique (queue, task_id)
);
CREATE INDEX tasks_by_lease on tasks (lease_id) where lease_id is not null;
CREATE INDEX tasks_by_queue on tasks (queue, seq);
CREATE INDEX tasks_canceled on tasks (queue, seq) where status = 'canceled';
CREATE INDEX tasks_due on tasks (queue, label, due_at, seq) where status = 'live';
CREATE INDEX tasks_ended on tasks (finished_at) where finished_at is not null;
CREATE INDEX tasks_exhausted on tasks (queue, eta) where status = 'live' and lease_attempts > 2;
CREATE INDEX tasks_failed on tasks (queue) where status = 'error';
CREATE INDEX tasks_in_turn on tasks (queue, label, coalesce(release_id, 0), due_at, seq) where status = 'live';
CREATE INDEX tasks_leased_by on tasks (leased_by) where status = 'live' and leased_by is not null;
CREATE INDEX tasks_of_release on tasks (release_id) where status = 'live' and release_id is not null;
CREATE INDEX tasks_of_run on tasks (run_id) where status = 'live' and run_id is not null;

CREATE TABLE used_tokens (digest text primary key, expires_at bigint not null);
CREATE INDEX used_tokens_expire on used_tokens (expires_at);

CREATE TABLE users (
  id text primary key,
  name text not null,
  email text not null unique,
  email_verified integer not null,
  superuser integer not null,
  created_at bigint not null,
  updated_at bigint not null
, review_mail text not null default 'now', mention_mail text not null default 'now');

CREATE TABLE verifications (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at bigint not null,
  created_at bigint not null,
  updated_at bigint not null
);
CREATE INDEX verifications_by_end on verifications (expires_at);
CREATE INDEX verifications_by_identifier on verifications (identifier);
