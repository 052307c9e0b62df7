import type { JudgedScreenshot } from '../../domain/baselines/acceptance.ts';
import type { MissingVerdict } from '../../domain/baselines/choose-baseline.ts';
import type { ReleaseNames } from '../../domain/baselines/missing-names.ts';
import type { GitPlace, HistoryEntry, PlacedRelease } from '../../domain/baselines/placed-release.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import type { Release, Verdict } from '../../domain/model.ts';

/** What the client of a release says about its code, beside branch and commit. */
export interface ReleaseOrigin extends Omit<GitPlace, 'branch' | 'commit'> {
  authorName: string | null;
  authorEmail: string | null;
  /** Null: the client sent no history at all. */
  history: readonly HistoryEntry[] | null;
  /** Commits of the branch alone. */
  own: readonly string[];
  historyNote: string | null;
  isSubset: boolean;
  skipReason: string | null;
  /** The release that the client named as the baseline. */
  baselineReleaseId: number | null;
  freshReview: boolean;
}

/** A release with all that its client said about its code. */
export interface PlacedWithHistory {
  release: PlacedRelease;
  origin: ReleaseOrigin;
}

/** A run's image without what its release adds; the release is known. */
export interface StoredScreenshot extends Omit<JudgedScreenshot, 'releaseStatus' | 'isOnGitMain'> {
  runId: number;
  release: PlacedRelease;
  /** The run whose images it was compared with. */
  baselineRunId: number | null;
  image: string | null;
  pixelsSha256: string | null;
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  isTakenOver: boolean;
  originDecisionId: number | null;
}

/** What the releases of a walk have of one name; releases without an image of it are there too. */
export interface NameInRelease {
  releaseId: number;
  status: Release['status'];
  isSuperseded: boolean;
  screenshot: Omit<StoredScreenshot, 'release'> | null;
}

/** What may have changed since a walk was loaded. */
export interface BuildSigns {
  /** Id of the newest release, 0 without any. */
  newestReleaseId: number;
  settings: BaselineSettings;
}

/** A page that a release should have and does not. */
export interface MissingRun {
  name: string;
  /** Its last image; null where that is not known. */
  baselineRunId: number | null;
  verdict: MissingVerdict;
  verdictBy: string | null;
  verdictAt: number | null;
}

/** A run by its release. */
export interface RunPlace {
  releaseId: number;
  runId: number;
}

/** How baselines are chosen and found. A release that is being created is placed in the same transaction. */
export interface BaselineRepository {
  signs(buildId: number): Promise<BuildSigns>;
  /** Writes where a new release stands. */
  place(releaseId: number, origin: ReleaseOrigin): Promise<void>;
  find(releaseId: number): Promise<PlacedWithHistory | null>;
  /** Those that name one of the commits, or have one of the trees; an abbreviated commit counts from 10 characters on. */
  releasesOf(buildId: number, commits: readonly string[], trees: readonly string[]): Promise<PlacedRelease[]>;
  /** Newest first, with an id above `afterId`. */
  newest(buildId: number, limit: number, afterId?: number): Promise<PlacedRelease[]>;
  /** In no order. */
  nameIn(name: string, releaseIds: readonly number[]): Promise<NameInRelease[]>;
  /** Entries of missing pages of that name, by release. */
  missingIn(name: string, releaseIds: readonly number[]): Promise<Map<number, MissingVerdict>>;
  /** Runs of that name, of the newest release first. */
  nameHistory(buildId: number, name: string, limit: number): Promise<StoredScreenshot[]>;
  /** The run, what it was compared with, what that was compared with, and so on while they are the same. */
  chain(runId: number): Promise<StoredScreenshot[]>;
  /** Judged runs of that name with the same bytes or pixels, of the newest release first. */
  judged(
    buildId: number,
    name: string,
    screenshot: { image: string; pixelsSha256: string | null },
    limit: number,
  ): Promise<StoredScreenshot[]>;
  namesOf(releaseIds: readonly number[]): Promise<ReleaseNames[]>;
  /** Former names that the release's runs answer to. */
  formerNames(releaseId: number): Promise<string[]>;
  /** Missing pages whose removal was not confirmed, by release; releases without one are absent. */
  missingCounts(releaseIds: readonly number[]): Promise<Map<number, number>>;
  /** By name. */
  missingOf(releaseId: number): Promise<MissingRun[]>;
  /** Replaces the entries of a release by these names; those that stay keep what was said about them. */
  noteMissing(releaseId: number, names: readonly string[], expectedFrom: readonly number[]): Promise<void>;
  /** @returns false when the release has no such entry */
  judgeMissing(releaseId: number, missing: Omit<MissingRun, 'baselineRunId'>): Promise<boolean>;
  /** Runs that wait for a release, to be compared with it. */
  awaiting(releaseId: number, limit: number): Promise<RunPlace[]>;
  /** Runs that have waited long enough. */
  awaitedUntil(now: number, limit: number): Promise<RunPlace[]>;
  /**
   * Runs whose baseline, a run of that release, may be none any more, in releases that sent a history and are not
   * decided.
   */
  lostBaselines(releaseId: number, runIds: readonly number[] | null, limit: number): Promise<RunPlace[]>;
  /** Releases in review that sent a history and were compared with runs of that release. */
  comparedWith(releaseId: number, runIds: readonly number[] | null): Promise<number[]>;
  /**
   * Baselines of runs that are the same and were not judged, where the baseline is neither approved nor of a good release;
   * null for runs whose baseline the client gave.
   */
  doubtfulBaselines(releaseId: number): Promise<(StoredScreenshot | null)[]>;
}
