import type { Principal } from '../../domain/people/access.ts';
import type { Build } from '../../domain/builds/build.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { MissingRun } from '../../ports/store/baselines.ts';
import type { Deps } from '../deps.ts';
import { notThereYet } from './note-missing.ts';
import { findReleaseToRead } from '../builds/find-build.ts';
import type { ReleaseName } from '../builds/find-build.ts';

export interface ListMissingInput extends ReleaseName {
  /** While the release receives runs: the pages that it does not have yet, even if it will show only a part of them. */
  soFar?: boolean | undefined;
}

/** Pages that a release should have but does not, by name, and the releases of their last images. */
export async function listMissing(
  deps: Deps,
  principal: Principal,
  input: ListMissingInput,
): Promise<{ build: Build; release: Release; missing: MissingRun[]; baselineReleases: Release[] }> {
  return deps.store.read(async (tx) => {
    const found = await findReleaseToRead(tx, principal, input);
    const { release } = found;
    if (input.soFar === true && release.status === 'receiving') {
      const names = await notThereYet(deps, tx, release);
      return { ...found, missing: names.map((name) => ({ name, ...unknown })), baselineReleases: [] };
    }
    const missing = await tx.baselines.missingOf(release.id);
    const ids = new Set(missing.flatMap(({ baselineReleaseId }) => baselineReleaseId ?? []));
    return { ...found, missing, baselineReleases: await tx.releases.findMany([...ids]) };
  });
}

const unknown = {
  baselineRunId: null,
  baselineReleaseId: null,
  verdict: 'undecided',
  verdictBy: null,
  verdictAt: null,
  renamed: null,
} as const;
