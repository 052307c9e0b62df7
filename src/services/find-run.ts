import type { Principal } from '../domain/access.ts';
import { baselineOf } from '../domain/baseline.ts';
import { AppError } from '../domain/errors.ts';
import { checkName } from '../domain/names.ts';
import type { Release, Run } from '../domain/model.ts';
import type { Deps } from './deps.ts';
import { findBuildToUse } from './find-build.ts';

export interface FindRunInput {
  buildId: number;
  runName: string;
}

export interface FindRunResult {
  /** The newest good release. */
  release: Release;
  /** Its run of that name, or null when it has none with an image. */
  run: Run | null;
}

/** @throws AppError `not_found` when the build has no good release */
export async function findRun(deps: Deps, principal: Principal, input: FindRunInput): Promise<FindRunResult> {
  checkName('run_name', input.runName);
  return deps.store.read(async (tx) => {
    await findBuildToUse(tx, principal, input.buildId);
    const release = await tx.releases.newestGood(input.buildId);
    if (release === null) {
      throw new AppError(
        'not_found',
        `Build ${input.buildId} has no good release yet, so there is no baseline for run_name "${input.runName}". ` +
          'Mark a release good first.',
      );
    }
    return { release, run: baselineOf(await tx.runs.find(release.id, input.runName)) };
  });
}
