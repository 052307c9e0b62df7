/** Approvals by content: a verdict on the same pixels is not asked for twice. */

import { personOf } from '../runs/approvals.ts';
import type { Verdict } from '../runs/verdict.ts';
import type { MissingVerdict } from './choose-baseline.ts';
import { isDirty, isOnMain, isSameCommit } from './placed-release.ts';
import type { HistoryEntry, PlacedRelease } from './placed-release.ts';
import type { BaselineSettings } from './settings.ts';

/** The run that asks. */
export interface Asking {
  release: PlacedRelease;
  history: readonly HistoryEntry[];
  /** Commits of its branch alone. */
  own: readonly string[];
}

/** A run of the same build and name with the same pixels. */
export interface EqualScreenshot {
  runId: number;
  release: PlacedRelease;
  verdict: Verdict;
  verdictBy: string | null;
  verdictAt: number | null;
  /** The verdict was taken over itself: what counts is the one that a person gave. */
  isTakenOver: boolean;
  /** As `isAccepted` says. */
  isAccepted: boolean;
}

export interface TakenOver {
  verdict: 'approved' | 'rejected';
  /** `judged`: a person's verdict; `accepted`: the image was accepted on the history, and nothing was judged. */
  reason: 'judged' | 'accepted';
  from: EqualScreenshot;
}

const dayMs = 86_400_000;

/** What was said before is not taken over. */
export function oldestToTakeOver(
  { carryOverDays }: Pick<BaselineSettings, 'carryOverDays'>,
  now: number,
): number {
  return now - carryOverDays * dayMs;
}

/**
 * The verdict that a run takes over: the newest judgement in scope, a rejection as well as an approval; without one,
 * that the image was accepted on the run's own history.
 *
 * @param images any order; the asking run itself is no part of them
 * @returns null when the run must be asked about
 */
export function verdictToTakeOver(
  asking: Asking,
  screenshots: readonly EqualScreenshot[],
  settings: Pick<BaselineSettings, 'mainBranches' | 'carryOver' | 'carryOverDays' | 'freshReview'>,
  now: number,
): TakenOver | null {
  if (settings.carryOver === 'off' || settings.freshReview) return null;
  const usable = screenshots.filter(
    ({ release }) => release.status !== 'bad' && release.id !== asking.release.id,
  );
  const oldest = oldestToTakeOver(settings, now);
  const judged = usable
    .filter(({ verdict, isTakenOver }) => verdict !== 'none' && !isTakenOver)
    .filter(({ verdictAt }) => verdictAt !== null && verdictAt >= oldest)
    .filter(({ release }) => isInScope(asking, release, settings))
    .sort((a, b) => b.verdictAt! - a.verdictAt! || b.runId - a.runId);
  const newest = judged[0];
  if (newest !== undefined) {
    return { verdict: newest.verdict as TakenOver['verdict'], reason: 'judged', from: newest };
  }
  const accepted = usable
    .filter(({ isAccepted, verdict }) => isAccepted && verdict !== 'rejected')
    .filter(({ release }) => isOnHistory(asking, release, asking.history))
    .sort((a, b) => b.release.id - a.release.id)[0];
  return accepted === undefined ? null : { verdict: 'approved', reason: 'accepted', from: accepted };
}

/**
 * The run whose approvals count on, where several people must approve and none has a verdict: the newest in scope.
 *
 * @param images any order; the asking run itself is no part of them
 */
export function undecidedToGoOnFrom(
  asking: Asking,
  screenshots: readonly EqualScreenshot[],
  settings: Pick<BaselineSettings, 'mainBranches' | 'carryOver' | 'freshReview'>,
): EqualScreenshot | null {
  if (settings.carryOver === 'off' || settings.freshReview) return null;
  const inScope = screenshots
    .filter(({ release }) => release.status !== 'bad' && release.id !== asking.release.id)
    .filter(({ release }) => isInScope(asking, release, settings));
  const newest = inScope.sort((a, b) => b.release.id - a.release.id)[0];
  return newest?.verdict === 'none' ? newest : null;
}

