/** What is still open in a release. Everything that asks whether a release is settled asks this. Pure. */

import { asksAboutNew } from '../baselines/settings.ts';
import type { BaselineSettings } from '../baselines/settings.ts';
import type { StatusCounts } from './status-counts.ts';

/** What a release asks people about, by its place in git and the settings of its build. */
export interface DecisionRules {
  /** Its baselines follow git; otherwise new and missing pages hold nothing back. */
  followsGit: boolean;
  isOnMain: boolean;
  settings: Pick<BaselineSettings, 'firstRun' | 'newImages' | 'removedImages'>;
}

/** Runs and pages that keep a release from being settled, each counted once. */
export interface OpenDecisions {
  /** Not captured or compared yet. */
  waiting: number;
  /** Differ, without a verdict. */
  undecided: number;
  rejected: number;
  /** Failed, and no person accepted that. */
  failed: number;
  /** New and without a verdict, where the release asks about new pages; without renamed ones. */
  new: number;
  /** Missing, not confirmed as removed, where the release asks about them; without renamed ones. */
  missing: number;
  /** Under another name, without a verdict. */
  renamed: number;
}

export function openDecisions(
  counts: Omit<StatusCounts, 'forgiven' | 'carried' | 'partlyApproved'>,
  { followsGit, isOnMain, settings }: DecisionRules,
): OpenDecisions {
  const asksNew = followsGit && asksAboutNew(settings, isOnMain);
  const asksMissing = followsGit && settings.removedImages === 'review';
  return {
    waiting: counts.waiting,
    undecided: counts.undecided,
    rejected: counts.rejected,
    failed: openFailures(counts),
    new: asksNew ? counts.new - counts.renamed : 0,
    missing: asksMissing ? counts.missing - counts.renamed : 0,
    renamed: asksNew || asksMissing ? counts.renamed : 0,
  };
}

/** Failed runs that no person accepted. */
export function openFailures({ failed, accepted }: Pick<StatusCounts, 'failed' | 'accepted'>): number {
  return failed - accepted;
}
