import type { QueueSign } from '../../domain/tasks/worker-absence.ts';
import type { SlotName, Task, TaskStatus } from '../../domain/model.ts';
import type { Page } from './page.ts';

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
  /** A task of an id that its queue already has is left out. @returns how many were added */
  insertMany(tasks: readonly Task[]): Promise<number>;
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
  /** Ends those of the tasks that are live, whoever has leased them by now. */
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
