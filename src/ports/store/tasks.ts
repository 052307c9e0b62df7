import type { QueueSign } from '../../domain/tasks/worker-absence.ts';
import type { SlotName } from '../../domain/runs/run.ts';
import type { Task, TaskStatus } from '../../domain/tasks/task.ts';
import type { Page } from './page.ts';

export interface LeaseOrder {
  queue: string;
  /** Of the tasks to lease, at least one; the empty one is that of tasks for any worker. */
  labels: readonly string[];
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
  /** How long a task waits if this lease, its attempt number `attempts`, expires. */
  waitAfterLostLeaseMs(attempts: number): number;
}

export interface LabelCounts {
  label: string;
  waiting: number;
  delayed: number;
  leased: number;
  oldestWaiting: number | null;
  /** When a worker last polled for it, or null. */
  askedAt: number | null;
}

export interface QueueCounts {
  queue: string;
  /** The live tasks by label; always those without one. */
  labels: LabelCounts[];
  /** May be leased now. */
  waiting: number;
  /** Delayed after a failure or an expired lease. */
  delayed: number;
  leased: number;
  error: number;
  /** Creation of the oldest task that may be leased now, or null. */
  oldestWaiting: number | null;
  newest: number | null;
  doneLastHour: number;
}

export interface TaskRepository {
  /** Skips tasks whose id the queue already has. @returns how many were added */
  insertMany(tasks: readonly Task[]): Promise<number>;
  /** As {@link insertMany} where it does not matter how many. */
  addMany(tasks: readonly Task[]): Promise<void>;
  find(queue: string, id: string): Promise<Task | null>;
  lock(queue: string, id: string): Promise<Task | null>;
  /** By the lease id of a report. */
  findByLease(leaseId: string): Promise<Task | null>;
  /**
   * Leases due tasks to one owner: releases take turns, oldest task first. Never one that has used
   * up its attempts.
   */
  lease(order: LeaseOrder): Promise<Task[]>;
  /** When the next live task of the queue with one of the labels falls due, or null. */
  nextDue(queue: string, labels: readonly string[]): Promise<number | null>;
  /** Records when a worker last polled for tasks with the label; an earlier time than the stored one is ignored. */
  noteAsked(queue: string, label: string, at: number): Promise<void>;
  /** When a worker last polled for tasks with the label, or null. */
  askedAt(queue: string, label: string): Promise<number | null>;
  /** The tasks that a release waits for in each queue by label, and when workers last polled. */
  signs(releaseId: number, now: number): Promise<QueueSign[]>;
  /** Live tasks whose last lease has expired, with no attempt left. `queue` limits it to one. */
  exhausted(filter: { now: number; maxAttempts: number; limit: number; queue?: string }): Promise<Task[]>;
  /**
   * Writes everything except queue, id, payload, contentType, source, createdAt and its owners. If status or lease have
   * changed since the task was read, nothing is written and the transaction is rerun.
   */
  update(task: Task, asRead: Pick<Task, 'status' | 'leaseId'>): Promise<void>;
  liveOfRun(runId: number): Promise<Task[]>;
  /** By run; runs without live tasks are absent. */
  liveOfRuns(runIds: readonly number[]): Promise<Map<number, Task[]>>;
  /** Live tasks of a build's runs that were last leased by a worker key. */
  leasedBy(keyId: string, buildId: number): Promise<Task[]>;
  /** Ends the live tasks of a release as canceled. @returns how many */
  cancelOfRelease(releaseId: number, at: number): Promise<number>;
  /** Ends the tasks that are still live, regardless of who has leased them by now. */
  endMany(
    tasks: readonly Pick<Task, 'queue' | 'id'>[],
    status: Exclude<TaskStatus, 'live'>,
    at: number,
  ): Promise<void>;
  delete(queue: string, id: string): Promise<void>;
  queues(now: number): Promise<QueueCounts[]>;
  list(filter: { queue: string; status?: TaskStatus }, page: Page): Promise<Task[]>;
  /**
   * Caps the due time of live tasks at the latest that is possible if they were leased, given back or added now: immediately,
   * after their lease, or after `maxDelayMs`. @returns how many were changed
   */
  pullBack(now: number, maxDelayMs: number): Promise<number>;
  /** Live tasks whose run no longer waits for them, for full checks. */
  strays(limit: number): Promise<{ queue: string; id: string; runId: number; slot: SlotName }[]>;
}
