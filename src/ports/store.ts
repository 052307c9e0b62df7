import type { BaselineRepository } from './baseline-repository.ts';
import type { Session } from '../domain/logins.ts';
import type { Mail, MailKind } from '../domain/mail.ts';
import type { Invitation, Membership, Role, User } from '../domain/people.ts';
import type { QueueSign } from '../domain/worker-absence.ts';
import type {
  Activity,
  ApiKey,
  Artifact,
  Build,
  OutboxMessage,
  Release,
  Run,
  RunFailure,
  RunStatus,
  SlotName,
  Task,
  TaskStatus,
  Verdict,
} from '../domain/model.ts';

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
  outbox: OutboxRepository;
  people: PeopleRepository;
  invitations: InvitationRepository;
  sessions: SessionRepository;
  logins: LoginRecordRepository;
  mails: MailRepository;
  facts: FactRepository;
  baselines: BaselineRepository;
  /** Called once when the transaction has committed; never when it has not. Must not throw. */
  afterCommit(effect: () => void): void;
}

export interface Page {
  limit: number;
  offset: number;
}

export interface BuildRepository {
  insert(build: Omit<Build, 'id'>): Promise<Build>;
  find(id: number): Promise<Build | null>;
  /** Serialises what must be numbered within a build. */
  lock(id: number): Promise<Build | null>;
  update(build: Build): Promise<void>;
  /** Of the link that confirms the alias, which is not confirmed yet; null: there is none. */
  setAliasToken(id: number, tokenHash: string | null): Promise<void>;
  findByAliasToken(tokenHash: string): Promise<Build | null>;
  /** Newest first. `ids` limits it to some builds; `publicToo` adds the public ones. */
  list(filter: { ids?: readonly number[]; publicToo?: boolean }, page: Page): Promise<Build[]>;
}

export interface ReleaseKey {
  buildId: number;
  name: string;
  number: number;
}

/** Runs of one release by status and verdict. */
export interface StatusCount {
  releaseId: number;
  status: RunStatus;
  verdict: Verdict;
  count: number;
}

export interface ReleaseRepository {
  insert(release: Omit<Release, 'id'>): Promise<Release>;
  find(key: ReleaseKey): Promise<Release | null>;
  findById(id: number): Promise<Release | null>;
  findMany(ids: readonly number[]): Promise<Release[]>;
  lock(key: ReleaseKey): Promise<Release | null>;
  lockById(id: number): Promise<Release | null>;
  /** 0 when the name is new. */
  highestNumber(buildId: number, name: string): Promise<number>;
  /** Attempts of a name that are still receiving or processing, oldest first; locked. */
  lockOpenAttempts(buildId: number, name: string): Promise<Release[]>;
  /** The newest good release by creation; one that was skipped is none. */
  newestGood(buildId: number): Promise<Release | null>;
  list(
    filter: {
      buildId: number;
      name?: string;
      status?: Release['status'];
      /** Part of the name; letters A to Z in any case. */
      search?: string;
    },
    page: Page,
  ): Promise<Release[]>;
  count(buildId: number): Promise<number>;
  /** The newest release of each build. */
  newestOf(buildIds: readonly number[]): Promise<Release[]>;
  counts(releaseIds: readonly number[]): Promise<StatusCount[]>;
  /** Runs that are the same only because pixels were forgiven; releases without one are absent. */
  forgivenCounts(releaseIds: readonly number[]): Promise<{ releaseId: number; count: number }[]>;
  /** Writes status, versions, times, decidedBy and decisionNote. */
  update(release: Release): Promise<void>;
  /** Processing releases in which nothing has changed since then, although a run waits that no live task works on. */
  stalled(changedBefore: number, limit: number): Promise<Release[]>;
}

/** One row of the list of a release's runs. */
export interface RunRow {
  id: number;
  name: string;
  status: RunStatus;
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  version: number;
  factsVersion: number;
  distortion: number | null;
  changedPixels: number | null;
  forgivenPixels: number | null;
  diffRatio: number | null;
  regionCount: number | null;
  maskKey: string | null;
  width: number | null;
  height: number | null;
  hasImage: boolean;
  hasRef: boolean;
  failureReason: string | null;
  /** Parts of the run's pages that did not arrive. */
  incompleteCount: number;
}

/** What a verdict meets and changes. */
export type JudgedRun = Pick<
  Run,
  'id' | 'status' | 'verdict' | 'verdictBy' | 'verdictAt' | 'version' | 'factsVersion' | 'updatedAt'
>;

/** One run of a name in another release. */
export interface RunHistoryRow {
  runId: number;
  releaseId: number;
  status: RunStatus;
  verdict: Verdict;
  distortion: number | null;
  image: string | null;
  createdAt: number;
}

