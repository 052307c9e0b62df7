/** What the decisions on changes mean for a run that has them. Pure. */

import type { Approval, Verdict, VerdictSource } from '../runs/verdict.ts';
import { serverActor } from '../baselines/good-by-itself.ts';
import { countedApprovals, isPlain, isSamePerson, oneApproval } from '../runs/approvals.ts';
import type { ApprovalRule } from '../runs/approvals.ts';

/** `none`: taken back, for one run. `excepted`: the decision of the same operation does not count for that run. */
const changeVerdicts = ['approved', 'rejected', 'none', 'excepted'] as const;
export type ChangeVerdict = (typeof changeVerdicts)[number];

/** Stands for what a run's changes do not explain: only a decision on the run as a whole covers it. */
export const unexplained = '';

/** A decision that was not undone. */
export interface ChangeDecision {
  /** Later decisions have higher ids. */
  id: number;
  /** Or {@link unexplained}. */
  fingerprint: string;
  /** Null: all runs of the release that have the change. */
  runId: number | null;
  verdict: ChangeVerdict;
  actor: string;
  /** Epoch milliseconds. */
  at: number;
  /** What was decided in one act has one. */
  operationId: string;
  /** The decision that it repeats; null: a person gave it here. */
  originDecisionId: number | null;
  /** The run with that decision. */
  originRunId: number | null;
}

/** What changed in a run. */
export interface ChangeSet {
  runId: number;
  /** Distinct. */
  fingerprints: readonly string[];
  /** They explain every difference. */
  isComplete: boolean;
}

export interface JudgedSet {
  verdict: Verdict;
  /** The newest decision that the verdict follows from; null with `none`. */
  decision: ChangeDecision | null;
  source: VerdictSource | null;
  /** Changes that no decision covers; 0 with a verdict. */
  openChanges: number;
  /** Where several people must approve: who approved the change that has the fewest approvals. */
  approvals: readonly Approval[];
}

/** Decisions of one release, to be looked up by run and change. */
export class LiveDecisions {
  readonly #ofGroups = new Map<string, ChangeDecision[]>();
  readonly #ofRuns = new Map<number, ChangeDecision[]>();

