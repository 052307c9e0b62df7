import { expectedFrom, expectedWithoutHistory, missingNames } from '../../domain/baselines/missing-names.ts';
import { followsGit } from '../../domain/baselines/placed-release.ts';
import type { Release } from '../../domain/model.ts';
import type { BuildSigns } from '../../ports/store/baselines.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { loadWalk } from './walks.ts';
import type { LoadedWalk } from './walks.ts';

/** Newest releases among which one without history looks for what it should have. */
const maxReleases = 500;

/**
 * Writes down which pages a release should have and does not: those of the nearest complete release of its history
 * and of the subsets after it; without history, those of the newest good release.
 *
 * @returns their names, in the order of the alphabet
 */
export async function noteMissing(deps: Deps, tx: Transaction, release: Release): Promise<string[]> {
  const signs = await tx.baselines.signs(release.buildId);
  const walk = await loadWalk(deps.store, tx, { buildId: release.buildId, releaseId: release.id }, signs);
  if (walk === null || walk.release.isSubset || walk.release.isSkipped) return [];
  const { names, expected } = await whatIsMissing(tx, release, walk, signs);
  await tx.baselines.noteMissing(release.id, names, expected);
  return names;
}

/** The names of the pages that a release that still receives runs does not have yet, whether it shows all pages or not. */
export async function notThereYet(deps: Deps, tx: Transaction, release: Release): Promise<string[]> {
  const signs = await tx.baselines.signs(release.buildId);
  const walk = await loadWalk(deps.store, tx, { buildId: release.buildId, releaseId: release.id }, signs);
  return walk === null ? [] : (await whatIsMissing(tx, release, walk, signs)).names;
}

async function whatIsMissing(
  tx: Transaction,
  release: Pick<Release, 'id' | 'buildId'>,
  walk: LoadedWalk,
  signs: BuildSigns,
): Promise<{ names: string[]; expected: number[] }> {
  const expected = await expectedReleases(tx, release, walk, signs);
  const own = (await tx.baselines.namesOf([release.id]))[0]!.present;
  const former = await tx.baselines.formerNames(release.id);
  const byRelease = new Map((await tx.baselines.namesOf(expected)).map((names) => [names.releaseId, names]));
  const names = missingNames(
    expected.map((id) => byRelease.get(id)!),
    [...own, ...former],
  );
  return { names, expected };
}

/** Ids, closest first. */
async function expectedReleases(
  tx: Transaction,
  release: Pick<Release, 'id' | 'buildId'>,
  walk: LoadedWalk,
  { settings }: BuildSigns,
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
  const candidates = walk.candidates.map((candidate) => ({
    release: { ...candidate.release, status: states.get(candidate.release.id) ?? candidate.release.status },
  }));
  return expectedFrom(candidates, settings).map(({ id }) => id);
}
