import { AppError } from '../../base/errors.ts';
import type { RunFailure } from '../../domain/runs/run.ts';
import type { Deps } from '../deps.ts';
import { readArtifact } from './download.ts';

export interface CheckedImage {
  sha1: string;
  /** `unknown`: only a comparison, with the run's own limits, can decide. */
  outcome: 'good' | 'unknown' | RunFailure;
}

/** Whether a file that the build owns is an image. */
export async function checkImage(deps: Deps, buildId: number, sha1: string): Promise<CheckedImage> {
  try {
    await deps.imageCheck.check({
      sha1,
      read: async () => {
        const owned = await deps.store.read((tx) => tx.artifacts.findOwned(buildId, sha1));
        if (owned === null)
          throw new AppError('artifact_not_found', `Build ${buildId} has no artifact ${sha1}.`);
        return readArtifact(deps, buildId, owned.artifact);
      },
    });
    return { sha1, outcome: 'good' };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'image_invalid' || error.code === 'artifact_corrupt')
      return { sha1, outcome: { reason: error.code, message: error.message } };
    if (error.code === 'image_too_large' || error.code === 'unprocessable')
      return { sha1, outcome: 'unknown' };
    throw error;
  }
}
