/** Rules of the work queue: leases, deadlines, attempts, backoff. Milliseconds throughout. */

import { AppError } from '../../base/errors.ts';
import {
  isTransient,
  maxCaptureAttempts,
  permanentFailureReasons,
  transientFailureReasons,
} from '../capture/capture.ts';
import type { Failure, FailureReason } from '../capture/capture.ts';
import type { RunFailure, SlotName, Task } from '../model.ts';

export const captureQueue = 'capture';
export const comparisonQueue = 'run-pdiff';
const thumbnailQueue = 'thumbnail';

/** Attempts are counted when leasing; after this many the server itself ends the task. */
export const maxTaskAttempts = maxCaptureAttempts;

export const defaultLeaseMs = 60_000;
export const maxLeaseMs = 3_600_000;
export const maxLeaseCount = 100;

/** How long a task of the server's own queues may take, however often it is heard from. */
const taskDeadlineMs = 120_000;
/** The same for queues that clients invent. */
const foreignTaskDeadlineMs = 86_400_000;

const ownQueues: readonly string[] = [captureQueue, comparisonQueue, thumbnailQueue];

export function deadlineOf(queue: string, leasedAt: number): number {
  return leasedAt + (ownQueues.includes(queue) ? taskDeadlineMs : foreignTaskDeadlineMs);
}

/** When a lease taken at `now` for `leaseMs` ends. */
function leaseEnd(now: number, leaseMs: number, deadline: number): number {
  return Math.min(now + leaseMs, deadline);
}

/** A task with another end of its lease; the wait that would follow stays as long as it was. */
export function withLeaseEnd(task: Task, eta: number): Task {
  return { ...task, eta, dueAt: eta + (task.dueAt - task.eta) };
}

/** A task that may be leased from `at` on: given back, waiting for another attempt, or wanted at once. */
export function dueFrom(task: Task, at: number): Task {
  return { ...task, eta: at, dueAt: at };
}

/** The end of the lease after a heartbeat: later by the lease's own length, never earlier, never past the deadline. */
export function extendedLeaseEnd(task: Task, now: number): number {
  const extended = leaseEnd(now, task.leaseMs ?? defaultLeaseMs, task.deadline ?? Infinity);
  return Math.max(task.eta, extended);
}

/** Waits before the second and the third attempt, after a reported transient failure or a lease that ran out. */
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

/** What becomes of a task whose attempt failed: another attempt after a wait, or the end. */
export function afterFailedAttempt(
  attempts: number,
  failure: RunFailure,
  random: number,
): { retryAfterMs: number } | 'ended' {
  if (attempts >= maxTaskAttempts || !isTransientFailure(failure)) return 'ended';
  return { retryAfterMs: backoff(attempts, random) };
}

/**
 * The wait between the end of a lease that ran out and the next offer of its task. None after the last attempt: the
 * task is over then. A task that was given back does not wait.
 *
 * @param attempts attempts made so far, the one whose lease ran out included
 * @param random a number in [0, 1)
 */
export function waitAfterLostLease(attempts: number, random: number): number {
  return attempts >= maxTaskAttempts ? 0 : backoff(attempts, random);
}

const knownReasons: readonly string[] = [
  ...transientFailureReasons,
  ...permanentFailureReasons,
  'http_status',
] satisfies FailureReason[];

/** Only a known transient reason is tried again: a bare error text, as old workers send it, is final. */
function isTransientFailure(failure: RunFailure): boolean {
  return knownReasons.includes(failure.reason) && isTransient(failure as Failure);
}

/** Whose lease a call speaks for: by `leaseId` when the caller sent one, else by owner. */
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
 * Refuses a call on a task that is over, that someone else holds, or whose lease ran out (also when nobody has
 * taken it since).
 *
 * @throws AppError `task_not_live` | `lease_lost`
 */
export function checkLease(task: Task, claim: LeaseClaim, now: number): void {
  const named = `Task "${task.id}" in queue "${task.queue}"`;
  if (task.status !== 'live') {
    throw new AppError(
      'task_not_live',
      `${named} is not live any more: it is ${task.status}. Stop working on it.`,
      {
        details: { status: task.status },
      },
    );
  }
  if (task.leaseId === null || task.leaseEnded || !holdsLease(task, claim)) {
    throw new AppError('lease_lost', `${named} is not leased by this caller. Lease it again to work on it.`);
  }
  if (task.eta <= now) {
    throw new AppError('lease_lost', `The lease on task "${task.id}" in queue "${task.queue}" has run out.`);
  }
}

/** Ids say what waits and carry the attempt, so that asking again after a failure makes a new task. */
export function taskIdOf(runId: number, slot: SlotName, requests: number): string {
  return `run-${runId}-${slot}-${requests}`;
}

/** Payload keys are exactly the original's: old workers die of one more. */
export interface CapturePayload {
  build_id: number;
  release_name: string;
  release_number: number;
  run_name: string;
  url: string;
  config_sha1sum: string;
  baseline: boolean;
}

export interface ComparisonPayload {
  build_id: number;
  release_name: string;
  release_number: number;
  run_name: string;
  run_sha1sum: string;
  reference_sha1sum: string;
}

export const attemptsExhausted = (attempts: number): RunFailure => ({
  reason: 'attempts_exhausted',
  message: `Gave up after ${attempts} attempts: the worker did not come back before its lease ran out.`,
});

export const noResult: RunFailure = {
  reason: 'no_result',
  message: 'The worker finished its task without reporting a result.',
};

export const canceled: RunFailure = {
  reason: 'canceled',
  message: 'Canceled because the release was decided before this was finished.',
};

export const canceledByOperator: RunFailure = {
  reason: 'canceled',
  message: 'Canceled: an operator removed its task from the work queue.',
};

export const otherSideFailed: RunFailure = {
  reason: 'other_side_failed',
  message: 'Canceled because the other image of this run could not be captured.',
};

export const neverReported: RunFailure = {
  reason: 'never_reported',
  message: 'No image was reported for this run.',
};

/** The part that every new task begins with: live, due at once, never leased. */
export function unleased(now: number) {
  return {
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
