import type { IncompletePart } from '../domain/capture/capture.ts';
import type { ReleaseStatus, RunStatus, StatusCounts, Verdict } from '../domain/model.ts';

/** How calls name a release. */
export interface ReleaseTarget {
  buildId: number;
  releaseName: string;
  releaseNumber: number;
}

/** One run as the tools show it. */
export interface RunResult {
  name: string;
  status: RunStatus;
  verdict: Verdict;
  /** 0 (equal) to 1; null when nothing was compared. */
  distortion: number | null;
  changedPixels: number | null;
  /** Changed pixels ÷ pixels of the canvas, 0–1. */
  diffRatio: number | null;
  regionCount: number | null;
  failureReason: string | null;
  /** The failure in a sentence. */
  failureMessage: string | null;
  /** Parts of the page that did not load, at most 50; empty also where there were too many runs to ask about each. */
  incomplete: IncompletePart[];
  /** The same of the capture that it was compared with. */
  refIncomplete: IncompletePart[];
  /** Of both captures, also those beyond the lists. */
  incompleteCount: number;
  /** Where a person can look at it. */
  resultsUrl: string;
}

/** As the list of runs tells of it, without asking about the run itself. */
export type ListedRun = Omit<RunResult, 'failureMessage' | 'incomplete' | 'refIncomplete'>;

/** A release at the end of the waiting. */
export interface ReleaseResult {
  status: ReleaseStatus;
  decidedBy: string | null;
  decisionNote: string | null;
  counts: StatusCounts;
  /** In review order: what differs first, then by name. */
  runs: RunResult[];
}

/** A run that could not be given to the server, or that had failed before. */
export interface Refusal {
  name: string;
  message: string;
}

/** What became of a release that a tool made. */
export interface ReleaseOutcome {
  /** Null: there was nothing to make a release of. */
  release: ReleaseTarget | null;
  resultsUrl: string | null;
  /** Runs that were given to the server. */
  sent: number;
  refusals: Refusal[];
  /** Null where nobody waited for it. */
  result: ReleaseResult | null;
  /** The waiting ended before what was waited for: the result is there if the release was ready. */
  timedOut: boolean;
  durationMs: number;
}
