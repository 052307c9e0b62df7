/** The decision state that pages render. */

import type { ReleaseDecision } from './port.ts';

/** What to confirm before the release is marked good. */
export interface GoodQuestion {
  undecided: number;
  /** Of `undecided` and `newUndecided`: those with some of the approvals that are needed. */
  partlyApproved: number;
  /** Approvals that a run needs. */
  needed: number;
  rejected: number;
  /** Failed runs that no one accepted. */
  failed: number;
  waiting: number;
  /** New runs without a verdict, where a person is asked about them or no one else is. */
  newUndecided: number;
  /** Renamed pages without a verdict. */
  renamed: number;
  /** Missing pages whose removal is not confirmed. */
  missing: number;
  /** New differences not yet on screen. */
  unseen: number;
  /** Release version at the time of the question; passed to `decideRelease`. */
  version: number;
}

/** The decision just made, or why none was possible. */
export interface Decided {
  /** Runs whose mark changed. */
  ids: readonly number[];
  operationId: string | null;
}

export interface DecisionsState {
  /** Decisions not yet sent to the server. */
  waiting: number;
  /** When to retry after the server was unreachable, in epoch milliseconds. */
  retryAt: number | null;
  canUndo: boolean;
  /** A release decision in transit. */
  releaseDecision: ReleaseDecision | null;
}
