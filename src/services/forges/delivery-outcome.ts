import { askedTime, nextAttemptAt } from '../../domain/forges/delivery-schedule.ts';
import type { Wanted } from '../../domain/forges/delivery-schedule.ts';
import type { ForgeConnection } from '../../domain/forges/connection.ts';
import type { ForgeProblem } from '../../ports/forges.ts';
import type { LeasedDelivery } from '../../ports/store/forges.ts';

/** What became of an attempt to deliver. */
export type Outcome =
  /** The forge knows everything, or has to be told nothing. */
  | { kind: 'nothing' }
  /** Its text may change again soon. */
  | { kind: 'later'; until: number }
  | {
      kind: 'sent';
      connection: ForgeConnection;
      wanted: Wanted;
      /** Of the comment. */
      remoteId: string | null;
      /** The release for which a person deleted the comment. */
      goneReleaseId: number | null;
    }
  | { kind: 'failed'; connection: ForgeConnection; problem: ForgeProblem };

export interface Noted {
  after: LeasedDelivery;
  /** When it is due if something changed after it was leased. */
  dueIfChanged: number | null;
}

/** A delivery after an attempt. */
export function deliverable(delivery: LeasedDelivery, outcome: Outcome, now: number, random: number): Noted {
  const settled = { ...delivery, attempts: 0, failingSince: null, stoppedAt: null, lastError: null };
  switch (outcome.kind) {
    case 'nothing':
      return { after: { ...settled, dueAt: null }, dueIfChanged: now };
    case 'later':
      return { after: { ...settled, dueAt: outcome.until }, dueIfChanged: now };
    case 'sent': {
      const { wanted, remoteId, goneReleaseId } = outcome;
      const told = { sentHash: wanted.hash, sentWord: wanted.word, sentAt: now };
      return {
        after: {
          ...settled,
          ...told,
          remoteId,
          goneReleaseId: goneReleaseId ?? delivery.goneReleaseId,
          dueAt: null,
        },
        dueIfChanged: now,
      };
    }
    case 'failed':
      return failed(delivery, outcome.problem, now, random);
  }
}

function failed(delivery: LeasedDelivery, problem: ForgeProblem, now: number, random: number): Noted {
  const attempts = delivery.attempts + 1;
  const failingSince = delivery.failingSince ?? now;
  const lastError = problem.message;
  switch (problem.kind) {
    case 'no_commit': {
      const after = { ...delivery, attempts: 0, failingSince: null, dueAt: null, lastError };
      return { after, dueIfChanged: null };
    }
    case 'token':
      // Its connection stops. Once that is changed, it is sent at once.
      return {
        after: { ...delivery, attempts: 0, failingSince: null, dueAt: now, lastError },
        dueIfChanged: now,
      };
    case 'missing':
    case 'refused': {
      const after = { ...delivery, attempts, failingSince, dueAt: null, stoppedAt: now, lastError };
      return { after, dueIfChanged: null };
    }
    case 'later': {
      const retryAt = askedTime(problem.retryAt, now);
      const dueAt = nextAttemptAt({ attempts, failingSince }, now, { retryAt, random });
      const stoppedAt = dueAt === null ? now : null;
      return {
        after: { ...delivery, attempts, failingSince, dueAt, stoppedAt, lastError },
        dueIfChanged: dueAt,
      };
    }
  }
}
