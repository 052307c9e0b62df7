import { expectedFrom, missingNames } from '../../domain/baselines/missing-names.ts';
import type { Release } from '../../domain/model.ts';
import type { Transaction } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { loadWalk } from './walks.ts';

/**
 * Writes down which pages a release should have and does not: those of the nearest complete release of its history and
 * of the subsets after it; where the client sends no history, those of the newest good release.
 *
 * @returns their names, in the order of the alphabet
 */
export async function noteMissing(deps: Deps, tx: Transaction, release: Release): Promise<string[]> {
  const signs = await tx.baselines.signs(release.buildId);
  const place = { buildId: release.buildId, releaseId: release.id, newestReleaseId: signs.newestReleaseId };
  const walk = await loadWalk(deps.store, tx, place);
  if (walk === null || walk.release.isSubset || walk.release.isSkipped) return [];
  const states = new Map(
    (await tx.releases.findMany(walk.candidates.map((candidate) => candidate.release.id))).map((found) => [
      found.id,
      found.status,
    ]),
  );
  const candidates = walk.candidates.map((candidate) => ({
    release: { ...candidate.release, status: states.get(candidate.release.id) ?? candidate.release.status },
  }));
  const isAlongGit = walk.release.history !== 'absent' && signs.settings.baseline === 'auto';
  const newest = isAlongGit ? null : await tx.releases.newestGood(release.buildId);
  const expected = isAlongGit
    ? expectedFrom(candidates, signs.settings).map(({ id }) => id)
    : newest === null
      ? []
      : [newest.id];
  const own = (await tx.baselines.namesOf([release.id]))[0]!.present;
  const former = await tx.baselines.formerNames(release.id);
  const byRelease = new Map((await tx.baselines.namesOf(expected)).map((names) => [names.releaseId, names]));
  const names = missingNames(
    expected.map((id) => byRelease.get(id)!),
    [...own, ...former],
  );
  await tx.baselines.noteMissing(release.id, names, expected);
  return names;
}
