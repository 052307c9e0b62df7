import { expectedFrom, expectedWithoutHistory, missingNames } from '../../domain/baselines/missing-names.ts';
import { followsGit } from '../../domain/baselines/placed-release.ts';
import { missingVerdictsToTakeOver } from '../../domain/baselines/taken-over.ts';
import type { JudgedMissing } from '../../domain/baselines/taken-over.ts';
import type { BaselineSettings } from '../../domain/baselines/settings.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { startOf, walkNow } from './walks.ts';
import type { LoadedWalk, WalkNow } from './walks.ts';

/** Newest releases among which one without history looks for what it should have. */
const maxReleases = 500;

/**
 * Writes down which pages a release should have and does not: those of the nearest complete release of its history
 * and of the subsets after it; without history, those of the newest good release.
 *
 * @returns their names, in the order of the alphabet
 */
export async function noteMissing(deps: Deps, tx: Transaction, release: Release): Promise<string[]> {
  const place = await walkNow(deps.store, tx, release);
  if (place === null || place.walk.release.isSubset || place.walk.release.isSkipped) return [];
  const { names, expected, lastShown } = await whatIsMissing(tx, release, place);
  const before = new Set((await tx.baselines.missingOf(release.id)).map(({ name }) => name));
  await tx.baselines.noteMissing(release.id, names, expected);
  const added = names.filter((name) => !before.has(name));
  const earlier = await verdictsBefore(deps, tx, {
    ...place,
    buildId: release.buildId,
    names: added,
    lastShown,
  });
  await tx.baselines.judgeMissing(release.id, earlier);
  return names;
}

/** What people said about these pages in releases that count for this one, since the pages were last shown. */
async function verdictsBefore(
  deps: Deps,
  tx: Transaction,
  asked: {
    buildId: number;
    walk: LoadedWalk;
    settings: BaselineSettings;
    names: readonly string[];
    lastShown: ReadonlyMap<string, number>;
  },
): Promise<JudgedMissing[]> {
  const { buildId, walk, settings, names, lastShown } = asked;
  const { release, origin } = walk;
  if (names.length === 0 || release.history === 'absent' || origin.freshReview) return [];
  const since = Math.min(...names.map((name) => lastShown.get(name) ?? Infinity));
  if (since === Infinity) return [];
  const newer = await tx.baselines.newest(buildId, maxReleases, since);
  const releases = new Map(newer.map((each) => [each.id, each]));
  const judged = await tx.baselines.judgedMissing([...releases.keys()], names);
  const pages = judged.map(({ releaseId, ...page }) => ({ ...page, release: releases.get(releaseId)! }));
  const now = deps.clock.now();
  return [...missingVerdictsToTakeOver(startOf(walk), pages, lastShown, settings, now).values()];
}

/** The names of the pages that a release that still receives runs does not have yet, whether it shows all pages or not. */
export async function notThereYet(deps: Deps, tx: Transaction, release: Release): Promise<string[]> {
  const place = await walkNow(deps.store, tx, release);
  return place === null ? [] : (await whatIsMissing(tx, release, place)).names;
}

async function whatIsMissing(
  tx: Transaction,
  release: Pick<Release, 'id' | 'buildId'>,
  place: WalkNow,
): Promise<{ names: string[]; expected: number[]; lastShown: Map<string, number> }> {
  const expected = await expectedReleases(tx, release, place);
  const own = (await tx.baselines.namesOf([release.id]))[0]!.present;
  const former = await tx.baselines.formerNames(release.id);
  const byRelease = new Map((await tx.baselines.namesOf(expected)).map((names) => [names.releaseId, names]));
  const names = missingNames(
    expected.map((id) => byRelease.get(id)!),
    [...own, ...former],
  );
  const lastShown = new Map<string, number>();
  for (const { releaseId, present, missing } of byRelease.values()) {
    for (const name of [...present, ...missing]) {
      lastShown.set(name, Math.max(releaseId, lastShown.get(name) ?? 0));
    }
  }
  return { names, expected, lastShown };
}

/** Ids, closest first. */
async function expectedReleases(
  tx: Transaction,
  release: Pick<Release, 'id' | 'buildId'>,
  { walk, settings }: WalkNow,
): Promise<number[]> {
  if (!followsGit(walk.release, settings)) {
    const releases = await tx.baselines.newest(release.buildId, maxReleases);
    const others = releases.filter(({ id }) => id !== release.id);
    const found = expectedWithoutHistory(others, walk.release.history === 'absent' ? null : settings);
    return found === null ? [] : [found.id];
  }
  const states = new Map(
    (await tx.releases.findMany(walk.candidates.map((candidate) => candidate.release.id))).map((found) => [
      found.id,
      found.status,
    ]),
  );
  // Without those that were deleted since the walk was loaded.
  const candidates = walk.candidates.flatMap(({ release: { id, ...place } }) => {
    const status = states.get(id);
    return status === undefined ? [] : [{ release: { ...place, id, status } }];
  });
  return expectedFrom(candidates, settings).map(({ id }) => id);
}
