/** How long a build keeps its releases. */

import { isOnMain } from '../baselines/placed-release.ts';
import type { PlacedRelease } from '../baselines/placed-release.ts';
import type { BaselineSettings } from '../baselines/settings.ts';
import { isDecided } from './release-lifecycle.ts';

/** 0: no such rule. Without any, everything is kept. */
export interface Retention {
  /** How many of the newest releases are kept, however old. */
  keepReleases: number;
  /** Releases younger than this are kept, however many. */
  keepDays: number;
  /** Releases of a branch that is not a main branch go once it had no new release for this long: it was merged or closed. */
  branchDays: number;
}

export const keepEverything: Retention = { keepReleases: 0, keepDays: 0, branchDays: 0 };
export const retentionNames = Object.keys(keepEverything) as (keyof Retention)[];

export const maxKeepReleases = 1_000_000;
export const maxKeepDays = 36_500;

/** How long a deleted release or build can be restored. */
export const restorableMs = 86_400_000;

const dayMs = 86_400_000;

/** Epoch milliseconds. */
export function restorableUntil(deletedAt: number): number {
  return deletedAt + restorableMs;
}

export function isRestorable({ deletedAt }: { deletedAt: number }, now: number): boolean {
  return now < restorableUntil(deletedAt);
}

export function keepsEverything({ keepReleases, keepDays, branchDays }: Retention): boolean {
  return keepReleases === 0 && keepDays === 0 && branchDays === 0;
}

/**
 * The releases that the rules no longer keep, oldest first. Only decided ones; whether one of them is still needed as a baseline is
 * for the caller to find out.
 *
 * @param releases all of a build, newest first
 */
export function expiredReleases(
  releases: readonly PlacedRelease[],
  retention: Retention,
  settings: Pick<BaselineSettings, 'mainBranches'>,
  now: number,
): PlacedRelease[] {
  const { keepReleases, keepDays, branchDays } = retention;
  const hasAge = keepReleases > 0 || keepDays > 0;
  const quietSince = now - branchDays * dayMs;
  const newestOf = new Map<string, number>();
  for (const release of releases) {
    const branch = sideBranchOf(release, settings);
    if (branch !== null && !newestOf.has(branch)) newestOf.set(branch, release.createdAt);
  }
  const isQuiet = (release: PlacedRelease) => {
    const branch = branchDays === 0 ? null : sideBranchOf(release, settings);
    return branch !== null && newestOf.get(branch)! < quietSince;
  };
  return releases
    .filter((release, index) => {
      if (!isDecided(release.status)) return false;
      const isOld = hasAge && index >= keepReleases && release.createdAt < now - keepDays * dayMs;
      return isOld || isQuiet(release);
    })
    .toReversed();
}

/** Identifies the branch of a release that does not show a main branch; null: it shows one, or has no branch. */
function sideBranchOf(
  release: PlacedRelease,
  settings: Pick<BaselineSettings, 'mainBranches'>,
): string | null {
  if (release.branch === null || isOnMain(release, settings)) return null;
  return `${release.headRepository ?? release.repository ?? ''} ${release.branch}`;
}