/** A decision on a change of the run of that name in another release. */
export interface DecidedChange {
  decisionId: number;
  fingerprint: string;
  verdict: 'approved' | 'rejected';
  actor: string;
  at: number;
  release: PlacedRelease;
  /** Of the browser that took the image; null if it is not known. */
  browserVersion: string | null;
}

type ChangeSettings = Pick<
  BaselineSettings,
  'mainBranches' | 'carryOver' | 'carryOverDays' | 'carryOverAcrossEngines' | 'freshReview'
>;

/**
 * The same where several people must approve: of each change whose newest decision is an approval, the approvals of all
 * people.
 *
 * @returns empty when not every change has one
 */
export function allApprovalsToTakeOver<D extends DecidedChange>(
  asking: Asking,
  run: { changes: readonly string[]; browserVersion: string | null },
  decided: readonly D[],
  settings: ChangeSettings,
  now: number,
): D[] {
  if (approvalsToTakeOver(asking, run, decided, settings, now) === null) return [];
  const latest = new Map<string, D>();
  for (const one of usableDecisions(asking, run.browserVersion, decided, settings, now)) {
    const key = `${one.fingerprint} ${personOf(one.actor)}`;
    if (run.changes.includes(one.fingerprint) && !latest.has(key)) latest.set(key, one);
  }
  return [...latest.values()].filter(({ verdict }) => verdict === 'approved');
}

/**
 * The approvals that settle all changes of a run: for each, the newest decision of a person in scope, as long as it is an
 * approval. Unless the settings say so, one on an image from another browser does not count; an unknown browser counts as
 * equal.
 *
 * @param decided any order; none of them was undone, or taken over itself
 * @returns null when a person must decide
 */
export function approvalsToTakeOver<D extends DecidedChange>(
  asking: Asking,
  { changes, browserVersion }: { changes: readonly string[]; browserVersion: string | null },
  decided: readonly D[],
  settings: ChangeSettings,
  now: number,
): D[] | null {
  if (settings.carryOver !== 'changes' || settings.freshReview) return null;
  const usable = usableDecisions(asking, browserVersion, decided, settings, now);
  const newest = changes.map((change) => usable.find(({ fingerprint }) => fingerprint === change));
  const approvals = newest.filter((one) => one !== undefined && one.verdict === 'approved');
  return approvals.length === changes.length ? (approvals as D[]) : null;
}

/**
 * The approvals that a reviewer sees beside a change: for each, the newest decision of a person in scope, as long as it is an approval.
 * They settle nothing: on another page, the same change may be another matter.
 *
 * @param decided decisions on all runs of other releases that have one of the changes, in any order
 */
export function approvalsToTellOf<D extends Omit<DecidedChange, 'browserVersion'>>(
  asking: Asking,
  decided: readonly D[],
  settings: ChangeSettings,
  now: number,
): Map<string, D> {
  if (settings.carryOver !== 'changes' || settings.freshReview) return new Map();
  const newest = new Map<string, D>();
  for (const one of decidedInScope(asking, decided, settings, now))
    if (!newest.has(one.fingerprint)) newest.set(one.fingerprint, one);
  return new Map([...newest].filter(([, { verdict }]) => verdict === 'approved'));
}

/** Decisions of people in scope, on images of the browser, the newest first. */
function usableDecisions<D extends DecidedChange>(
  asking: Asking,
  browserVersion: string | null,
  decided: readonly D[],
  settings: ChangeSettings,
  now: number,
): D[] {
  return decidedInScope(asking, decided, settings, now).filter(
    (one) => settings.carryOverAcrossEngines || isOfSameBrowser(one, browserVersion),
  );
}

/** Decisions of people in scope, the newest first. */
function decidedInScope<D extends Omit<DecidedChange, 'browserVersion'>>(
  asking: Asking,
  decided: readonly D[],
  settings: ChangeSettings,
  now: number,
): D[] {
  const oldest = oldestToTakeOver(settings, now);
  return decided
    .filter(({ release }) => release.status !== 'bad' && release.id !== asking.release.id)
    .filter(({ actor, at }) => isPerson(actor) && at >= oldest)
    .filter(({ release }) => isInScopeOfChanges(asking, release, settings))
    .sort((a, b) => b.at - a.at || b.decisionId - a.decisionId);
}

