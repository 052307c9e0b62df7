import type { Principal } from '../../domain/people/access.ts';
import { AppError } from '../../base/errors.ts';
import { checkName } from '../../domain/names.ts';
import { baselineSentence } from '../../domain/baselines/sentence.ts';
import type { Release } from '../../domain/releases/release.ts';
import type { Run } from '../../domain/runs/run.ts';
import type { Transaction } from '../../ports/store.ts';
import { chooseForRun } from '../baselines/choose-for-run.ts';
import type { Deps } from '../deps.ts';
import { findBaseline } from './find-baseline.ts';
import { findBuildToUse, findReleaseToRead } from '../builds/find-build.ts';

export interface FindRunInput {
  buildId: number;
  runName: string;
  /** The caller's release: the answer is the baseline of its run of that name. */
  releaseName?: string | undefined;
  releaseNumber?: number | undefined;
}

export interface FindRunResult {
  /** The latest good release with a usable image of that name, else the latest good release. */
  release: Release;
  /** Its run of that name, or null. */
  run: Run | null;
  /** Why it was chosen; null without the caller's release. */
  reason: string | null;
}

/** @throws AppError `not_found` if the build has no good release, or the caller's release does not exist */
export async function findRun(deps: Deps, principal: Principal, input: FindRunInput): Promise<FindRunResult> {
  checkName('run_name', input.runName);
  return deps.store.read(async (tx) => {
    await findBuildToUse(tx, principal, input.buildId);
    if (input.releaseName !== undefined || input.releaseNumber !== undefined)
      return findFor(deps, tx, principal, input);
    const found = await findBaseline(tx, input.buildId, input.runName);
    if (found === null) {
      throw new AppError(
        'not_found',
        `Build ${input.buildId} has no good release yet, so there is no baseline for run_name "${input.runName}". ` +
          'Mark a release good first.',
      );
    }
    return { ...found, reason: null };
  });
}

/** The baseline of a release's run; for a new page, the release itself. */
async function findFor(
  deps: Deps,
  tx: Transaction,
  principal: Principal,
  input: FindRunInput,
): Promise<FindRunResult> {
  const { releaseName, releaseNumber } = input;
  if (releaseName === undefined || releaseNumber === undefined) {
    const [missing, given] =
      releaseName === undefined ? ['release_name', 'release_number'] : ['release_number', 'release_name'];
    throw new AppError(
      'invalid_argument',
      `release_name and release_number come together; ${missing} is missing.`,
      { details: { parameter: given } },
    );
  }
  const { release } = await findReleaseToRead(tx, principal, {
    buildId: input.buildId,
    releaseName,
    releaseNumber,
  });
  const { choice, run } = await chooseForRun(deps, tx, release, [input.runName]);
  const baseline = run === null ? null : await tx.releases.findById(run.releaseId);
  return { release: baseline ?? release, run, reason: baselineSentence(choice) };
}
