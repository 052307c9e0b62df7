/** What a run is compared with. One pure function over what is known; what more it needs, it asks for. */

import { isComplete, isOnMain } from './placed-release.ts';
import type { PlacedRelease } from './placed-release.ts';
import type { Veto } from './acceptance.ts';
import type { BaselineSettings } from './settings.ts';
import type { Candidate, Match } from './walk.ts';

/** The run that a release has of the wanted name. */
export interface FoundScreenshot {
  runId: number;
  veto: Veto | null;
  isAccepted: boolean;
}

/** What a person said about a page that is gone. */
export type MissingVerdict = 'undecided' | 'rejected' | 'confirmed';

/** A release of the walk and what it has of the name. */
export interface WalkStep extends Candidate {
  screenshot: FoundScreenshot | null;
  /** The page is one that the release should have and does not; null: no such entry. */
  missing: MissingVerdict | null;
}

export interface FoundBaseline {
  release: PlacedRelease;
  runId: number;
}

export interface ChoiceInput {
  /** The release whose run it is. */
  release: PlacedRelease;
  settings: BaselineSettings;
  now: number;
  /** What the client named: a release and the run of the name in it; absent: nothing. */
  named?: { release: PlacedRelease; screenshot: FoundScreenshot | null } | undefined;
  /** The closest first. */
  walk: readonly WalkStep[];
  /** Whether the walk has more steps than these. */
  isWalkCut: boolean;
  /** The newest accepted image of the name in a release without branch or on main. Undefined: not looked up. */
  newestAccepted?: FoundBaseline | null | undefined;
  /** Whether the build has a good release without branch, or any on main. */
  hasMain?: boolean | undefined;
  /** The run of the name in the newest good release that has a usable image of it. */
  newestGood?: FoundBaseline | null | undefined;
  /** The newest accepted image of the name in another release of the same commit. */
  sameCommit?: FoundBaseline | null | undefined;
}

export type WhyNot =
  | Veto
  | 'unreviewed'
  | 'other_branch'
  | 'receiving'
  | 'not_in_subset'
  | 'no_such_page'
  | 'removal_undecided'
  | 'further_back';

export interface NamedRelease {
  id: number;
  name: string;
  number: number;
  branch: string | null;
  commit: string | null;
}

export interface OtherCandidate {
  release: NamedRelease;
  runId: number | null;
  why: WhyNot;
}

/** What was chosen and why; kept with the run. */
export interface BaselineChoice {
  rule:
    | 'picked'
    | 'named'
    | 'walk'
    | 'newest_accepted'
    | 'newest_good'
    | 'any_branch'
    | 'same_commit'
    | 'none'
    | 'waiting';
  /** Of the baseline; where the run is new, the release that says so; while waiting, what is waited for. */
  release: NamedRelease | null;
  runId: number | null;
  match: Match | null;
  /** The commit of the history that the release showed. */
  commit: string | null;
  commitsBefore: number;
  isMerged: boolean;
  /** It is what main looks like, and no person has said yes to it. */
  isUnreviewed: boolean;
  /** The chosen release is of a main branch. */
  isOnMain: boolean;
  /** The run's own release is of a main branch. */
  isRunOnMain: boolean;
  /** Why git's history was no help, as the client said. */
  historyNote: string | null;
  /** Name under which the page was found, where it is not the run's own. */
  previousName: string | null;
  /** Epoch milliseconds; while waiting. */
  waitUntil: number | null;
  others: OtherCandidate[];
}

/** Input that was not looked up. */
export type Lookup = 'walk' | 'newest_accepted' | 'newest_good' | 'same_commit';

export type ChoiceOutcome =
  /** Compared with `choice.runId`. */
  | { kind: 'baseline'; choice: BaselineChoice }
  | { kind: 'new'; choice: BaselineChoice }
  /** Ask again when that release settles, or at `choice.waitUntil`. */
  | { kind: 'wait'; choice: BaselineChoice }
  /** Ask again with this input. */
  | { kind: 'look_up'; what: Lookup };

const maxOthers = 5;

/**
 * The baseline of a run. The walk is the releases along the history, closest first: the first usable image wins that
 * is accepted, or is what main looks like. A complete release of main without the page ends the walk.
 */
export function chooseBaseline(input: ChoiceInput, historyNote: string | null): ChoiceOutcome {
  const { release, settings } = input;
  const base: BaselineChoice = {
    rule: 'none',
    release: null,
    runId: null,
    match: null,
    commit: null,
    commitsBefore: 0,
    isMerged: false,
    isUnreviewed: false,
    isOnMain: false,
    isRunOnMain: isOnMain(release, settings),
    historyNote,
    previousName: null,
    waitUntil: null,
    others: [],
  };
  if (input.named !== undefined) return named(input.named, base, settings);
  if (settings.baseline === 'newest_good' || release.history === 'absent') return newestGood(input, base);
  const walked = walk(input, base);
  if (walked !== null) return walked;
  if (input.isWalkCut) return { kind: 'look_up', what: 'walk' };
  const others = othersOf(input, base, input.walk.length);
  if (release.history !== 'read') {
    const fallen = withoutHistory(input, { ...base, others });
    if (fallen !== null) return fallen;
  }
  if (release.commit !== null) {
    if (input.sameCommit === undefined) return { kind: 'look_up', what: 'same_commit' };
    if (input.sameCommit !== null)
      return found('same_commit', input.sameCommit, { ...base, others }, settings);
  }
  return { kind: 'new', choice: { ...base, others } };
}

