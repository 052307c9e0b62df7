/** Which pictures may be baselines, and which of them count as reviewed. */

import type { ReleaseStatus, RunStatus, Verdict } from '../model.ts';
import type { BaselineSettings } from './settings.ts';

/** One run's picture, with what its being accepted depends on. */
export interface PictureFacts {
  hasImage: boolean;
  status: RunStatus;
  verdict: Verdict;
  releaseStatus: ReleaseStatus;
  /** Its release is of a main branch and follows git. */
  isOnGitMain: boolean;
}

export type Veto = 'release_bad' | 'rejected' | 'failed' | 'not_captured';

/** Why the picture is no baseline whatever else holds, or null. */
export function vetoOf(picture: PictureFacts): Veto | null {
  if (picture.releaseStatus === 'bad') return 'release_bad';
  if (picture.verdict === 'rejected') return 'rejected';
  if (picture.status === 'failed') return 'failed';
  return picture.hasImage ? null : 'not_captured';
}

/**
 * Whether a picture is accepted: approved, of a good release, new on main where that is accepted, or the same as an
 * accepted one.
 *
 * @param chain the run, then the run that it was compared with, then that one's, and so on; as far as is known
 */
export function isAccepted(
  chain: Iterable<PictureFacts>,
  { firstRun }: Pick<BaselineSettings, 'firstRun'>,
): boolean {
  for (const picture of chain) {
    if (vetoOf(picture) !== null) return false;
    if (picture.verdict === 'approved' || picture.releaseStatus === 'good') return true;
    if (picture.status === 'no_diff_needed') return picture.isOnGitMain && firstRun === 'accept';
    if (picture.status !== 'diff_not_found') return false;
  }
  return false;
}