export interface RunRepository {
  /** @returns null when the release already has a run of that name */
  insert(run: Omit<Run, 'id'>): Promise<Run | null>;
  /** Writes everything but id, buildId, releaseId, name and createdAt. */
  update(run: Run): Promise<void>;
  updateMany(runs: readonly Run[]): Promise<void>;
  find(releaseId: number, name: string): Promise<Run | null>;
  findById(id: number): Promise<Run | null>;
  findMany(releaseId: number, ids: readonly number[]): Promise<Run[]>;
  /** Of those ids that are runs of the release. */
  findJudged(releaseId: number, ids: readonly number[]): Promise<JudgedRun[]>;
  /** Writes everything of runs that were judged together, so all by one, at one time, in one version. */
  judgeMany(runs: readonly JudgedRun[]): Promise<void>;
  /** Ids of the runs of a release that failed. */
  failedIds(releaseId: number): Promise<number[]>;
  /** What `isBaseline` says yes to, of that name, in the newest good release of its build that is older than one. */
  baselineBefore(release: Pick<Release, 'id' | 'buildId'>, name: string): Promise<Run | null>;
  /** The capture configs of runs, by run; those without one are absent. */
  configs(ids: readonly number[]): Promise<Map<number, string>>;
  /** Whether any run of the release waits for a capture or a comparison. */
  hasPending(releaseId: number): Promise<boolean>;
  hasAny(releaseId: number): Promise<boolean>;
  /** Runs with a difference nobody judged that appeared after a version. */
  countUndecidedSince(releaseId: number, factsVersion: number): Promise<number>;
  /** Runs that wait for a capture or a comparison, but no live task works on them. */
  abandoned(releaseId: number, limit: number): Promise<Run[]>;
  /** Fails everything in the release that still waits. @returns how many runs changed */
  failPending(releaseId: number, failure: RunFailure, version: number, at: number): Promise<number>;
  /** Unordered. `sinceVersion` leaves out runs that have not changed since. */
  rows(releaseId: number, sinceVersion?: number): Promise<RunRow[]>;
  /** Newest release first. */
  history(buildId: number, name: string, limit: number): Promise<RunHistoryRow[]>;
  /** By id, for checks over everything. */
  page(afterId: number, limit: number): Promise<Run[]>;
}

export interface ArtifactOwnership {
  artifact: Artifact;
  contentType: string;
}

export interface ArtifactRepository {
  find(sha1: string): Promise<Artifact | null>;
  /** @returns false when the digest is known; the row that is there stays */
  insert(artifact: Artifact): Promise<boolean>;
  /** Records that the build may read the artifact, and as what; a later upload may say another type. */
  own(buildId: number, sha1: string, contentType: string, at: number): Promise<void>;
  findOwned(buildId: number, sha1: string): Promise<ArtifactOwnership | null>;
  /** Which of the digests the build owns. */
  owned(buildId: number, digests: readonly string[]): Promise<Set<string>>;
  /** SHA-256 by SHA-1 of those of the digests that the build owns. */
  ownedDigests(buildId: number, digests: readonly string[]): Promise<Map<string, string>>;
  /** Which of the digests are known to any build. */
  known(digests: readonly string[]): Promise<Set<string>>;
  /** How many have their bytes in a file rather than in the row; counted up to `limit`. */
  countFiles(limit: number): Promise<number>;
  /** By digest, for checks over everything. */
  page(afterSha1: string, limit: number): Promise<Artifact[]>;
  /** How many, and how many bytes. */
  totals(): Promise<{ count: number; bytes: number }>;
}

export interface LeaseOrder {
  queue: string;
  owner: string;
  /** The worker key that leases, or null. */
  leasedBy: string | null;
  count: number;
  leaseMs: number;
  now: number;
  maxAttempts: number;
  /** The absolute end of a lease taken now. */
  deadline: number;
  /** One fresh id per leased task. */
  newLeaseId(): string;
  /** How long a task waits when this lease, its attempt number `attempts`, runs out. */
  waitAfterLostLeaseMs(attempts: number): number;
}

export interface QueueCounts {
  queue: string;
  /** May be leased now. */
  waiting: number;
  /** Waits for its time after a failure or a lease that ran out. */
  delayed: number;
  leased: number;
  error: number;
  /** Creation of the oldest task that may be leased now, or null. */
  oldestWaiting: number | null;
  newest: number | null;
  doneLastHour: number;
}