function named(
  { release, screenshot }: NonNullable<ChoiceInput['named']>,
  base: BaselineChoice,
  settings: BaselineSettings,
): ChoiceOutcome {
  const choice: BaselineChoice = {
    ...base,
    rule: 'named',
    release: namedRelease(release),
    isOnMain: isOnMain(release, settings),
  };
  if (screenshot === null || screenshot.veto !== null) return { kind: 'new', choice };
  return {
    kind: 'baseline',
    choice: { ...choice, runId: screenshot.runId, isUnreviewed: !screenshot.isAccepted },
  };
}

function newestGood(input: ChoiceInput, base: BaselineChoice): ChoiceOutcome {
  if (input.newestGood === undefined) return { kind: 'look_up', what: 'newest_good' };
  if (input.newestGood === null) return { kind: 'new', choice: { ...base, rule: 'newest_good' } };
  return found('newest_good', input.newestGood, base, input.settings);
}

function walk(input: ChoiceInput, base: BaselineChoice): ChoiceOutcome | null {
  const { settings, now } = input;
  for (const [index, step] of input.walk.entries()) {
    const { release, screenshot } = step;
    const choiceHere = (): BaselineChoice => ({
      ...base,
      rule: 'walk',
      release: namedRelease(release),
      match: step.match,
      commit: step.commit,
      commitsBefore: step.commitsBefore,
      isMerged: step.isMerged,
      isOnMain: isOnMain(release, settings),
      others: othersOf(input, base, index),
    });
    const waitUntil = release.createdAt + settings.baselineWaitSeconds * 1000;
    if (isUnfinished(release) && isOnMain(release, settings) && now < waitUntil) {
      return { kind: 'wait', choice: { ...choiceHere(), rule: 'waiting', waitUntil } };
    }
    if (screenshot !== null && whyNot(step, base, settings) === null) {
      const choice = { ...choiceHere(), runId: screenshot.runId, isUnreviewed: !screenshot.isAccepted };
      return { kind: 'baseline', choice };
    }
    if (saysThereIsNone(step, settings)) return { kind: 'new', choice: choiceHere() };
  }
  return null;
}

function saysThereIsNone(step: WalkStep, settings: BaselineSettings): boolean {
  if (step.screenshot !== null || (step.missing !== null && step.missing !== 'confirmed')) return false;
  return isComplete(step.release) && isOnMain(step.release, settings);
}

/** Why a step of the walk is not the baseline; null: it is. */
function whyNot(step: WalkStep, base: BaselineChoice, settings: BaselineSettings): WhyNot | null {
  const { release, screenshot, missing } = step;
  if (screenshot === null) {
    if (release.status === 'bad') return 'release_bad';
    if (missing === 'undecided' || missing === 'rejected') return 'removal_undecided';
    if (release.status === 'receiving') return 'receiving';
    return release.isSubset ? 'not_in_subset' : 'no_such_page';
  }
  if (screenshot.veto !== null) return screenshot.veto;
  if (screenshot.isAccepted) return null;
  if (!isOnMain(release, settings)) return 'other_branch';
  return base.isRunOnMain || settings.mainUnreviewed === 'skip' ? 'unreviewed' : null;
}

function isUnfinished({ status }: PlacedRelease): boolean {
  return status === 'receiving' || status === 'processing';
}

/** Those that the walk passed over, and those after the one that it ended at, which have the page. */
function othersOf(input: ChoiceInput, base: BaselineChoice, end: number): OtherCandidate[] {
  const others: OtherCandidate[] = [];
  for (const [index, step] of input.walk.entries()) {
    if (others.length === maxOthers) break;
    if (index === end || (index > end && step.screenshot === null)) continue;
    const why = whyNot(step, base, input.settings) ?? 'further_back';
    others.push({ release: namedRelease(step.release), runId: step.screenshot?.runId ?? null, why });
  }
  return others;
}

/** Without a history that can be followed: the newest accepted image of main, or of no branch. */
function withoutHistory(input: ChoiceInput, base: BaselineChoice): ChoiceOutcome | null {
  if (input.newestAccepted === undefined || input.hasMain === undefined) {
    return { kind: 'look_up', what: 'newest_accepted' };
  }
  if (input.newestAccepted !== null)
    return found('newest_accepted', input.newestAccepted, base, input.settings);
  if (input.hasMain) return null;
  if (input.newestGood === undefined) return { kind: 'look_up', what: 'newest_good' };
  return input.newestGood === null ? null : found('any_branch', input.newestGood, base, input.settings);
}

function found(
  rule: BaselineChoice['rule'],
  { release, runId }: FoundBaseline,
  base: BaselineChoice,
  settings: BaselineSettings,
): ChoiceOutcome {
  const choice = {
    ...base,
    rule,
    release: namedRelease(release),
    commit: release.commit,
    runId,
    isOnMain: isOnMain(release, settings),
  };
  return { kind: 'baseline', choice };
}

function namedRelease({ id, name, number, branch, commit, headCommit }: PlacedRelease): NamedRelease {
  return { id, name, number, branch, commit: headCommit ?? commit };
}
