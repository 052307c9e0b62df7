/** Why work on a task ends before it is done. */

import { AppError, rootCodeOf } from '../base/errors.ts';
import type { RootErrorCode } from '../base/errors.ts';

/** Someone else has the task, or nobody wants it any more: nothing is reported, nothing is finished. */
export class LeaseLost extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'LeaseLost';
  }
}

/** The task took longer than any task may. */
export class DeadlinePassed extends Error {
  constructor(deadlineMs: number) {
    super(`The work took longer than ${Math.round(deadlineMs / 1_000)} s.`);
    this.name = 'DeadlinePassed';
  }
}

/** The worker stops; the task is given back. */
export class WorkerStops extends Error {
  constructor() {
    super('The worker is stopping.');
    this.name = 'WorkerStops';
  }
}

/** The server did not take it because the task, its run or its release is over. */
export function isOver(error: unknown): boolean {
  return error instanceof AppError && overCodes.includes(rootCodeOf(error.code));
}

const overCodes: readonly RootErrorCode[] = ['conflict', 'lease_lost', 'invalid_transition'];

/** The server did not answer, or says that it cannot now. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof AppError)) return false;
  return ['unavailable', 'rate_limited', 'storage_full'].includes(rootCodeOf(error.code));
}
