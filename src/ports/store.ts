import type { ActivityRepository } from './store/activity.ts';
import type { ArtifactUseRepository } from './store/artifact-uses.ts';
import type { ArtifactRepository } from './store/artifacts.ts';
import type { AttemptRepository } from './store/attempts.ts';
import type { BaselineRepository } from './store/baselines.ts';
import type { DeletionRepository } from './store/deletions.ts';
import type { DeliveryRepository, ForgeConnectionRepository } from './store/forges.ts';
import type { CiTrustRepository } from './store/ci.ts';
import type { EventDeliveryRepository, EventEndpointRepository } from './store/events.ts';
import type { FollowUpRepository } from './store/follow-ups.ts';
import type { ChangeRepository } from './store/changes.ts';
import type { CommentRepository } from './store/comments.ts';
import type { BuildRepository } from './store/builds.ts';
import type { BuildSecretRepository } from './store/build-secrets.ts';
import type { ServerValueRepository } from './store/server-values.ts';
import type { KeyRepository } from './store/keys.ts';
import type { LifeTimeRepository } from './store/life-times.ts';
import type { AccountRepository, LinkOfferRepository, SessionRepository } from './store/logins.ts';
import type { MailRepository } from './store/mails.ts';
import type { InvitationRepository, PeopleRepository } from './store/people.ts';
import type { ReleaseRepository } from './store/releases.ts';
import type { ReviewRequestRepository } from './store/review-requests.ts';
import type { RunRepository } from './store/runs.ts';
import type { ShardRepository } from './store/shards.ts';
import type { TaskRepository } from './store/tasks.ts';

/**
 * The server's state. One transaction per request: it commits as a whole or not at all.
 *
 * Inside a transaction, only the database may be awaited (no files, no network, no timers): on SQLite, many
 * requests share one commit and would all wait. The callback may be rerun after a transaction conflict, so
 * its only side effects may be those made through its argument.
 *
 * Failures of the database are AppErrors: `storage_full`, `unavailable`.
 */
export interface Store {
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A consistent, read-only snapshot. */
  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** As `read`, but every statement sees what is committed when it runs: cheaper, and as good for a single one. */
  readLatest<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  health(): Promise<StoreHealth>;
  /** Finishes pending work, then closes the database. */
  close(): Promise<void>;
}

/** `degraded`: reads work, but the last write ran out of space. */
export type StoreHealth = 'ok' | 'degraded' | 'unavailable';

/** Lock order: build, release, run, task. `lock…` waits until no other transaction holds the row. */
export interface Transaction {
  builds: BuildRepository;
  buildSecrets: BuildSecretRepository;
  releases: ReleaseRepository;
  runs: RunRepository;
  artifacts: ArtifactRepository;
  artifactUses: ArtifactUseRepository;
  tasks: TaskRepository;
  keys: KeyRepository;
  activity: ActivityRepository;
  people: PeopleRepository;
  invitations: InvitationRepository;
  accounts: AccountRepository;
  sessions: SessionRepository;
  linkOffers: LinkOfferRepository;
  mails: MailRepository;
  serverValues: ServerValueRepository;
  baselines: BaselineRepository;
  changes: ChangeRepository;
  followUps: FollowUpRepository;
  comments: CommentRepository;
  reviewRequests: ReviewRequestRepository;
  shards: ShardRepository;
  deletions: DeletionRepository;
  attempts: AttemptRepository;
  lifeTimes: LifeTimeRepository;
  forgeConnections: ForgeConnectionRepository;
  deliveries: DeliveryRepository;
  ciTrusts: CiTrustRepository;
  eventEndpoints: EventEndpointRepository;
  eventDeliveries: EventDeliveryRepository;
  /** Called once, only after the transaction has committed. Must not throw. */
  afterCommit(effect: () => void): void;
}
