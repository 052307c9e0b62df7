import { isOnMain } from '../../domain/baselines/placed-release.ts';
import type { PlacedRelease } from '../../domain/baselines/placed-release.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import type { Store } from '../../ports/store.ts';
import type { LiveScope } from '../../ports/store/deletions.ts';
import { openReleaseIds } from './open-release-ids.ts';

/** The releases that open releases of a build are compared with, expect pages of, or name as their baseline. */
export async function neededByOpenReleases(store: Store, buildId: number): Promise<Set<number>> {
  const needed = new Set<number>();
  for await (const id of openReleaseIds(store, buildId)) {
    for (const base of await store.read((tx) => tx.deletions.neededBy(id))) needed.add(base);
  }
  return needed;
}

/**
 * How many pages have their newest accepted screenshot in a release, so that new runs are compared with it: on a main branch or
 * without branch, among releases of the same; else among all.
 */
export async function livePagesOf(
  store: Store,
  release: PlacedRelease,
  buildId: number,
  settings: BaselineSettings,
): Promise<number> {
  if (release.status !== 'good') return 0;
  const isMain = release.branch === null || isOnMain(release, settings);
  const scope: LiveScope = isMain ? { branch: release.branch } : 'all';
  return store.read((tx) => tx.deletions.countLivePages({ id: release.id, buildId }, scope));
}
