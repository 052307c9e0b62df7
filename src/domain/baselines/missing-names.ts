/** Pages that the baseline has and a release does not. */

import { isComplete, isOnMain } from './placed-release.ts';
import type { PlacedRelease } from './placed-release.ts';
import type { BaselineSettings } from './settings.ts';
import type { Candidate } from './walk.ts';

/** The names of pages that one release shows, and of those that it should and does not. */
export interface ReleaseNames {
  releaseId: number;
  /** Its runs. */
  present: readonly string[];
  /** Missing ones that no person has confirmed as removed. */
  missing: readonly string[];
  /** Missing ones that were confirmed as removed. */
  removed: readonly string[];
}

/**
 * The releases whose pages a release should have: the nearest complete one of the walk, and the subsets that came
 * after it. Unreviewed branches say nothing about what a page set should be.
 *
 * @param walk closest first
 * @returns closest first; empty where the walk has no complete release
 */
export function expectedFrom(
  walk: readonly Pick<Candidate, 'release'>[],
  settings: BaselineSettings,
): PlacedRelease[] {
  const trusted = walk
    .map(({ release }) => release)
    .filter(
      (release) => release.status === 'good' || (release.status !== 'bad' && isOnMain(release, settings)),
    );
  const nearest = trusted.findIndex(isComplete);
  if (nearest === -1) return [];
  return [...trusted.slice(0, nearest).filter(({ isSubset }) => isSubset), trusted[nearest]!];
}

/**
 * The same where there is no history to walk: the newest good release that shows all pages.
 *
 * @param releases newest first
 * @param settings where the client knows of histories: a release of main or without branch comes first
 */
export function expectedWithoutHistory(
  releases: readonly PlacedRelease[],
  settings: BaselineSettings | null,
): PlacedRelease | null {
  const good = releases.filter((release) => release.status === 'good' && isComplete(release));
  const ofMain = (release: PlacedRelease) =>
    settings !== null && (release.branch === null || isOnMain(release, settings));
  return good.find(ofMain) ?? good[0] ?? null;
}

/**
 * @param expected of the releases of {@link expectedFrom}, closest first
 * @param own names of the release's runs, and former names that they answer to
 * @returns names in the order of the alphabet
 */
export function missingNames(expected: readonly ReleaseNames[], own: Iterable<string>): string[] {
  const there = new Set<string>();
  for (const { present, missing, removed } of [...expected].reverse()) {
    for (const name of removed) there.delete(name);
    for (const name of [...present, ...missing]) there.add(name);
  }
  for (const name of own) there.delete(name);
  return [...there].sort();
}
