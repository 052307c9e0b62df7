import type { ActivityRepository } from './store/activity.ts';
import type { ArtifactRepository } from './store/artifacts.ts';
import type { BuildRepository } from './store/builds.ts';
import type { FactRepository } from './store/facts.ts';
import type { KeyRepository } from './store/keys.ts';
import type { AccountRepository, LinkOfferRepository, SessionRepository } from './store/logins.ts';
import type { MailRepository } from './store/mails.ts';
import type { InvitationRepository, PeopleRepository } from './store/people.ts';
import type { ReleaseRepository } from './store/releases.ts';
import type { RunRepository } from './store/runs.ts';
import type { TaskRepository } from './store/tasks.ts';

/**
 * Where the server keeps its state. One transaction per request: everything in it commits together or not at all.
 *
 * Inside a transaction nothing but the database may be awaited (no files, no network, no timers): on SQLite many
 * requests share one commit and would all wait. The work may be run again after a conflict between transactions, so
 * its only effects are those it makes through its argument.
 *
 * Failures of the database are AppErrors: `storage_full`, `unavailable`.
 */
export interface Store {
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** One consistent look; writing in it is refused. */
  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  health(): Promise<StoreHealth>;
  /** Finishes what was begun, then lets go of the database. */
  close(): Promise<void>;
}

/** `degraded`: reads work, the last write found no space. */
export type StoreHealth = 'ok' | 'degraded' | 'unavailable';

/** Lock order: build, release, run, task. `lock…` waits until no other transaction holds the row. */
export interface Transaction {
  builds: BuildRepository;
  releases: ReleaseRepository;
  runs: RunRepository;
  artifacts: ArtifactRepository;
  tasks: TaskRepository;
  keys: KeyRepository;
  activity: ActivityRepository;
  people: PeopleRepository;
  invitations: InvitationRepository;
  accounts: AccountRepository;
  sessions: SessionRepository;
  linkOffers: LinkOfferRepository;
  mails: MailRepository;
  facts: FactRepository;
  /** Called once when the transaction has committed; never when it has not. Must not throw. */
  afterCommit(effect: () => void): void;
}
