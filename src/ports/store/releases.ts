import type { Release } from '../../domain/releases/release.ts';
import type { RunStatus } from '../../domain/runs/run.ts';
import type { Verdict } from '../../domain/runs/verdict.ts';
import type { Page } from './page.ts';

export interface ReleaseKey {
  buildId: number;
  name: string;
  number: number;
}

/** Runs of one release by status and verdict. */
export interface StatusCount {
  releaseId: number;
  status: RunStatus;
  verdict: Verdict;
  count: number;
  /** Of them: those whose verdict was taken over. */
  carried: number;
  /** Of them: undecided ones that some of several people have approved. */
  partlyApproved: number;
}

export interface ReleaseRepository {
  /** What its client reported about git is added by `baselines.place`. */
  insert(release: Omit<Release, 'id' | 'git'>): Promise<Release>;
  find(key: ReleaseKey): Promise<Release | null>;
  findById(id: number): Promise<Release | null>;
  findMany(ids: readonly number[]): Promise<Release[]>;
  lock(key: ReleaseKey): Promise<Release | null>;
  /** Locks those that no other transaction holds, in any order; the others, and those that do not exist, are missing. */
  lockFree(keys: readonly ReleaseKey[]): Promise<Release[]>;
  /** As {@link lock} for many: waits for each. */
  lockMany(keys: readonly ReleaseKey[]): Promise<Release[]>;
  lockById(id: number): Promise<Release | null>;
  /** 0 if the name is new. */
  highestNumber(buildId: number, name: string): Promise<number>;
  /** Attempts of a name that are still receiving or processing, oldest first; locked. */
  lockOpenAttempts(buildId: number, name: string): Promise<Release[]>;
  /** The newest good release by creation. */
  newestGood(buildId: number): Promise<Release | null>;
  list(
    filter: {
      buildId: number;
      name?: string;
      status?: Release['status'];
      /** Substring of the name; case-insensitive for A to Z. */
      search?: string;
      branch?: string;
      pullRequest?: string;
      commit?: string;
      headCommit?: string;
    },
    page: Page,
  ): Promise<Release[]>;
  count(buildId: number): Promise<number>;
  /** The newest release of each branch, newest first. */
  newestOfBranches(buildId: number, limit: number): Promise<Release[]>;
  /** The newest release of each build. */
  newestOf(buildIds: readonly number[]): Promise<Release[]>;
  counts(releaseIds: readonly number[]): Promise<StatusCount[]>;
  /** Runs that are the same only because of forgiven pixels; releases without any are absent. */
  forgivenCounts(releaseIds: readonly number[]): Promise<{ releaseId: number; count: number }[]>;
  /** Writes status, versions, times, decidedBy, decisionNote, and the total and the fault of its shards. */
  updateMany(releases: readonly Release[]): Promise<void>;
  /** Processing releases without changes since then that have a waiting run without a live task. */
  stalled(changedBefore: number, limit: number): Promise<Release[]>;
}
