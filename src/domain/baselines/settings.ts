/** How a build wants its baselines chosen and its approvals kept. */

export interface BaselineSettings {
  /** Globs of the names of main branches; see `matchesGlob`. */
  mainBranches: readonly string[];
  /** `newest_good`: the newest good release that has the page, whatever git says. */
  baseline: 'auto' | 'newest_good';
  /** What becomes of a page that is new on a main branch. */
  firstRun: 'accept' | 'review';
  /** What becomes of a page that is new elsewhere. */
  newImages: 'review' | 'pass';
  /** What becomes of a page that the baseline has and a release does not. */
  removedImages: 'review' | 'pass';
  /** Whether other branches are compared with what main looks like before it was reviewed. */
  mainUnreviewed: 'use' | 'skip';
  /** Seconds that a run waits for a release of main that is not finished, from that release's creation; 0–86,400. */
  baselineWaitSeconds: number;
  /** Whether verdicts are taken over: never, for equal pixels, or for equal changes too. */
  carryOver: 'off' | 'exact' | 'changes';
  /** Age at which a verdict is no longer taken over, in days; 1–3,650. */
  carryOverDays: number;
  /** Whether releases ask about everything again. */
  freshReview: boolean;
  /** Whether texts for a forge name the people who decided. */
  nameReviewers: boolean;
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
  freshReview: false,
  nameReviewers: false,
};
