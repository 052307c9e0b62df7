/** When a release that follows git needs no person to mark it good. */

import type { RunStatus } from '../runs/run.ts';
import type { Verdict } from '../runs/verdict.ts';
import { followsGit, isOnMain } from './placed-release.ts';
import type { PlacedRelease } from './placed-release.ts';
import type { MissingVerdict } from './choose-baseline.ts';
import { asksAboutNew } from './settings.ts';
import type { BaselineSettings } from './settings.ts';

/** Who decided where no person did. */
export const serverActor = 'server';

/** One run as the decision sees it. */
export interface SettledRun {
  status: RunStatus;
  verdict: Verdict;
  /** Whether the image that it is the same as is accepted; asked only where it is the same. */
  isBaselineAccepted: boolean;
}

export interface ReleaseToJudge {
  release: PlacedRelease;
  settings: BaselineSettings;
  runs: Iterable<SettledRun>;
  missing: Iterable<MissingVerdict>;
}

/** What keeps a release from becoming good by itself. */
export type KeptBack =
  | 'no_history'
  | 'not_settled'
  | 'failed'
  | 'rejected'
  | 'undecided'
  | 'unreviewed_baseline'
  | 'missing'
  | 'nothing_compared';

/**
 * Whether nothing is left to decide: every run is approved, the same as an accepted image, new where that is
 * accepted, or failed and accepted as that; and every page that is missing was confirmed as removed.
 *
 * @returns null when the release becomes good
 */
export function whyNotGood({ release, settings, runs, missing }: ReleaseToJudge): KeptBack | null {
  if (!followsGit(release, settings)) return 'no_history';
  if (release.status !== 'reviewing') return 'not_settled';
  const isNewAccepted = !asksAboutNew(settings, isOnMain(release, settings));
  let counted = 0;
  for (const run of runs) {
    const why = whyKept(run, isNewAccepted);
    if (why !== null) return why;
    if (run.status !== 'failed') counted++;
  }
  for (const verdict of missing) {
    if (verdict === 'confirmed') continue;
    if (verdict === 'rejected' || settings.removedImages === 'review') return 'missing';
  }
  return counted === 0 ? 'nothing_compared' : null;
}

function whyKept(
  { status, verdict, isBaselineAccepted }: SettledRun,
  isNewAccepted: boolean,
): KeptBack | null {
  if (verdict === 'rejected') return 'rejected';
  switch (status) {
    case 'data_pending':
    case 'needs_diff':
      return 'not_settled';
    case 'failed':
      // A person accepted that, or must look.
      return verdict === 'approved' ? null : 'failed';
    case 'diff_found':
      return 'undecided';
    case 'diff_approved':
      return null;
    case 'diff_not_found':
      return isBaselineAccepted || verdict === 'approved' ? null : 'unreviewed_baseline';
    case 'no_diff_needed':
      return isNewAccepted || verdict === 'approved' ? null : 'undecided';
  }
}
