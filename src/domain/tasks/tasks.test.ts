import { describe, expect, it } from 'vitest';
import { permanentFailureReasons, transientFailureReasons } from '../capture/capture.ts';
import {
  afterFailedAttempt,
  backoff,
  checkLease,
  deadlineOf,
  dueFrom,
  extendedLeaseEnd,
  waitAfterLostLease,
  withLeaseEnd,
} from './tasks.ts';
import type { Task } from './task.ts';

const leased: Task = {
  queue: 'capture',
  id: 't',
  label: '',
  status: 'live',
  payload: '{}',
  contentType: 'application/json',
  source: null,
  createdAt: 0,
  eta: 60_000,
  dueAt: 70_000,
  leaseAttempts: 1,
  lastLease: 0,
  leaseId: 'lease',
  owner: 'worker',
  leasedBy: null,
  leaseMs: 60_000,
  deadline: 120_000,
  message: null,
  messageIndex: null,
  finishedAt: null,
  error: null,
  leaseEnded: false,
  runId: null,
  releaseId: null,
  slot: null,
};

describe('task rules', () => {
  it('tries transient failures three times, after 10 and 60 seconds with 20 % either way', () => {
    expect([backoff(1, 0), backoff(1, 0.5), backoff(1, 0.999_999)]).toEqual([8_000, 10_000, 12_000]);
    expect([backoff(2, 0), backoff(2, 0.5), backoff(2, 0.999_999)]).toEqual([48_000, 60_000, 72_000]);
    for (const reason of transientFailureReasons) {
      const failure = { reason, message: '' };
      expect(afterFailedAttempt(1, failure, 0.5)).toEqual({ retryAfterMs: 10_000 });
      expect(afterFailedAttempt(3, failure, 0.5)).toBe('ended');
    }
  });

  it('tries a comparison that took too long like a capture that did', () => {
    const outcomes = ['capture_timeout', 'comparison_timeout'].map((reason) =>
      [1, 2, 3].map((attempts) => afterFailedAttempt(attempts, { reason, message: '' }, 0.5)),
    );
    expect(outcomes[1]).toEqual([{ retryAfterMs: 10_000 }, { retryAfterMs: 60_000 }, 'ended']);
    expect(outcomes[0]).toEqual(outcomes[1]);
  });

  it('waits after a lease that ran out: 10, then 60 seconds with 20 % either way, and not after the last one', () => {
    const waits = (random: number) =>
      [1, 2, 3].map((attempts) => waitAfterLostLease(attempts, 60_000, random));
    expect(waits(0.5)).toEqual([10_000, 60_000, 0]);
    expect(waits(0)).toEqual([8_000, 48_000, 0]);
    expect(waits(0.999_999)).toEqual([12_000, 72_000, 0]);
  });

  it('waits at most twice as long as the lease that ran out', () => {
    expect([1, 2, 3].map((attempts) => waitAfterLostLease(attempts, 2_000, 0.5))).toEqual([4_000, 4_000, 0]);
    expect([1, 2, 3].map((attempts) => waitAfterLostLease(attempts, 20_000, 0.5))).toEqual([
      10_000, 40_000, 0,
    ]);
  });

  it('keeps that wait when the lease is extended, and drops it when the task is given back', () => {
    expect(withLeaseEnd(leased, 90_000)).toMatchObject({ eta: 90_000, dueAt: 100_000 });
    expect(dueFrom(leased, 5)).toMatchObject({ eta: 5, dueAt: 5 });
  });

  it('never tries permanent or unknown failures again', () => {
    for (const reason of [...permanentFailureReasons, 'reported', 'no_result', 'nonsense']) {
      expect(afterFailedAttempt(1, { reason, message: '' }, 0.5), reason).toBe('ended');
    }
    const http = (httpStatus: number) => ({ reason: 'http_status', message: '', httpStatus });
    expect(afterFailedAttempt(1, http(404), 0.5)).toBe('ended');
    expect(afterFailedAttempt(1, http(503), 0.5)).toEqual({ retryAfterMs: 10_000 });
  });

  it('extends a lease by its own length, never past the deadline and never backwards', () => {
    expect(extendedLeaseEnd(leased, 30_000)).toBe(90_000);
    expect(extendedLeaseEnd(leased, 100_000)).toBe(120_000);
    expect(extendedLeaseEnd({ ...leased, eta: 110_000 }, 10_000)).toBe(110_000);
    expect(deadlineOf('run-pdiff', 5)).toBe(120_005);
    expect(deadlineOf('mail', 5)).toBe(86_400_005);
  });

  it('checks by lease id where one is sent, else by owner', () => {
    const check =
      (task: Task, claim: { owner: string; leaseId?: string }, now = 10) =>
      () =>
        checkLease(task, claim, now);
    expect(check(leased, { owner: 'worker' })).not.toThrow();
    expect(check(leased, { owner: 'other', leaseId: 'lease' })).not.toThrow();
    expect(check(leased, { owner: 'worker', leaseId: 'old' })).toThrow('not leased by this caller');
    expect(check(leased, { owner: 'other' })).toThrow('not leased by this caller');
    expect(check(leased, { owner: 'worker' }, 60_000)).toThrow('has expired');
    expect(check({ ...leased, leaseEnded: true }, { owner: 'worker' })).toThrow('not leased');
    expect(check({ ...leased, status: 'canceled' }, { owner: 'worker' })).toThrow('it is canceled');
  });
});
