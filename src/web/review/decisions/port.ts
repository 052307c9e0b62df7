import type { MissingVerdict } from '../../../domain/baselines/choose-baseline.ts';
import type { Verdict } from '../../../domain/runs/verdict.ts';
import type { Release } from '../api/shapes.ts';
import type { ReleaseAnswer } from '../runs/release-store.ts';

export type ReleaseDecision = 'good' | 'bad' | 'reopen';

/** The server's result for one run's verdict. */
export interface VerdictResult {
  runId: number;
  /** changed, unchanged, conflict, not_reviewable or not_found */
  outcome: string;
  verdict: Verdict;
  /** Who approved it so far, where several people must; absent at an older server. */
  approvedBy?: readonly string[];
  verdictBy: string | null;
  verdictAt: number | null;
  version: number;
  previousVerdict: Verdict;
}

/** How decisions reach the server. Transient failures (`isPassing`) are resent; refusals are not. */
export interface DecisionsPort {
  /**
   * Sends several verdicts as one operation. Conflicts of single runs are returned, not thrown.
   *
   * @throws AppError
   */
  judgeRuns(request: {
    operationId: string;
    runs: readonly { runId: number; verdict: Verdict; version?: number }[];
    /** The reason, for the activity log. */
    note?: string;
  }): Promise<{ release: Release; results: readonly VerdictResult[] }>;
  /**
   * Undoes verdicts on runs, or a decision on a change, that were given as one operation. Undoing them again changes nothing.
   *
   * @returns how many verdicts were undone, runs that were judged since and keep theirs, and the runs that changed after a
   *   version of the release
   * @throws AppError
   */
  undo(request: {
    operationId: string;
    sinceVersion: number;
  }): Promise<{ undone: number; keptRunIds: readonly number[]; changes: ReleaseAnswer }>;
  /** The same verdict for several missing pages. @throws AppError */
  judgePages(request: {
    names: readonly string[];
    verdict: MissingVerdict;
    seen?: MissingVerdict | undefined;
  }): Promise<{ release: Release }>;
  /** @throws AppError */
  decideRelease(request: {
    operationId: string;
    decision: ReleaseDecision;
    version?: number;
    /** With good: even though runs are rejected; their pages keep their previous baseline. */
    exceptRejected?: boolean;
  }): Promise<{
    release: Release;
    /** The build's current latest good release. */
    baseline: Release | null;
  }>;
}

/** A notice for the person who decides. */
export interface Notice {
  /** `done` is announced politely, `problem` assertively. */
  tone: 'done' | 'problem';
  words: string;
  actions: readonly { label: string; act: () => void }[];
}

/** What decisions need from the page around them. */
export interface DecisionsSurroundings {
  notify: (notice: Notice) => void;
  /** Display name of an actor: `mia`. */
  actorName: (actor: string | null) => string;
  /** Epoch milliseconds. */
  now: () => number;
  /** Calls back after a delay in milliseconds; returns a function that cancels it. */
  later: (ms: number, call: () => void) => () => void;
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
}
