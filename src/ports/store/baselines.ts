import type { JudgedScreenshot } from '../../domain/baselines/acceptance.ts';
import type { MissingVerdict } from '../../domain/baselines/choose-baseline.ts';
import type { NamedImage, NewPage } from '../../domain/baselines/renames.ts';
import type { JudgedMissing } from '../../domain/baselines/taken-over.ts';
import type { ReleaseNames } from '../../domain/baselines/missing-names.ts';
import type { GitPlace, HistoryEntry, PlacedRelease } from '../../domain/baselines/placed-release.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Verdict } from '../../domain/runs/verdict.ts';

/** What a release's client says about the code besides branch and commit. */
export interface ReleaseOrigin extends Omit<GitPlace, 'branch' | 'commit'> {
  authorName: string | null;
  authorEmail: string | null;
  /** Null: the client sent no history. */
  history: readonly HistoryEntry[] | null;
  /** Commits that only the branch has. */
  own: readonly string[];
  historyNote: string | null;
  isSubset: boolean;
  skipReason: string | null;
  /** The release that the client named as the baseline. */
  baselineReleaseId: number | null;
  freshReview: boolean;
}

/** A release with everything its client said about the code. */
export interface PlacedWithHistory {
  release: PlacedRelease;
  origin: ReleaseOrigin;
}

/** A run's image, without the fields that follow from its release. */
export interface StoredScreenshot extends Omit<JudgedScreenshot, 'releaseStatus' | 'isOnGitMain'> {
  runId: number;
  release: PlacedRelease;
  /** The run whose image it was compared with. */
  baselineRunId: number | null;
  image: string | null;
  pixelsSha256: string | null;
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  isTakenOver: boolean;
  originDecisionId: number | null;
}

/** The runs of one name in the releases of a walk, including releases without an image of it. */
export interface NameInRelease {
  releaseId: number;
  status: Release['status'];
  isSuperseded: boolean;
  screenshot: Omit<StoredScreenshot, 'release'> | null;
}

/** Possible changes since a walk was loaded. */
export interface BuildSigns {
  /** Id of the newest release, 0 without any. */
  newestReleaseId: number;
  /** When a deleted release was last restored, epoch milliseconds. */
  restoredAt: number | null;
  settings: BaselineSettings;
}

/** A page that a release should have but does not. */
export interface MissingRun {
  name: string;
  /** Its last image; null if unknown. */
  baselineRunId: number | null;
  /** The release of that image. */
  baselineReleaseId: number | null;
  verdict: MissingVerdict;
  verdictBy: string | null;
  verdictAt: number | null;
  /** The run of the same release that shows the page under another name. */
  renamed: { runId: number; name: string } | null;
}

/** What was said about a missing page. */
export type StoredMissingVerdict = Pick<MissingRun, 'name' | 'verdict' | 'verdictBy' | 'verdictAt'>;

/** A run and its release. */
export interface RunPlace {
  releaseId: number;
  runId: number;
}

/** Finds and records baselines. A new release is placed in the transaction that creates it. */
export interface BaselineRepository {
  signs(buildId: number): Promise<BuildSigns>;
  /** Records the place of a new release in git. */
  place(releaseId: number, origin: ReleaseOrigin): Promise<void>;
  find(releaseId: number): Promise<PlacedWithHistory | null>;
  /** As `newestGood` of releases. */
  newestGood(buildId: number): Promise<PlacedRelease | null>;
  /** Releases of one of the commits or trees; an abbreviated commit needs at least 10 characters. */
  releasesOf(buildId: number, commits: readonly string[], trees: readonly string[]): Promise<PlacedRelease[]>;
  /** Newest first, with an id above `afterId`. */
  newest(buildId: number, limit: number, afterId?: number): Promise<PlacedRelease[]>;
  /** Unordered. */
  nameIn(name: string, releaseIds: readonly number[]): Promise<NameInRelease[]>;
  /** Missing pages of that name, by release. */
  missingIn(name: string, releaseIds: readonly number[]): Promise<Map<number, MissingVerdict>>;
  /** Runs of that name, newest release first. */
  nameHistory(buildId: number, name: string, limit: number): Promise<StoredScreenshot[]>;
  /** The run, its baseline, the baseline of that, and so on as long as they are equal. */
  chain(runId: number): Promise<StoredScreenshot[]>;
  /** Judged runs of that name with equal bytes or pixels, newest release first. */
  judged(
    buildId: number,
    name: string,
    screenshot: { image: string; pixelsSha256: string | null },
    limit: number,
  ): Promise<StoredScreenshot[]>;
  namesOf(releaseIds: readonly number[]): Promise<ReleaseNames[]>;
  /** Former names claimed by the release's runs. */
  formerNames(releaseId: number): Promise<string[]>;
  /** Missing pages whose removal is not confirmed, by release; releases without any are absent. */
  missingCounts(releaseIds: readonly number[]): Promise<Map<number, { missing: number; renamed: number }>>;
  /** What renames are found by: the last images of missing pages, and the runs of the release without a baseline. */
  renameCandidates(releaseId: number): Promise<{ missing: NamedImage[]; added: NewPage[] }>;
  noteRenames(releaseId: number, renames: readonly { name: string; runId: number | null }[]): Promise<void>;
  /** By name. */
  missingOf(releaseId: number): Promise<MissingRun[]>;
  /** Missing pages of those names that were judged and not renamed, by release. */
  judgedMissing(
    releaseIds: readonly number[],
    names: readonly string[],
  ): Promise<(Omit<JudgedMissing, 'release'> & { releaseId: number })[]>;
  /** Replaces the missing pages of a release; names that remain keep their verdicts. */
  noteMissing(releaseId: number, names: readonly string[], expectedFrom: readonly number[]): Promise<void>;
  /** Names that the release does not miss are ignored. */
  judgeMissing(releaseId: number, verdicts: readonly StoredMissingVerdict[]): Promise<void>;
  /** Runs that have waited long enough, in the order in which that was so, and by id; those after a place. */
  awaitedUntil(
    now: number,
    after: { until: number; runId: number },
    limit: number,
  ): Promise<(RunPlace & { until: number })[]>;
  /**
   * Baselines of unjudged runs without a difference that are neither approved nor of a good release; null for runs
   * whose baseline the client provided.
   */
  doubtfulBaselines(releaseId: number): Promise<(StoredScreenshot | null)[]>;
  /** The releases whose runs are baselines of a release, with how many there are; the most used first. */
  usedBy(releaseId: number): Promise<{ releaseId: number; runs: number }[]>;
  /** The runs that took over the verdict of a run, newest first. */
  takenOverFrom(runId: number, limit: number): Promise<(RunPlace & Pick<Run, 'name' | 'verdict'>)[]>;
}
