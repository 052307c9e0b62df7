import type { AlignmentSummary } from '../../domain/comparison/alignment.ts';
import type { BaselineChoice } from '../../domain/baselines/choose-baseline.ts';
import type { Judged } from '../../domain/runs/review.ts';
import type { Approval, Verdict, VerdictSource } from '../../domain/runs/verdict.ts';
import type { CaptureSlot, Run, RunFailure, RunStatus } from '../../domain/runs/run.ts';

/** One row of the list of a release's runs. */
export interface RunRow {
  id: number;
  name: string;
  status: RunStatus;
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  version: number;
  factsVersion: number;
  distortion: number | null;
  changedPixels: number | null;
  forgivenPixels: number | null;
  diffRatio: number | null;
  regionCount: number | null;
  /** Whether anything moved; null where that was not looked for. */
  moveSummary: AlignmentSummary | null;
  /** Key of its set of changes; null where they do not explain every difference. */
  changeSet: string | null;
  /** Distinct changes. */
  changeCount: number;
  openChanges: number;
  verdictSource: VerdictSource | null;
  verdictNote: string | null;
  approvals: readonly Approval[];
  width: number | null;
  height: number | null;
  hasImage: boolean;
  hasRef: boolean;
  failureReason: string | null;
  /** Missing parts of the run's pages. */
  incompleteCount: number;
  /** Warnings of the run's captures. */
  warningCount: number;
  /** {@link EnvironmentChange} as JSON, equal text for equal changes; null: none, or not known. */
  environmentChange: string | null;
}

/** A run of another release. */
export interface RunOfRelease {
  runId: number;
  releaseName: string;
  releaseNumber: number;
}

/** What a run is compared with, and where its verdict is from. */
export interface RunOrigins {
  id: number;
  choice: BaselineChoice | null;
  /** The other side: a client may have named or requested it itself. */
  ref: Pick<CaptureSlot, 'state' | 'image'>;
  baseline: RunOfRelease | null;
  verdictOrigin: RunOfRelease | null;
}

/** A run that can be judged. */
export type JudgedRun = Judged & Pick<Run, 'id' | 'factsVersion'> & Pick<RunRow, 'changeSet'>;

/** One run of a name in another release. */
export interface RunHistoryRow {
  runId: number;
  releaseId: number;
  status: RunStatus;
  verdict: Verdict;
  /** Actor id. */
  verdictBy: string | null;
  verdictAt: number | null;
  factsVersion: number;
  distortion: number | null;
  image: string | null;
  createdAt: number;
}

export interface RunRepository {
  /**
   * Inserts runs of different names.
   *
   * @returns them with their ids, in the same order; null where the release already has a run of that name
   */
  insertMany(runs: readonly Omit<Run, 'id'>[]): Promise<(Run | null)[]>;
  /** Writes everything but id, buildId, releaseId, name and createdAt. */
  updateMany(runs: readonly Run[]): Promise<void>;
  find(releaseId: number, name: string): Promise<Run | null>;
  findById(id: number): Promise<Run | null>;
  findMany(releaseId: number, ids: readonly number[]): Promise<Run[]>;
  /** The runs of the release among those ids. */
  findJudged(releaseId: number, ids: readonly number[]): Promise<JudgedRun[]>;
  /** How many of the runs have each verdict. */
  verdictCounts(releaseId: number, ids: readonly number[]): Promise<Record<Verdict, number>>;
  /** Writes the verdicts of runs that were judged together. */
  judgeMany(runs: readonly JudgedRun[]): Promise<void>;
  /** Ids of the runs of a release that failed. */
  failedIds(releaseId: number): Promise<number[]>;
  /** The run of that name accepted by `isBaseline` in the latest good release that has one, up to `newestGood`. */
  newestBaseline(buildId: number, name: string): Promise<Run | null>;
  /** The capture configs of runs, by run; those without one are absent. */
  configs(ids: readonly number[]): Promise<Map<number, string>>;
  /** The recorded structures of both sides, by run; only of runs that have both. */
  doms(ids: readonly number[]): Promise<Map<number, { before: string; after: string }>>;
  /** Whether any run of the release waits for a capture or a comparison. */
  hasPending(releaseId: number): Promise<boolean>;
  hasAny(releaseId: number): Promise<boolean>;
  /** Undecided differences that appeared after a version. */
  countUndecidedSince(releaseId: number, factsVersion: number): Promise<number>;
  /** Runs that wait for a capture or a comparison, but have no live task. */
  abandoned(releaseId: number, limit: number): Promise<Run[]>;
  /** Fails all waiting runs of the release. @returns how many runs changed */
  failPending(releaseId: number, failure: RunFailure, version: number, at: number): Promise<number>;
  /** Unordered. `sinceVersion` leaves out runs that have not changed since. */
  rows(releaseId: number, sinceVersion?: number): Promise<RunRow[]>;
  /** Of all runs of a release; in no order. */
  origins(releaseId: number): Promise<RunOrigins[]>;
  /** Newest release first. */
  history(buildId: number, name: string, limit: number): Promise<RunHistoryRow[]>;
  /** By id, for full checks. */
  page(afterId: number, limit: number): Promise<Run[]>;
}
