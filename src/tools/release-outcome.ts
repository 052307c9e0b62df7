import type { IncompletePart } from '../domain/capture/capture.ts';
import type { ReportedWarning } from '../domain/capture/capture-warning.ts';
import type { EnvironmentDifference } from '../domain/capture/environment.ts';
import type { MissingVerdict } from '../domain/baselines/choose-baseline.ts';
import type { ReleaseStatus } from '../domain/releases/release.ts';
import type { RunStatus } from '../domain/runs/run.ts';
import type { StatusCounts } from '../domain/releases/status-counts.ts';
import type { Verdict } from '../domain/runs/verdict.ts';
import type { ReviewRules } from './review-rules.ts';

/** Identifies a release in API calls. */
export interface ReleaseTarget {
  buildId: number;
  releaseName: string;
  releaseNumber: number;
}

/** A release as runs, and the end of a shard, name it. */
export interface SentTo extends ReleaseTarget {
  /** `2/5`; absent: one job sends the whole release. */
  shard?: string;
}

/** One run, as shown by the tools. */
export interface RunResult {
  name: string;
  status: RunStatus;
  verdict: Verdict;
  /** 0 (equal) to 1; null if nothing was compared. */
  distortion: number | null;
  changedPixels: number | null;
  /** Changed pixels ÷ pixels of the canvas, 0–1. */
  diffRatio: number | null;
  regionCount: number | null;
  failureReason: string | null;
  /** The failure in a sentence. */
  failureMessage: string | null;
  /** What moved, in words: `moved down 64 px, 1 added, 0 changed`; null if nothing did, or it is not known. */
  moves: string | null;
  /** Names of what changed, such as `header > a: text "Sale" → "Clearance"`; empty where none is known, or there were too many runs. */
  changes: string[];
  /** Missing parts of the page, at most 50; also empty if there were too many runs to request details of each. */
  incomplete: IncompletePart[];
  /** The same for the baseline's capture. */
  refIncomplete: IncompletePart[];
  /** In both captures, including those beyond the lists. */
  incompleteCount: number;
  /** Of the capture, as {@link incomplete}. */
  warnings: ReportedWarning[];
  /** The same for the baseline's capture. */
  refWarnings: ReportedWarning[];
  /** In both captures. */
  warningCount: number;
  /** In what the captures of the page and its baseline were made differently; null: in nothing, or it is not known. */
  environmentChange: EnvironmentDifference[] | null;
  /** What it is compared with, and why; null where the server does not say. */
  baseline: RunBaseline | null;
  /** The release that its verdict was taken over from. */
  verdictOrigin: OtherRelease | null;
  /** Its page in the review UI. */
  resultsUrl: string;
}

export interface OtherRelease {
  releaseName: string;
  releaseNumber: number;
}

export interface RunBaseline {
  /** In a sentence or two; also why a run is new. */
  reason: string;
  /** How the server chose; null where the client gave both images. */
  rule: string | null;
  /** The release of the image; null without one of this build. */
  releaseName: string | null;
  releaseNumber: number | null;
}

/** As shown in the list of runs, without requesting the run itself. */
export type ListedRun = Omit<RunResult, 'failureMessage' | ExplainedKey>;

/** What the list does not have, and a description of a run can do without. */
export type ExplainedKey =
  | 'moves'
  | 'changes'
  | 'incomplete'
  | 'refIncomplete'
  | 'warnings'
  | 'refWarnings'
  | 'baseline'
  | 'verdictOrigin';

/** A page of the baseline that the release does not have. */
export interface MissingPage {
  name: string;
  /** `confirmed`: the page was removed; `rejected`: it should be there. */
  verdict: MissingVerdict;
  /** The new page that shows the same. */
  renamedTo: string | null;
}

/** A release after waiting. */
export interface ReleaseResult {
  status: ReleaseStatus;
  decidedBy: string | null;
  decisionNote: string | null;
  /** Why the release cannot be finished: `shard 3 of 5 never reported`. */
  fault?: string | null;
  counts: StatusCounts;
  rules: ReviewRules;
  /** By name. */
  missing: MissingPage[];
  /** In review order: differences first, then by name. */
  runs: RunResult[];
  /** Changes that several runs have, the one with the most runs first; without approved runs. */
  changes: SharedChange[];
}

/** The same change in several runs. */
export interface SharedChange {
  /** Beginning of its fingerprint. */
  id: string;
  /** The element and what differs, or kind and size. */
  words: string;
  /** Names of the runs. */
  runs: string[];
}

/** A run that could not be sent to the server, or that had already failed. */
export interface Refusal {
  name: string;
  message: string;
}

/** The result of a release created by a tool. */
export interface ReleaseOutcome {
  /** Null: there was nothing to create a release from. */
  release: ReleaseTarget | null;
  resultsUrl: string | null;
  /** Runs sent to the server. */
  sent: number;
  refusals: Refusal[];
  /** Null if the tool did not wait. */
  result: ReleaseResult | null;
  /** Waiting timed out; the result is present if the release was ready by then. */
  timedOut: boolean;
  durationMs: number;
}
