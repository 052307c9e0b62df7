/** The lifecycle of a release as one table: state × event → state and effects. Anything else is refused. */

import { AppError } from '../../base/errors.ts';
import type { Release, ReleaseStatus } from './release.ts';

export type ReleaseEvent =
  /** The client has reported everything. */
  | 'runs_done'
  /** A shard begins to report, or reports again. */
  | 'shard_started'
  /** No run is waiting. */
  | 'run_settled'
  /** A failed or canceled run is captured again. */
  | 'run_requested'
  | 'mark_good'
  | 'mark_bad'
  | 'reopen'
  /** A newer attempt of the same name was created. */
  | 'superseded';

export type ReleaseEffect =
  /** Live tasks end; the runs that waited for them fail (canceled). */
  | 'cancel_tasks'
  /** The "ready for review" message, sent once. */
  | 'announce_ready'
  /** Check whether anything is still pending. */
  | 'check_settled';

interface Step {
  to: ReleaseStatus;
  effects: readonly ReleaseEffect[];
}

const stay = (to: ReleaseStatus): Step => ({ to, effects: [] });
const good: Step = { to: 'good', effects: ['cancel_tasks'] };
const bad: Step = { to: 'bad', effects: ['cancel_tasks'] };

const steps: Record<ReleaseStatus, Partial<Record<ReleaseEvent, Step>>> = {
  receiving: {
    runs_done: { to: 'processing', effects: ['check_settled'] },
    shard_started: stay('receiving'),
    run_settled: stay('receiving'),
    run_requested: stay('receiving'),
    mark_good: good,
    mark_bad: bad,
    superseded: bad,
  },
  processing: {
    runs_done: stay('processing'),
    shard_started: stay('receiving'),
    run_settled: { to: 'reviewing', effects: ['announce_ready'] },
    run_requested: stay('processing'),
    mark_good: good,
    mark_bad: bad,
    superseded: bad,
  },
  reviewing: {
    runs_done: stay('reviewing'),
    shard_started: stay('receiving'),
    run_settled: stay('reviewing'),
    run_requested: stay('processing'),
    mark_good: good,
    mark_bad: bad,
  },
  good: { mark_good: stay('good'), reopen: stay('reviewing'), shard_started: stay('receiving') },
  bad: { mark_bad: stay('bad'), reopen: stay('reviewing') },
};

const refusals: Record<ReleaseEvent, string> = {
  runs_done: 'no more runs can be reported for it',
  shard_started: 'no shard can report to it',
  run_settled: 'nothing in it can change',
  run_requested: 'nothing in it can be captured again',
  mark_good: 'it cannot be marked good',
  mark_bad: 'it cannot be marked bad',
  reopen: 'there is no decision to undo',
  superseded: 'it cannot be superseded',
};

/** @throws AppError `invalid_transition` when the release's state does not allow the event */
export function releaseStep(
  release: Pick<Release, 'name' | 'number' | 'status'>,
  event: ReleaseEvent,
): { to: ReleaseStatus; effects: readonly ReleaseEffect[] } {
  const step = steps[release.status][event];
  if (step !== undefined) return step;
  throw new AppError(
    'invalid_transition',
    `Release "${release.name}" number ${release.number} is ${release.status}: ${refusals[event]}.` +
      (isDecided(release.status) ? ' Reopen its review first, or create a new release.' : ''),
    { details: { status: release.status, event } },
  );
}

/** Good and bad: immutable to clients and workers. */
export function isDecided(status: ReleaseStatus): boolean {
  return status === 'good' || status === 'bad';
}

/** Whether runs may be reported and requested. */
export function isOpen(status: ReleaseStatus): boolean {
  return status === 'receiving' || status === 'processing';
}
