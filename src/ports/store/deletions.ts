import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { PlacedRelease } from '../../domain/baselines/placed-release.ts';
import type { ReleaseKey } from './releases.ts';

/** Something deleted that can still be restored. */
export interface Deleted {
  /** Epoch milliseconds. */
  deletedAt: number;
  deletedBy: string;
}

export interface DeletedRelease extends Deleted {
  release: Release;
}

export interface DeletedBuild extends Deleted {
  build: Build;
}

/** Sizes of artifacts. */
export interface DiskFigures {
  artifacts: number;
  bytes: number;
}

/**
 * Releases and builds on their way out. What is marked as deleted is in no answer of the other repositories; after a while
 * its rows are removed in small steps.
 */
export interface DeletionRepository {
  /** Null restores it. */
  markRelease(id: number, deleted: Deleted | null): Promise<void>;
  markBuild(id: number, deleted: Deleted | null): Promise<void>;
  lockRelease(key: ReleaseKey): Promise<DeletedRelease | null>;
  lockBuild(id: number): Promise<DeletedBuild | null>;
  /** Latest first. */
  releases(buildId: number, limit: number): Promise<DeletedRelease[]>;
  /** Latest first. */
  builds(limit: number): Promise<DeletedBuild[]>;
  /** Records that a release of the build is back, so that others look for it again. */
  noteRestored(buildId: number, at: number): Promise<void>;

  /** Releases that are not deleted, newest first, with ids below that. */
  placed(buildId: number, belowId: number, limit: number): Promise<PlacedRelease[]>;
  /** Ids of builds that have retention rules. */
  withRetention(): Promise<number[]>;
  /**
   * How many pages of good releases have a usable image there and in no newer good one of the scope.
   *
   * @param runIds of those releases
   * @returns by release, but not those without
   */
  livePages(
    place: { buildId: number; runIds: readonly number[] },
    scope: LiveScope,
  ): Promise<Map<number, number>>;
  /** Open releases of a build, by id. */
  openIds(buildId: number, afterId: number, limit: number): Promise<number[]>;
  /** Releases that these are compared with, expect pages of, or name as their baseline; one may come more than once. */
  neededBy(releaseIds: readonly number[]): Promise<number[]>;

  /** The oldest release that was deleted before that time, itself or with its build. */
  nextRelease(before: number): Promise<{ id: number; buildId: number } | null>;
  /** Deletes some runs of a deleted release with their uses of artifacts. @returns how many; 0: it has none left */
  removeRuns(releaseId: number, now: number, limit: number): Promise<number>;
  /** Deletes a release without runs. */
  removeRelease(releaseId: number): Promise<void>;
  /** A build that was deleted before that time and has no releases left. */
  nextBuild(before: number): Promise<number | null>;
  /** Lets artifacts of a deleted build go, some at a time. @returns how many; 0: it owns none */
  disown(buildId: number, now: number, limit: number): Promise<number>;
  /** Deletes a build without releases and artifacts. @returns false: its activity is not all deleted yet */
  removeBuild(buildId: number, limit: number): Promise<boolean>;

  /** Of artifacts with digests after that, in their order. @returns null: there are none */
  diskOf(
    buildId: number,
    afterSha1: string,
    limit: number,
  ): Promise<(DiskFigures & { lastSha1: string }) | null>;
  /** How many runs each of these releases has, but not those without runs. */
  countRuns(releaseIds: readonly number[]): Promise<Map<number, number>>;
  /** Runs of these releases with ids after that, by id. */
  runIds(place: { releaseIds: readonly number[]; afterRunId: number }, limit: number): Promise<number[]>;
  /** Artifacts of the build whose newest run is one of these, and that no other build has. */
  usedLast(buildId: number, runIds: readonly number[]): Promise<ArtifactUse[]>;
  /**
   * The newest runs of the build that use artifacts, with ids below those given.
   *
   * @param limit of runs for each artifact
   */
  usersOf(
    buildId: number,
    artifacts: readonly { sha1: string; runId: number }[],
    limit: number,
  ): Promise<{ sha1: string; runId: number; releaseId: number }[]>;
}

/** Newer releases that count: `all`, or those that show a main branch, or, with null, those without branch. */
export type LiveScope = 'all' | { branch: string | null };

export interface ArtifactUse {
  sha1: string;
  /** In bytes. */
  size: number;
  runId: number;
  /** Whether older runs of the build use it too. */
  isShared: boolean;
}