export interface TaskRepository {
  /** @returns false when the queue already has a task of that id; it is left as it is */
  insert(task: Task): Promise<boolean>;
  /** As `insert`, for many. */
  insertMany(tasks: readonly Task[]): Promise<void>;
  find(queue: string, id: string): Promise<Task | null>;
  lock(queue: string, id: string): Promise<Task | null>;
  /** By the lease that a report carries. */
  findByLease(leaseId: string): Promise<Task | null>;
  /**
   * Gives tasks that are due to one owner: releases take turns, the oldest of each goes first. Never one that has used
   * up its attempts.
   */
  lease(order: LeaseOrder): Promise<Task[]>;
  /** When the next live task of the queue falls due, or null. */
  nextDue(queue: string): Promise<number | null>;
  /** Writes down when a worker last asked for work of the queue; an earlier time than the one that is there is dropped. */
  noteAsked(queue: string, at: number): Promise<void>;
  /** When a worker last asked for work of the queue, or null. */
  askedAt(queue: string): Promise<number | null>;
  /** What a release waits for in each of the queues, and who asks for it. */
  signs(releaseId: number, now: number): Promise<QueueSign[]>;
  /** Live tasks whose last lease ran out, with no attempt left. `queue` limits it to one. */
  exhausted(filter: { now: number; maxAttempts: number; limit: number; queue?: string }): Promise<Task[]>;
  /**
   * Writes everything but queue, id, payload, contentType, source, createdAt and what it belongs to. Where the task is no
   * longer as it was read, in status and lease, nothing is written and the transaction is run again.
   */
  update(task: Task, asRead: Pick<Task, 'status' | 'leaseId'>): Promise<void>;
  liveOfRun(runId: number): Promise<Task[]>;
  /** By run; runs without live tasks are absent. */
  liveOfRuns(runIds: readonly number[]): Promise<Map<number, Task[]>>;
  /** Live tasks of a build's runs that a worker key leased last. */
  leasedBy(keyId: string, buildId: number): Promise<Task[]>;
  /** Ends the live tasks of a release as canceled. @returns how many */
  cancelOfRelease(releaseId: number, at: number): Promise<number>;
  /** Ends a task if it is live, whoever has leased it by now. */
  end(queue: string, id: string, status: 'done' | 'canceled', at: number): Promise<void>;
  /** Ends those of the tasks that are live. */
  endMany(
    tasks: readonly Pick<Task, 'queue' | 'id'>[],
    status: Exclude<TaskStatus, 'live'>,
    at: number,
  ): Promise<void>;
  delete(queue: string, id: string): Promise<void>;
  queues(now: number): Promise<QueueCounts[]>;
  list(filter: { queue: string; status?: TaskStatus }, page: Page): Promise<Task[]>;
  /** Forgets tasks that ended long ago. @returns how many */
  deleteEnded(before: number, limit: number): Promise<number>;
  /**
   * Makes live tasks due at most as late as they could be if they were leased, given back or added now: at once, or
   * after their lease, or after `maxDelayMs`. @returns how many were later
   */
  pullBack(now: number, maxDelayMs: number): Promise<number>;
  /** Live tasks whose run no longer waits for them, for checks over everything. */
  strays(limit: number): Promise<{ queue: string; id: string; runId: number; slot: SlotName }[]>;
}

export interface KeyRepository {
  insert(key: ApiKey): Promise<void>;
  find(id: string): Promise<ApiKey | null>;
  /** Of a build, or (null) those of no build, so superuser and worker keys; newest first. */
  list(buildId: number | null): Promise<ApiKey[]>;
  revoke(id: string, at: number): Promise<void>;
  touch(id: string, at: number): Promise<void>;
  makeSuperuser(id: string): Promise<void>;
}

export interface ActivityFilter {
  buildId?: number | undefined;
  releaseId?: number | undefined;
  runId?: number | undefined;
  actor?: string | undefined;
  kind?: string | undefined;
}

export interface ActivityRepository {
  /** @returns false when the subject already has this operation */
  insert(entry: Omit<Activity, 'id'>): Promise<boolean>;
  /** As `insert`, for many. */
  insertMany(entries: readonly Omit<Activity, 'id'>[]): Promise<void>;
  /** By subject: those of the subjects that have the operation. */
  findOperations(subjects: readonly string[], operationId: string): Promise<Map<string, Activity>>;
  findOperation(subject: string, operationId: string): Promise<Activity | null>;
  /** Newest first. */
  list(filter: ActivityFilter, page: Page): Promise<Activity[]>;
}

export interface OutboxRepository {
  /** Once per release and event. @returns false when it is already there */
  insert(message: Omit<OutboxMessage, 'id'>): Promise<boolean>;
  unsent(limit: number): Promise<OutboxMessage[]>;
  /** The oldest unsent one beyond that id, held until the transaction ends; one that another transaction holds is passed over. */
  lockUnsent(afterId: number): Promise<OutboxMessage | null>;
  markSent(id: number, at: number): Promise<void>;
  list(releaseId: number): Promise<OutboxMessage[]>;
}

