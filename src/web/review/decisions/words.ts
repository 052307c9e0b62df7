/** Texts about decisions. Pure. */

import type { MissingVerdict } from '../../../domain/baselines/choose-baseline.ts';
import type { Verdict } from '../../../domain/runs/verdict.ts';
import { formatAgo, plural } from '../../kit/format.ts';
import { shortName } from '../../kit/middle-cut.tsx';
import type { AppError } from '../../../base/errors.ts';
import type { Release } from '../api/shapes.ts';
import type { RunRow } from '../runs/run-row.ts';
import type { ReleaseLetter, RunsLetter } from './outbox.ts';
import type { DecisionsSurroundings, VerdictResult } from './port.ts';

type People = Pick<DecisionsSurroundings, 'actorName' | 'now'> & { me: string | null };

const pastWords: Record<Verdict, string> = {
  approved: 'Approved',
  rejected: 'Rejected',
  none: 'Undid the verdict on',
};
const presentWords: Record<Verdict, string> = {
  approved: 'Approve',
  rejected: 'Reject',
  none: 'Undo verdict',
};

/** `Approved /checkout.` `Approved 12 runs.` */
export function judged(
  verdict: Verdict,
  rows: readonly Pick<RunRow, 'name' | 'status' | 'needed' | 'approvals'>[],
): string {
  const what = rows.length === 1 ? shortName(rows[0]!.name) : plural(rows.length, 'run');
  const [first] = rows;
  if (verdict === 'approved' && rows.length === 1 && first!.needed > 1)
    return `Approved ${what}: ${Math.min(first!.needed, first!.approvals + 1)} of ${first!.needed} approvals.`;
  if (verdict === 'approved' && rows.every(({ status }) => status === 'failed'))
    return `Accepted that ${what} failed.`;
  return `${pastWords[verdict]} ${what}.`;
}

/** `Removal of /old-offer confirmed.` `3 pages must come back.` */
export function pagesJudged(
  verdict: MissingVerdict,
  pages: readonly { name: string; renamed: object | null }[],
): string {
  const what = pages.length === 1 ? shortName(pages[0]!.name) : plural(pages.length, 'page');
  if (verdict !== 'undecided' && pages.every(({ renamed }) => renamed !== null))
    return `New name of ${what} ${verdict === 'confirmed' ? 'approved' : 'rejected'}.`;
  if (verdict === 'confirmed') return `Removal of ${what} confirmed.`;
  return verdict === 'rejected' ? `${what} must come back.` : `Undid the verdict on ${what}.`;
}

/** Why a verdict on missing pages changed nothing. */
export function nothingToSay(
  pages: readonly { verdictBy: string | null }[],
  verdict: MissingVerdict,
  people: People,
): string {
  if (verdict === 'undecided') return 'There is no verdict to undo.';
  const by = pages.length === 1 ? pages[0]!.verdictBy : null;
  const who = by === null || by === people.me ? '' : ` by ${people.actorName(by)}`;
  return verdict === 'confirmed' ? `Removal already confirmed${who}.` : `Already rejected${who}.`;
}

export function anywayLabel(verdict: Verdict): string {
  return `${presentWords[verdict]} anyway`;
}

/** Why a decision changed nothing. */
export function nothingToDo(
  differing: readonly RunRow[],
  rows: readonly RunRow[],
  verdict: Verdict,
  people: People,
): string {
  if (differing.length === 0) {
    if (rows.length > 0 && rows.every(({ status }) => status === 'failed'))
      return verdict === 'rejected'
        ? 'A failed run can be captured again or accepted, but not rejected.'
        : 'Accepting a failed run needs a reason.';
    return rows.length === 1
      ? 'This run does not differ, so there is nothing to decide.'
      : 'None of these runs differ, so there is nothing to decide.';
  }
  if (verdict === 'none')
    return differing.length === 1 ? 'There is no verdict to undo.' : 'There are no verdicts to undo.';
  if (differing.length > 1) return `All ${differing.length.toLocaleString('en-US')} are already ${verdict}.`;
  return already(verdict, { verdictBy: differing[0]!.verdictBy }, people);
}

/** `Already approved by mia.` */
export function already(
  verdict: Verdict,
  { verdictBy: by }: { verdictBy: string | null },
  people: People,
): string {
  return by === null || by === people.me
    ? `Already ${verdict}.`
    : `Already ${verdict} by ${people.actorName(by)}.`;
}

