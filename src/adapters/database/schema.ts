/** The tables, as declared to Kysely. Times are epoch milliseconds, flags 0 or 1, JSON is text. */

import type {
  ArtifactOwnershipsTable,
  ArtifactUsesTable,
  ArtifactsTable,
  DroppedArtifactsTable,
} from './schema-artifacts.ts';
import type { CommentsTable, ReviewRequestsTable } from './schema-comments.ts';
import type {
  CiTrustsTable,
  EventDeliveriesTable,
  EventEndpointsTable,
  UsedTokensTable,
} from './schema-events.ts';
import type { DeliveriesTable, ForgeConnectionsTable } from './schema-forges.ts';
import type { AccountsTable, AttemptsTable, SessionsTable, VerificationsTable } from './schema-logins.ts';
import type { MailsTable } from './schema-mails.ts';
import type {
  ActivityTable,
  ApiKeysTable,
  InvitationsTable,
  MembershipsTable,
  UsersTable,
} from './schema-people.ts';
import type {
  BuildsTable,
  FollowUpsTable,
  MissingRunsTable,
  ReleaseHistoriesTable,
  ReleaseShardsTable,
  ReleasesTable,
} from './schema-releases.ts';
import type { ChangeDecisionsTable, RunChangesTable, RunsTable } from './schema-runs.ts';
import type { BuildSecretsTable } from './schema-secrets.ts';
import type { QueueSignsTable, TasksTable } from './schema-tasks.ts';

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
