import type { Answer } from '../client/index.ts';
import {
  asksAboutNew,
  defaultBaselineSettings,
  type BaselineSettings,
} from '../domain/baselines/settings.ts';
import type { StatusCounts } from '../domain/releases/status-counts.ts';

/** What a person must decide in a release, by its place in git and the settings of its build. */
export interface ReviewRules {
  /** The server follows git's history, and marks the release good once nothing is left to decide. */
  followsGit: boolean;
  /** New pages need a decision. */
  reviewsNew: boolean;
  /** Pages that the baseline has and the release does not need one. */
  reviewsMissing: boolean;
}

type RunList = Answer<'listRuns'>;

/** Older servers tell nothing of it: to them, nothing follows git. */
export function reviewRulesOf({ build, release }: Pick<RunList, 'build' | 'release'>): ReviewRules {
  const settings: BaselineSettings = { ...defaultBaselineSettings, ...build };
  const { followsGit = false, isOnMain = false }: Partial<RunList['release']> = release;
  return {
    followsGit,
    reviewsNew: followsGit && asksAboutNew(settings, isOnMain),
    reviewsMissing: settings.removedImages === 'review',
  };
}

/** Whether people have nothing to do in a release that is ready for review. */
export function hasNothingToDecide(
  { total, same, approved, new: added, missing, accepted }: StatusCounts,
  { followsGit, reviewsNew, reviewsMissing }: ReviewRules,
): boolean {
  if (total === 0 || (missing > 0 && reviewsMissing)) return false;
  if (!followsGit) return same > 0 && same + accepted === total;
  return same + approved + accepted + (reviewsNew ? 0 : added) === total;
}