function isOfSameBrowser(one: DecidedChange, browserVersion: string | null): boolean {
  return browserVersion === null || one.browserVersion === null || one.browserVersion === browserVersion;
}

/** Who is signed in, or works on a server without logins; no key. */
function isPerson(actor: string): boolean {
  return personOf(actor) !== null;
}

/** Also without git: other attempts of a release, unless one of them has a branch. */
function isInScopeOfChanges(
  asking: Asking,
  release: PlacedRelease,
  settings: Pick<BaselineSettings, 'mainBranches'>,
): boolean {
  const { release: own } = asking;
  if (own.branch === null && release.branch === null && own.name === release.name) return true;
  if (isNear(asking, release)) return true;
  // Releases without a repository need not be of the same one.
  return own.repository !== null && isOnMain(own, settings) && own.repository === release.repository;
}

/** What was said about a missing page in another release. */
export interface JudgedMissing {
  release: PlacedRelease;
  name: string;
  verdict: Exclude<MissingVerdict, 'undecided'>;
  verdictBy: string | null;
  verdictAt: number | null;
}

/**
 * What was said about missing pages, by name: the newest verdict in scope that is newer than the release that the page
 * is missed from, as a page may go, come back, and go again.
 *
 * @param lastShown by name, the release that has the page, or misses it itself
 */
export function missingVerdictsToTakeOver(
  asking: Asking,
  judged: readonly JudgedMissing[],
  lastShown: ReadonlyMap<string, number>,
  settings: Pick<BaselineSettings, 'mainBranches' | 'carryOver' | 'carryOverDays' | 'freshReview'>,
  now: number,
): Map<string, JudgedMissing> {
  const found = new Map<string, JudgedMissing>();
  if (settings.carryOver === 'off' || settings.freshReview) return found;
  const oldest = oldestToTakeOver(settings, now);
  for (const page of judged) {
    const { release, name, verdictAt } = page;
    if (release.status === 'bad' || release.id === asking.release.id) continue;
    if (verdictAt === null || verdictAt < oldest) continue;
    if (release.id <= (lastShown.get(name) ?? Infinity) || !isInScope(asking, release, settings)) continue;
    const known = found.get(name);
    if (known === undefined || verdictAt > known.verdictAt!) found.set(name, page);
  }
  return found;
}

/** Whether a verdict given in a release counts for the asking one. */
function isInScope(
  asking: Asking,
  release: PlacedRelease,
  settings: Pick<BaselineSettings, 'mainBranches'>,
): boolean {
  const { release: own } = asking;
  return isNear(asking, release) || (isOnMain(own, settings) && own.repository === release.repository);
}

/** Of the same branch, along the history, or with the same source tree. */
function isNear(asking: Asking, release: PlacedRelease): boolean {
  const { release: own } = asking;
  if (isOfSameLineage(own, release)) return true;
  if (own.tree !== null && own.tree === release.tree) return true;
  return isOnHistory(asking, release, [...asking.history, ...asking.own.map((commit) => ({ commit }))]);
}

/** Same repository, same repository of the head, and same branch or pull request. */
function isOfSameLineage(one: PlacedRelease, other: PlacedRelease): boolean {
  if (one.repository !== other.repository) return false;
  if ((one.headRepository ?? one.repository) !== (other.headRepository ?? other.repository)) return false;
  if (one.branch !== null && one.branch === other.branch) return true;
  return one.pullRequest !== null && one.pullRequest === other.pullRequest;
}

function isOnHistory(
  { release: asking }: Asking,
  release: PlacedRelease,
  history: readonly HistoryEntry[],
): boolean {
  // Its commit does not say what it shows.
  if (isDirty(release)) return false;
  const { commit, headCommit, tree, repository } = release;
  const isSameRepository = repository === asking.repository;
  return history.some(
    (entry) =>
      (commit !== null && isSameCommit(commit, entry.commit, isSameRepository)) ||
      (headCommit !== null && isSameCommit(headCommit, entry.commit, isSameRepository)) ||
      (tree !== null && tree === entry.tree),
  );
}
