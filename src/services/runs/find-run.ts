import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { checkName } from '../../domain/names.ts';
import type { Release, Run } from '../../domain/model.ts';
import type { Deps } from '../deps.ts';
import { findBaseline } from './find-baseline.ts';
import { findBuildToUse } from '../builds/find-build.ts';

export interface FindRunInput {
  buildId: number;
  runName: string;
}

export interface FindRunResult {
  /** The latest good release with a usable image of that name; if there is none, the latest good one. */
  release: Release;
  /** Its run of that name, or null. */
  run: Run | null;
}

/** @throws AppError `not_found` when the build has no good release */
export async function findRun(deps: Deps, principal: Principal, input: FindRunInput): Promise<FindRunResult> {
  checkName('run_name', input.runName);
  return deps.store.read(async (tx) => {
    await findBuildToUse(tx, principal, input.buildId);
    const found = await findBaseline(tx, input.buildId, input.runName);
    if (found === null) {
      throw new AppError(
        'not_found',
        `Build ${input.buildId} has no good release yet, so there is no baseline for run_name "${input.runName}". ` +
          'Mark a release good first.',
      );
    }
    return found;
  });
}