  /** @param decisions in any order */
  constructor(decisions: readonly ChangeDecision[]) {
    for (const decision of [...decisions].sort((a, b) => a.id - b.id)) {
      const { runId, fingerprint } = decision;
      if (runId === null) push(this.#ofGroups, fingerprint, decision);
      else push(this.#ofRuns, runId, decision);
    }
  }

  /** The decisions on the run alone, oldest first. */
  ofRun(runId: number): readonly ChangeDecision[] {
    return this.#ofRuns.get(runId) ?? [];
  }

  /** The latest decision on all runs that have the change; null: there is none. */
  ofGroup(fingerprint: string): ChangeDecision | null {
    return this.#ofGroups.get(fingerprint)?.at(-1) ?? null;
  }

  /** All decisions that concern a change of a run, oldest first. */
  all(fingerprint: string, runId: number): ChangeDecision[] {
    const own = this.ofRun(runId).filter((decision) => decision.fingerprint === fingerprint);
    const excepted = new Set(own.flatMap((one) => (one.verdict === 'excepted' ? [one.operationId] : [])));
    const group = this.#ofGroups.get(fingerprint) ?? [];
    return [
      ...own.filter(({ verdict }) => verdict !== 'excepted'),
      ...group.filter(({ operationId }) => !excepted.has(operationId)),
    ].sort((a, b) => a.id - b.id);
  }

  /** The latest decision that counts for a change of a run; null: there is none, or it was taken back. */
  on(fingerprint: string, runId: number): ChangeDecision | null {
    const own = this.ofRun(runId).filter((decision) => decision.fingerprint === fingerprint);
    const excepted = own.filter(({ verdict }) => verdict === 'excepted');
    const group = (this.#ofGroups.get(fingerprint) ?? []).findLast(
      ({ operationId }) => !excepted.some((one) => one.operationId === operationId),
    );
    const latestOwn = own.findLast(({ verdict }) => verdict !== 'excepted');
    const latest = latestOwn !== undefined && latestOwn.id > (group?.id ?? 0) ? latestOwn : group;
    return latest === undefined || latest.verdict === 'none' ? null : latest;
  }
}

/**
 * The verdict that follows from decisions on a run's changes. One rejected change rejects the run, whatever else it has;
 * it is approved only when every change is. Where the changes do not explain every difference, only a decision on the run
 * as a whole counts.
 */
export function judgeSet(set: ChangeSet, decisions: LiveDecisions, rule = oneApproval): JudgedSet {
  if (!isPlain(rule)) return judgeByPeople(set, decisions, rule);
  const { runId, isComplete } = set;
  const parts = isComplete ? set.fingerprints : [unexplained];
  const found = parts.map((fingerprint) => decisions.on(fingerprint, runId));
  const counted = found.filter((decision) => decision !== null);
  const open = parts.length - counted.length;
  const openChanges = isComplete ? open : open * set.fingerprints.length;
  const rejected = counted.filter(({ verdict }) => verdict === 'rejected');
  if (rejected.length > 0) return judged('rejected', rejected, 0);
  if (open > 0 || parts.length === 0) return undecided(openChanges, []);
  return judged('approved', counted, 0);
}

function undecided(openChanges: number, approvals: readonly Approval[]): JudgedSet {
  return { verdict: 'none', decision: null, source: null, openChanges, approvals };
}

/**
 * The same where several people must approve: a change is approved by as many people as the rule wants, a run once each of
 * its changes is. A rejection stands until it is undone, or until the same person approves.
 */
export function judgeByPeople(set: ChangeSet, decisions: LiveDecisions, rule: ApprovalRule): JudgedSet {
  const { runId, isComplete, fingerprints } = set;
  const parts = isComplete ? fingerprints : [unexplained];
  const votes = parts.map((fingerprint) => votesOf(decisions.all(fingerprint, runId), rule));
  const rejections = votes.flatMap(({ rejected }) => rejected);
  if (rejections.length > 0) return judged('rejected', rejections, 0);
  const open = votes.filter(({ isApproved }) => !isApproved);
  const weakest = (open.length > 0 ? open : votes).reduce<readonly Approval[] | null>(
    (fewest, { approvals }) => (fewest === null || approvals.length < fewest.length ? approvals : fewest),
    null,
  );
  const approvals = weakest ?? [];
  if (open.length > 0 || parts.length === 0) {
    return undecided(isComplete ? open.length : open.length * fingerprints.length, approvals);
  }
  const counted = votes.flatMap(({ approved }) => approved);
  return { ...judged('approved', counted, 0), approvals };
}

interface Votes {
  rejected: ChangeDecision[];
  approved: ChangeDecision[];
  approvals: Approval[];
  isApproved: boolean;
}

/** What counts of the decisions on all runs that have a change. */
export function judgeGroup(fingerprint: string, decisions: LiveDecisions, rule: ApprovalRule): JudgedSet {
  // No run has that id, so no decision on a run alone counts.
  return judgeByPeople({ runId: 0, fingerprints: [fingerprint], isComplete: true }, decisions, rule);
}

/** The decision on all runs that have a change, as it counts; where several people must approve, none does until they have. */
export function decisionOnGroup(
  fingerprint: string,
  decisions: LiveDecisions,
  rule: ApprovalRule,
): { decision: ChangeDecision | null; approvals: readonly Approval[] } {
  if (isPlain(rule)) return { decision: decisions.ofGroup(fingerprint), approvals: [] };
  return judgeGroup(fingerprint, decisions, rule);
}

/** Whether no word is one's own, or the rejection that holds is another's. */
function isTakenBackByOther(
  words: readonly ChangeDecision[],
  isOwn: (word: ChangeDecision) => boolean,
): boolean {
  const rejections = words.filter(({ verdict }) => verdict === 'rejected');
  return !(rejections.length > 0 ? rejections : words).some(isOwn);
}

/** What everyone's latest word on one change is. @param decisions oldest first */
function votesOf(decisions: readonly ChangeDecision[], rule: ApprovalRule): Votes {
  let words: ChangeDecision[] = [];
  for (const decision of decisions) {
    const isOwn = (word: ChangeDecision) =>
      isSamePerson(word.actor, decision.actor) || word.actor === decision.actor;
    const others = words.filter((word) => !isOwn(word));
    if (decision.verdict !== 'none') words = [...others, decision];
    // Who takes their own word back leaves those of others; who takes another's back, takes back all.
    else words = isTakenBackByOther(words, isOwn) ? [] : others;
  }
  const rejected = words.filter(({ verdict }) => verdict === 'rejected');
  const approved = words.filter(({ verdict }) => verdict === 'approved');
  const approvals = countedApprovals(
    approved.map(({ actor: by, at }) => ({ by, at })),
    rule,
  );
  // What was accepted on the history needs no person.
  const isApproved = approvals.length >= rule.required || approved.some(({ actor }) => actor === serverActor);
  return { rejected, approved, approvals, isApproved };
}

function judged(
  verdict: 'approved' | 'rejected',
  decisions: readonly ChangeDecision[],
  openChanges: number,
): JudgedSet {
  const newest = decisions.reduce((a, b) => (b.at > a.at || (b.at === a.at && b.id > a.id) ? b : a));
  const isOfGroup = decisions.some(({ runId }) => runId === null);
  const isCarried = decisions.some(({ originRunId }) => originRunId !== null);
  const source = isOfGroup ? 'changes' : isCarried ? 'carried' : 'person';
  return { verdict, decision: newest, source, openChanges, approvals: [] };
}

function push<Key>(map: Map<Key, ChangeDecision[]>, key: Key, decision: ChangeDecision): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [decision]);
  else known.push(decision);
}
