import type { Verdict } from '../../../domain/model.ts';
import type { Release } from '../api/shapes.ts';

export type ReleaseDecision = 'good' | 'bad' | 'reopen';

/** What the server made of one run's verdict. */
export interface VerdictResult {
  runId: number;
  /** changed, unchanged, conflict, not_reviewable or not_found */
  outcome: string;
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  version: number;
  previousVerdict: Verdict;
}

/** How decisions reach the server. What fails in passing (`isPassing`) is sent again, what is refused is not. */
export interface DecisionsPort {
  /**
   * Several verdicts as one operation. Conflicts of single runs are data.
   *
   * @throws AppError
   */
  judgeRuns(request: {
    operationId: string;
    runs: readonly { runId: number; verdict: Verdict; version?: number }[];
    /** Why, for the log of decisions. */
    note?: string;
  }): Promise<{ release: Release; results: readonly VerdictResult[] }>;
  /** @throws AppError */
  decideRelease(request: {
    operationId: string;
    decision: ReleaseDecision;
    version?: number;
    /** With good: although runs are rejected; their pages keep their former baseline. */
    exceptRejected?: boolean;
  }): Promise<{
    release: Release;
    /** The newest good release of the build now. */
    baseline: Release | null;
  }>;
}

/** Something to tell the person who decides. */
export interface Notice {
  /** `done` is said politely, `problem` at once. */
  tone: 'done' | 'problem';
  words: string;
  actions: readonly { label: string; act: () => void }[];
}

/** What decisions need from the page around them. */
export interface DecisionsSurroundings {
  notify: (notice: Notice) => void;
  /** An actor as people know it: `mia`. */
  actorName: (actor: string | null) => string;
  /** Epoch milliseconds. */
  now: () => number;
  /** Calls after so many milliseconds; returns how to call it off. */
  later: (ms: number, call: () => void) => () => void;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}
