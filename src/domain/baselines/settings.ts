/** How a build wants its baselines chosen and its approvals kept. */

import { AppError } from '../../base/errors.ts';
import { checkName } from '../names.ts';

/** The words of the settings that are a choice. */
export const settingWords = {
  baseline: ['auto', 'newest_good'],
  firstRun: ['accept', 'review'],
  newImages: ['review', 'pass'],
  removedImages: ['review', 'pass'],
  mainUnreviewed: ['use', 'skip'],
  carryOver: ['off', 'exact', 'changes'],
} as const;

type Word<Setting extends keyof typeof settingWords> = (typeof settingWords)[Setting][number];

export interface BaselineSettings {
  /** Globs of the names of main branches; see `matchesGlob`. */
  mainBranches: readonly string[];
  /** `newest_good`: the newest good release that has the page, whatever git says; only people mark releases good. */
  baseline: Word<'baseline'>;
  /** What becomes of a page that is new on a main branch. */
  firstRun: Word<'firstRun'>;
  /** What becomes of a page that is new elsewhere. */
  newImages: Word<'newImages'>;
  /** What becomes of a page that the baseline has and a release does not. */
  removedImages: Word<'removedImages'>;
  /** Whether other branches are compared with what main looks like before it was reviewed. */
  mainUnreviewed: Word<'mainUnreviewed'>;
  /** Seconds that a run waits for a release of main that is not finished, from that release's creation. */
  baselineWaitSeconds: number;
  /** Whether verdicts are taken over: never, for equal pixels, or also for equal changes. */
  carryOver: Word<'carryOver'>;
  /** Age at which a verdict is no longer taken over, in days. */
  carryOverDays: number;
  /** Whether an approval of changes also counts for an image that another browser took. */
  carryOverAcrossEngines: boolean;
  /** Whether releases ask about everything again. */
  freshReview: boolean;
  /** Whether texts that leave the server, such as those for a forge, name the people who decided. */
  nameReviewers: boolean;
  /** People who must approve a run until it is approved, 1 to {@link maxApprovals}. */
  approvals: number;
  /** Whether the author of a release counts among them. */
  notByAuthor: boolean;
}

export const defaultBaselineSettings: BaselineSettings = {
  mainBranches: ['main', 'master', 'trunk'],
  baseline: 'auto',
  firstRun: 'accept',
  newImages: 'review',
  removedImages: 'review',
  mainUnreviewed: 'use',
  baselineWaitSeconds: 600,
  carryOver: 'changes',
  carryOverDays: 90,
  carryOverAcrossEngines: false,
  freshReview: false,
  nameReviewers: false,
  approvals: 1,
  notByAuthor: false,
};

export const maxMainBranches = 20;
export const maxGlobLength = 200;
export const maxBaselineWaitSeconds = 86_400;
export const maxCarryOverDays = 3_650;
export const maxApprovals = 5;

/** @throws AppError `invalid_argument` | `name_invalid` */
export function checkMainBranches(parameter: string, globs: readonly string[]): string[] {
  const distinct = [...new Set(globs)];
  if (distinct.length === 0 || distinct.length > maxMainBranches) {
    throw new AppError(
      'invalid_argument',
      `${parameter} must have 1 to ${maxMainBranches} names or patterns of branches, got ${distinct.length}.`,
      { details: { parameter } },
    );
  }
  return distinct.map((glob) => checkName(parameter, glob, maxGlobLength));
}

/** The names of the settings, in the order in which they are shown. */
export const settingNames = Object.keys(defaultBaselineSettings) as (keyof BaselineSettings)[];

/** Whether new pages need a decision, in a release that follows git. */
export function asksAboutNew(
  { firstRun, newImages }: Pick<BaselineSettings, 'firstRun' | 'newImages'>,
  isOnMain: boolean,
): boolean {
  return (isOnMain ? firstRun : newImages) === 'review';
}
