/** Which images may be baselines, and which of them count as reviewed. */

import type { ReleaseStatus } from '../releases/release.ts';
import type { RunStatus } from '../runs/run.ts';
import type { Verdict } from '../runs/verdict.ts';
import type { BaselineSettings } from './settings.ts';

/** One run's image, with what its being accepted depends on. */
export interface JudgedScreenshot {
  hasImage: boolean;
  status: RunStatus;
  verdict: Verdict;
  releaseStatus: ReleaseStatus;
  /** Its release is of a main branch and follows git. */
  isOnGitMain: boolean;
}

export type Veto = 'release_bad' | 'rejected' | 'failed' | 'not_captured';

/** Why the image is no baseline whatever else holds, or null. */
export function vetoOf(screenshot: JudgedScreenshot): Veto | null {
  if (screenshot.releaseStatus === 'bad') return 'release_bad';
  if (screenshot.verdict === 'rejected') return 'rejected';
  if (screenshot.status === 'failed') return 'failed';
  return screenshot.hasImage ? null : 'not_captured';
}

/**
 * Whether an image is accepted: approved, of a good release, new on main where that is accepted, or the same as an
 * accepted one.
 *
 * @param chain the run, then the run that it was compared with, then that one's, and so on; as far as is known
 */
export function isAccepted(
  chain: Iterable<JudgedScreenshot>,
  { firstRun }: Pick<BaselineSettings, 'firstRun'>,
): boolean {
  for (const screenshot of chain) {
    if (vetoOf(screenshot) !== null) return false;
    if (screenshot.verdict === 'approved' || screenshot.releaseStatus === 'good') return true;
    if (screenshot.status === 'no_diff_needed') return screenshot.isOnGitMain && firstRun === 'accept';
    if (screenshot.status !== 'diff_not_found') return false;
  }
  return false;
}
