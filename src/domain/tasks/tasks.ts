/** Rules of the work queue: leases, deadlines, attempts, backoff. All times in milliseconds. */

import { AppError } from '../../base/errors.ts';
import {
  isTransient,
  maxCaptureAttempts,
  permanentFailureReasons,
  transientFailureReasons,
} from '../capture/capture.ts';
import type { Failure, FailureReason } from '../capture/capture.ts';
import type { RunFailure, SlotName } from '../runs/run.ts';
import type { Task } from './task.ts';
import { noLabel } from './labels.ts';

export const captureQueue = 'capture';
export const comparisonQueue = 'run-pdiff';
const thumbnailQueue = 'thumbnail';

/** Attempts are counted when leasing; after this many the server itself ends the task. */
export const maxTaskAttempts = maxCaptureAttempts;

export const defaultLeaseMs = 60_000;
export const maxLeaseMs = 3_600_000;
export const maxLeaseCount = 100;

/** Maximum duration of a task in the built-in queues, regardless of heartbeats. */
const taskDeadlineMs = 120_000;
/** The same for custom queues. */
const foreignTaskDeadlineMs = 86_400_000;

const ownQueues: readonly string[] = [captureQueue, comparisonQueue, thumbnailQueue];

export function deadlineOf(queue: string, leasedAt: number): number {
  return leasedAt + (ownQueues.includes(queue) ? taskDeadlineMs : foreignTaskDeadlineMs);
}

/** When a lease taken at `now` for `leaseMs` ends. */
function leaseEnd(now: number, leaseMs: number, deadline: number): number {
  return Math.min(now + leaseMs, deadline);
}

/** Moves the end of a task's lease; keeps the wait that would follow. */
export function withLeaseEnd(task: Task, eta: number): Task {
  return { ...task, eta, dueAt: eta + (task.dueAt - task.eta) };
}

/** Makes a task available from `at` on: given back, waiting for another attempt, or due immediately. */
export function dueFrom(task: Task, at: number): Task {
  return { ...task, eta: at, dueAt: at };
}

/** The end of the lease after a heartbeat: extended by the lease's length, never shortened, never past the deadline. */
export function extendedLeaseEnd(task: Task, now: number): number {
  const extended = leaseEnd(now, task.leaseMs ?? defaultLeaseMs, task.deadline ?? Infinity);
  return Math.max(task.eta, extended);
}

/** Delays before the second and third attempt, after a reported transient failure or an expired lease. */
const backoffMs: readonly number[] = [10_000, 60_000];
const jitterShare = 0.2;

/**
 * The wait before the next attempt.
 *
 * @param attempts attempts made so far, 1 or more
 * @param random a number in [0, 1)
 */
export function backoff(attempts: number, random: number): number {
  const base = backoffMs[Math.min(attempts, backoffMs.length) - 1]!;
  return Math.round(base * (1 + jitterShare * (2 * random - 1)));
}

/** What follows a failed attempt: another attempt after a delay, or the end. */
export function afterFailedAttempt(
  attempts: number,
  failure: RunFailure,
  random: number,
): { retryAfterMs: number } | 'ended' {
  if (attempts >= maxTaskAttempts || !isTransientFailure(failure)) return 'ended';
  return { retryAfterMs: backoff(attempts, random) };
}

/**
 * The delay between an expired lease and the next offer of its task: at most twice the lease, which is short where work
 * is to be taken over soon. None after the last attempt, which ends the task. A task that was given back does not wait.
 *
 * @param attempts attempts made so far, including the expired one
 * @param leaseMs duration of the lease that expired
 * @param random a number in [0, 1)
 */
export function waitAfterLostLease(attempts: number, leaseMs: number, random: number): number {
  return attempts >= maxTaskAttempts ? 0 : Math.min(backoff(attempts, random), 2 * leaseMs);
}

const knownReasons: readonly string[] = [
  ...transientFailureReasons,
  ...permanentFailureReasons,
  'http_status',
] satisfies FailureReason[];

/** Only a known transient reason is retried: a bare error text, as old workers send it, is final. */
function isTransientFailure(failure: RunFailure): boolean {
  return knownReasons.includes(failure.reason) && isTransient(failure as Failure);
}

