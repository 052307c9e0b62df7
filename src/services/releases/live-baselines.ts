import { isOnMain } from '../../domain/baselines/placed-release.ts';
import type { PlacedRelease } from '../../domain/baselines/placed-release.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import type { Store } from '../../ports/store.ts';
import { openReleaseIds } from './open-release-ids.ts';
import { releasesInSlices, runsInSlices } from './runs-in-slices.ts';

/** The releases that open releases of a build are compared with, expect pages of, or name as their baseline. */
export async function neededByOpenReleases(store: Store, buildId: number): Promise<Set<number>> {
  const needed = new Set<number>();
  const open: number[] = [];
  for await (const id of openReleaseIds(store, buildId)) open.push(id);
  for await (const { releaseIds } of releasesInSlices(store, open)) {
    for (const base of await store.read((tx) => tx.deletions.neededBy(releaseIds))) needed.add(base);
  }
  return needed;
}

/**
 * How many pages have their newest accepted screenshot in each of these releases, so that new runs are compared with it: on a
 * main branch or without branch, among releases of the same; else among all.
 *
 * @returns by the id of the release, but not those without
 */
export async function livePagesOf(
  store: Store,
  releases: readonly PlacedRelease[],
  buildId: number,
  settings: BaselineSettings,
): Promise<Map<number, number>> {
  const pages = new Map<number, number>();
  const good = releases.filter(({ status }) => status === 'good');
  const isMain = (release: PlacedRelease) => release.branch === null || isOnMain(release, settings);
  const byMain = Map.groupBy(good, (release) => (isMain(release) ? release.branch : undefined));
  for (const [branch, some] of byMain) {
    const scope = branch === undefined ? 'all' : { branch };
    for await (const runIds of runsInSlices(
      store,
      some.map(({ id }) => id),
    )) {
      const live = await store.read((tx) => tx.deletions.livePages({ buildId, runIds }, scope));
      for (const [id, count] of live) pages.set(id, (pages.get(id) ?? 0) + count);
    }
  }
  return pages;
}