export interface PeopleRepository {
  insert(user: User): Promise<void>;
  find(id: string): Promise<User | null>;
  findByEmail(email: string): Promise<User | null>;
  lock(id: string): Promise<User | null>;
  /** Writes name, email, emailVerified, superuser and updatedAt. */
  update(user: User): Promise<void>;
  count(): Promise<number>;
  /** By name. */
  list(page: Page): Promise<User[]>;
  countSuperusers(): Promise<number>;
  rolesOf(userId: string): Promise<Map<number, Role>>;
  /** Of a build, by name. */
  members(buildId: number): Promise<{ user: User; membership: Membership }[]>;
  findMembership(buildId: number, userId: string): Promise<Membership | null>;
  /** Makes or changes a membership. */
  setRole(membership: Membership): Promise<void>;
  removeMember(buildId: number, userId: string): Promise<void>;
}

export interface InvitationRepository {
  insert(invitation: Invitation): Promise<void>;
  find(id: string): Promise<Invitation | null>;
  /** Newest first. */
  list(buildId: number, page: Page): Promise<Invitation[]>;
  /** Neither accepted nor revoked; they may have expired. */
  openFor(email: string): Promise<Invitation[]>;
  /** Writes role, acceptedAt and revokedAt, once. @returns false when it was accepted or revoked before */
  update(invitation: Invitation): Promise<boolean>;
}

export interface SessionRepository {
  findByTokenHash(hash: string): Promise<{ session: Session; user: User } | null>;
  /** Those that have not ended, last used first. */
  ofUser(userId: string, now: number): Promise<Session[]>;
  touch(id: string, at: number): Promise<void>;
  /** @returns false when the person has no such session */
  delete(id: string, userId: string): Promise<boolean>;
  /** @returns how many ended */
  deleteOfUser(userId: string): Promise<number>;
  /** Forgets sessions and one-time tokens whose time is over. */
  deleteEnded(now: number): Promise<void>;
}

/** Tables that the library for logins reads and writes by itself. */
export const loginTables = ['users', 'sessions', 'accounts', 'verifications'] as const;
export type LoginTable = (typeof loginTables)[number];
/** Columns and values as they are stored. */
export type LoginRecord = Record<string, string | number | null>;

export interface LoginCondition {
  column: string;
  operator: '=' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
  value: string | number | null | readonly (string | number)[];
}

/** Records by column; conditions are all to be met. Unknown columns are an error. */
export interface LoginRecordRepository {
  insert(table: LoginTable, record: LoginRecord): Promise<void>;
  find(
    table: LoginTable,
    conditions: readonly LoginCondition[],
    options?: { limit?: number; offset?: number; orderBy?: { column: string; descending: boolean } },
  ): Promise<LoginRecord[]>;
  /** @returns how many records changed */
  update(table: LoginTable, conditions: readonly LoginCondition[], changes: LoginRecord): Promise<number>;
  /** @returns how many records went */
  delete(table: LoginTable, conditions: readonly LoginCondition[]): Promise<number>;
  count(table: LoginTable, conditions: readonly LoginCondition[]): Promise<number>;
}

export interface MailRepository {
  /** Once per message id. @returns false when it is already there */
  insert(mail: Omit<Mail, 'id'>): Promise<boolean>;
  /**
   * Takes mails that are due, oldest first, and puts them off until `until`, so that nobody else takes them. Their dueAt is
   * that time, by which `update` knows who has taken them last.
   */
  take(now: number, until: number, limit: number): Promise<Mail[]>;
  /** Writes body, dueAt, attempts, sentAt and problem. @returns false when somebody else has taken it since */
  update(mail: Mail, takenUntil: number): Promise<boolean>;
  /** How many were created after a time. */
  countSince(
    filter: { kinds: readonly MailKind[]; recipient?: string; buildId?: number; requestedBy?: string },
    since: number,
  ): Promise<number>;
  ofRelease(releaseId: number): Promise<Mail[]>;
}

/** What all servers of a database must agree on. */
export interface FactRepository {
  /** Keeps the value unless there is one. @returns the value that is kept */
  agree(name: string, value: string): Promise<string>;
  find(name: string): Promise<string | null>;
  /** Keeps the value instead of the one there is, if any. */
  set(name: string, value: string): Promise<void>;
  /** Waits until no other transaction holds the name; it needs no value. */
  lock(name: string): Promise<void>;
  /** @returns false when it was not there */
  delete(name: string): Promise<boolean>;
}