/** `Undone: 12 runs. 1 run decided since keeps its verdict.` */
export function changeUndone(undone: number, kept: number): string {
  const words = undone === 0 ? 'Undone.' : `Undone: ${plural(undone, 'run')}.`;
  if (kept === 0) return words;
  return `${words} ${plural(kept, 'run')} decided since ${kept === 1 ? 'keeps its' : 'keep their'} verdict.`;
}

/** What was not applied, run by run if there are few. */
export function notApplied(
  letter: RunsLetter,
  asked: number,
  problems: readonly VerdictResult[],
  nameOf: (id: number) => string,
  people: People,
): string {
  const verb = letter.isUndo ? 'Undone' : pastWords[letter.verdict ?? 'none'];
  if (asked === 1)
    return `${reason(problems[0]!, people, nameOf(problems[0]!.runId))}.${letter.isUndo ? ' Not undone.' : ''}`;
  const shown = problems.slice(0, 3);
  const rest = problems.length - shown.length;
  const named = shown.map(
    (problem) => `${shortName(nameOf(problem.runId))} (${briefReason(problem, people)})`,
  );
  if (rest > 0) named.push(`${rest.toLocaleString('en-US')} more`);
  const done = asked - problems.length;
  const head = done === 0 ? 'None of them' : `${verb} ${plural(done, 'run')}. Not`;
  return `${head}: ${named.join(', ')}.`;
}

function reason(problem: VerdictResult, people: People, name: string): string {
  const run = shortName(name);
  if (problem.outcome === 'not_found') return `${run} is no longer in this release`;
  if (problem.outcome === 'not_reviewable') return `${run} no longer differs`;
  if (problem.outcome === 'reason_missing') return `Accepting that ${run} failed needs a reason`;
  if (problem.outcome === 'not_counted')
    return `Your approval of ${run} does not count: you wrote the newest commit`;
  if (problem.outcome === 'held')
    return `${people.actorName(problem.verdictBy)} rejected ${run}, which stands until it is undone`;
  if (problem.verdict === 'none' || problem.verdictAt === null)
    return `${run} changed after you viewed it. Review it again`;
  const ago = formatAgo(new Date(problem.verdictAt), new Date(people.now()));
  return `${people.actorName(problem.verdictBy)} ${problem.verdict} ${run} ${ago}`;
}

function briefReason(problem: VerdictResult, people: People): string {
  if (problem.outcome === 'not_found') return 'no longer there';
  if (problem.outcome === 'not_reviewable') return 'no longer differs';
  if (problem.outcome === 'reason_missing') return 'needs a reason';
  if (problem.outcome === 'not_counted') return 'your approval does not count';
  if (problem.verdict === 'none') return 'changed since you viewed it';
  return `${problem.verdict} by ${people.actorName(problem.verdictBy)}`;
}

export const exceptRejected = 'Good except rejected';

/** The release decision, and the resulting baseline. */
export function releaseDecided(
  { decision, exceptRejected: isExcept }: Pick<ReleaseLetter, 'decision' | 'exceptRejected'>,
  release: Pick<Release, 'id'>,
  baseline: Pick<Release, 'id' | 'name' | 'number'> | null,
): string {
  if (decision === 'reopen') return 'Reopened for review.';
  if (decision === 'bad') return 'Marked bad.';
  if (baseline === null) return 'Marked good.';
  if (baseline.id !== release.id) {
    return `Marked good. The baseline remains ${shortName(baseline.name)} #${baseline.number}, a newer release.`;
  }
  return isExcept === true
    ? 'Marked good. It is now the baseline, except for rejected pages.'
    : 'Marked good. It is now the baseline.';
}

/** Why a release decision was refused. */
export function releaseRefused(problem: AppError, people: People): string {
  const { new_differences: arrived, decided_by: by, status } = problem.details;
  if (typeof arrived === 'number') {
    return `${plural(arrived, 'new difference')} arrived. Review ${arrived === 1 ? 'it' : 'them'} first.`;
  }
  const rejected = rejectedIn(problem);
  if (rejected > 0) return `Not marked good: ${plural(rejected, 'run is', 'runs are')} rejected.`;
  if (typeof by === 'string' && (status === 'good' || status === 'bad'))
    return `${people.actorName(by)} has already marked this release ${status}.`;
  return notSaved(problem);
}

export function notSaved({ message }: AppError): string {
  return `Not saved: ${message}`;
}

/** How many rejected runs prevent marking the release good. */
export function rejectedIn({ details: { rejected } }: AppError): number {
  return typeof rejected === 'number' ? rejected : 0;
}
