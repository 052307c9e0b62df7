/** What pages see of the decisions. */

import type { ReleaseDecision } from './port.ts';

/** What stands before the release can be marked good. */
export interface GoodQuestion {
  undecided: number;
  rejected: number;
  waiting: number;
  /** Differences that arrived and are not on screen yet. */
  unseen: number;
  /** Release version that the question was asked at: goes into `decideRelease`. */
  version: number;
}

/** A decision that was made now, or why there was none to make. */
export interface Decided {
  /** Runs whose mark changed. */
  ids: readonly number[];
  operationId: string | null;
}

export interface DecisionsState {
  /** Decisions that the server does not have yet. */
  waiting: number;
  /** The server could not be reached; when it is tried again (epoch milliseconds). */
  retryAt: number | null;
  canUndo: boolean;
  /** A release decision that is on its way. */
  releaseDecision: ReleaseDecision | null;
}