/** The lease that a call refers to: by `leaseId` if sent, else by owner. */
export interface LeaseClaim {
  leaseId?: string | undefined;
  owner: string;
  /** The worker key that calls; absent for superusers. */
  workerKey?: string | undefined;
}

export function holdsLease(task: Task, claim: LeaseClaim): boolean {
  if (claim.workerKey !== undefined && task.leasedBy !== claim.workerKey) return false;
  return claim.leaseId === undefined ? task.owner === claim.owner : task.leaseId === claim.leaseId;
}

/**
 * Refuses a call on a task that has ended, that is held by another worker, or whose lease has expired (even if it was
 * not leased again).
 *
 * @throws AppError `task_not_live` | `lease_lost`
 */
export function checkLease(task: Task, claim: LeaseClaim, now: number): void {
  const named = `Task "${task.id}" in queue "${task.queue}"`;
  if (task.status !== 'live') {
    throw new AppError(
      'task_not_live',
      `${named} is no longer live: it is ${task.status}. Stop working on it.`,
      {
        details: { status: task.status },
      },
    );
  }
  if (task.leaseId === null || task.leaseEnded || !holdsLease(task, claim)) {
    throw new AppError('lease_lost', `${named} is not leased by this caller. Lease it again to work on it.`);
  }
  if (task.eta <= now) {
    throw new AppError('lease_lost', `The lease on task "${task.id}" in queue "${task.queue}" has expired.`);
  }
}

/** Ids contain the run, the slot and the attempt, so that a request after a failure creates a new task. */
export function taskIdOf(runId: number, slot: SlotName, requests: number): string {
  return `run-${runId}-${slot}-${requests}`;
}

/** What a worker of ours learns beside the payload, where the original's workers do not crash on it. */
export interface BesidePayload {
  /** Whether the digest of the screenshot's pixels is wanted, because nothing will be compared with it. */
  with_pixels?: boolean;
  /** The trace that the task belongs to (W3C Trace Context). */
  traceparent?: string;
  /** Names of `shot` steps whose runs wait for this capture as well. */
  shots?: string[];
}

/** Stored together; leased apart, since a payload's keys are exactly the original's: its workers crash on unknown ones. */
export interface CapturePayload extends BesidePayload {
  build_id: number;
  release_name: string;
  release_number: number;
  run_name: string;
  url: string;
  config_sha1sum: string;
  baseline: boolean;
}

export interface ComparisonPayload extends Pick<BesidePayload, 'traceparent'> {
  build_id: number;
  release_name: string;
  release_number: number;
  run_name: string;
  run_sha1sum: string;
  reference_sha1sum: string;
}

export const attemptsExhausted = (attempts: number): RunFailure => ({
  reason: 'attempts_exhausted',
  message: `Failed after ${attempts} attempts: the worker did not respond before its lease expired.`,
});

export const noResult: RunFailure = {
  reason: 'no_result',
  message: 'The worker finished its task without reporting a result.',
};

export const canceled: RunFailure = {
  reason: 'canceled',
  message: 'Canceled because the release was decided before this finished.',
};

export const canceledByOperator: RunFailure = {
  reason: 'canceled',
  message: 'Canceled because an operator deleted its task from the work queue.',
};

export const otherSideFailed: RunFailure = {
  reason: 'other_side_failed',
  message: 'Canceled because the other image of this run could not be captured.',
};

export const neverReported: RunFailure = {
  reason: 'never_reported',
  message: 'No image was reported for this run.',
};

/** Initial fields of every new task: live, due immediately, never leased, for any worker. */
export function unleased(now: number) {
  return {
    label: noLabel,
    status: 'live',
    createdAt: now,
    eta: now,
    dueAt: now,
    leaseAttempts: 0,
    lastLease: null,
    leaseId: null,
    owner: null,
    leasedBy: null,
    leaseMs: null,
    deadline: null,
    message: null,
    messageIndex: null,
    finishedAt: null,
    error: null,
    leaseEnded: false,
  } as const satisfies Partial<Task>;
}
