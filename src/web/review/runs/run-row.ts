/** One run of a release in the review UI, and its displayed state. Pure. */

import type { AlignmentSummary } from '../../../domain/comparison/alignment.ts';
import type { EnvironmentDifference } from '../../../domain/capture/environment.ts';
import { isMe } from '../api/identity.ts';
import { asksAboutNew } from '../../../domain/baselines/settings.ts';
import type { RunStatus } from '../../../domain/runs/run.ts';
import type { Verdict, VerdictSource } from '../../../domain/runs/verdict.ts';
import type { Build, Release, RunColumns } from '../api/shapes.ts';

/** The displayed state of a run: comparison and verdict in one word. */
export type RunState =
  'differs' | 'approved' | 'rejected' | 'failed' | 'accepted' | 'new' | 'waiting' | 'comparing' | 'same';

/** What a verdict on a new run is in its release: possible, or asked for. */
export type NewRule = 'open' | 'asked';

export interface RunRow {
  readonly id: number;
  readonly name: string;
  readonly nameLower: string;
  readonly status: RunStatus;
  readonly verdict: Verdict;
  /** Actor id of the reviewer. */
  readonly verdictBy: string | null;
  /** Epoch milliseconds. */
  readonly verdictAt: number | null;
  /** Release version at the last change of this run; decisions send it as the version seen. */
  readonly version: number;
  /** `version` at the last change of its images or comparison; part of its thumbnail's address. */
  readonly factsVersion: number;
  /** 0–1. */
  readonly distortion: number | null;
  readonly changedPixels: number | null;
  /** Pixels that differ but do not count. */
  readonly forgivenPixels: number | null;
  /** Changed pixels ÷ canvas pixels, 0–1. */
  readonly diffRatio: number | null;
  readonly regionCount: number | null;
  /** Whether anything moved; null where that was not looked for. */
  readonly moveSummary: AlignmentSummary | null;
  /** Runs with equal keys have exactly the same changes; null where these do not explain every difference. */
  readonly changeSet: string | null;
  /** Distinct changes. */
  readonly changeCount: number;
  /** Of them: those that no decision covers. */
  readonly openChanges: number;
  readonly verdictSource: VerdictSource | null;
  /** The reason that was given with the verdict. */
  readonly verdictNote: string | null;
  /** Approvals so far, where several are needed. */
  readonly approvals: number;
  /** Whose they are; null: not told. */
  readonly approvedBy: readonly string[] | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly hasImage: boolean;
  readonly hasRef: boolean;
  readonly failureReason: string | null;
  /** Parts of the pages that did not load. */
  readonly incompleteCount: number;
  readonly warningCount: number;
  /** In what the captures were made differently; null: in nothing, or it is not known. */
  readonly environmentChange: readonly EnvironmentDifference[] | null;
  readonly newRule: NewRule;
  /** Approvals that it needs. */
  readonly needed: number;
}

/** Releases that follow git ask for verdicts on new runs where the build's settings say so. */
export function newRuleOf(
  { followsGit, isOnMain }: Pick<Release, 'followsGit' | 'isOnMain'>,
  settings: Pick<Build, 'firstRun' | 'newImages'> | null,
): NewRule {
  if (!followsGit || settings === null) return 'open';
  return asksAboutNew(settings, isOnMain) ? 'asked' : 'open';
}

/** What columns give as a place in a list. */
interface RowLists {
  changeSets: readonly string[];
  environmentChanges: readonly (readonly EnvironmentDifference[])[];
}

/** The rows of a columns answer, in its order. */
export function rowsFromColumns(
  columns: RunColumns,
  { changeSets, environmentChanges }: RowLists,
  newRule: NewRule,
  needed: number,
): RunRow[] {
  return columns.id.map((id, index) => {
    const name = columns.name[index]!;
    const changeSet = columns.changeSet[index] ?? null;
    const width = columns.width[index] ?? null;
    const height = columns.height[index] ?? null;
    return {
      id,
      name,
      nameLower: name.toLowerCase(),
      status: columns.status[index]!,
      verdict: columns.verdict[index]!,
      verdictBy: columns.verdictBy[index] ?? null,
      verdictAt: columns.verdictAt[index] ?? null,
      version: columns.version[index]!,
      factsVersion: columns.factsVersion[index]!,
      distortion: columns.distortion[index] ?? null,
      changedPixels: columns.changedPixels[index] ?? null,
      forgivenPixels: columns.forgivenPixels[index] ?? null,
      diffRatio: columns.diffRatio[index] ?? null,
      regionCount: columns.regionCount[index] ?? null,
      moveSummary: columns.moveSummary?.[index] ?? null,
      changeSet: changeSet === null ? null : (changeSets[changeSet] ?? null),
      changeCount: columns.changeCount[index] ?? 0,
      openChanges: columns.openChanges[index] ?? 0,
      verdictSource: columns.verdictSource[index] ?? null,
      verdictNote: columns.verdictNote[index] ?? null,
      approvals: columns.approvals[index] ?? 0,
      approvedBy: columns.approvedBy[index] ?? null,
      width,
      height,
      hasImage: columns.hasImage[index]!,
      hasRef: columns.hasRef[index]!,
      failureReason: columns.failureReason[index] ?? null,
      incompleteCount: columns.incompleteCount[index] ?? 0,
      warningCount: columns.warningCount[index] ?? 0,
      environmentChange: environmentChanges[columns.environmentChange[index] ?? -1] ?? null,
      newRule,
      needed,
    };
  });
}

/** Whether the comparison found a difference, judged or not. */
export function isDifference({ status }: Pick<RunRow, 'status'>): boolean {
  return status === 'diff_found' || status === 'diff_approved';
}

/** Whether it is the same only because of forgiven pixels. */
export function isForgiven(row: Pick<RunRow, 'status' | 'forgivenPixels'>): boolean {
  return row.status === 'diff_not_found' && (row.forgivenPixels ?? 0) > 0;
}

/** Whether its verdict was taken over from an earlier one. */
export function isCarried({ verdict, verdictSource }: Pick<RunRow, 'verdict' | 'verdictSource'>): boolean {
  return verdict !== 'none' && verdictSource === 'carried';
}

/** Whether it shows something to approve or reject: it differs, or it is new. */
export function isReviewable(row: Pick<RunRow, 'status'>): boolean {
  return isDifference(row) || row.status === 'no_diff_needed';
}

/** Whether it can have that verdict: a failure can only be accepted, with a reason. */
export function mayHave(row: Pick<RunRow, 'status'>, verdict: Verdict, hasReason: boolean): boolean {
  if (row.status !== 'failed') return isReviewable(row);
  return verdict === 'none' || (verdict === 'approved' && hasReason);
}

/** Whether the person at this browser is among those who approved it so far. */
export function isApprovedByMe({ approvedBy, needed }: Pick<RunRow, 'approvedBy' | 'needed'>): boolean {
  return needed > 1 && approvedBy?.some(isMe) === true;
}

/** `1 of 2 approvals`; empty where one is enough, or none was given. */
export function approvalWords({ verdict, approvals, needed }: RunRow): string {
  return verdict === 'none' && approvals > 0 && needed > 1 ? `${approvals} of ${needed} approvals` : '';
}

/** Whether it still needs a decision by the person at this browser. */
export function isUndecided(
  row: Pick<RunRow, 'status' | 'verdict' | 'newRule' | 'approvedBy' | 'needed'>,
): boolean {
  if (row.verdict !== 'none' || isApprovedByMe(row)) return false;
  if (row.status === 'failed') return true;
  return isDifference(row) || (row.status === 'no_diff_needed' && row.newRule === 'asked');
}

export function stateOf({ status, verdict }: Pick<RunRow, 'status' | 'verdict'>): RunState {
  switch (status) {
    case 'diff_found':
    case 'diff_approved':
      return verdict === 'none' ? 'differs' : verdict;
    case 'diff_not_found':
      return 'same';
    case 'no_diff_needed':
      return verdict === 'none' ? 'new' : verdict;
    case 'data_pending':
      return 'waiting';
    case 'needs_diff':
      return 'comparing';
    case 'failed':
      return verdict === 'approved' ? 'accepted' : 'failed';
  }
}

interface ShownDecision {
  verdict: Verdict;
  by: string | null;
  at: number | null;
  note?: string | undefined;
  /** Who approved it, as the server answered; undefined: it has not yet. */
  approvedBy?: readonly string[] | undefined;
}

/** The row with another verdict, as the server would return it. */
export function withVerdict(row: RunRow, decision: ShownDecision): RunRow {
  const { approvedBy, verdict } = decision;
  if (row.needed > 1 && approvedBy === undefined && verdict !== 'rejected') return withVote(row, decision);
  const judged = withFinalVerdict(row, decision);
  return approvedBy === undefined ? judged : { ...judged, approvedBy, approvals: approvedBy.length };
}

/** What one person's word makes of it, where several are asked; the server's answer says what it is. */
function withVote(row: RunRow, decision: ShownDecision): RunRow {
  const { by } = decision;
  if (decision.verdict === 'none') {
    const left = (row.approvedBy ?? []).filter((each) => !isMe(each));
    const approvals = row.verdict === 'rejected' ? 0 : left.length;
    const open = withFinalVerdict(row, decision);
    return { ...open, approvals, approvedBy: approvals === 0 ? [] : left };
  }
  if (row.verdict !== 'none' || isApprovedByMe(row)) return row;
  const approvedBy = [...(row.approvedBy ?? []), ...(by === null ? [] : [by])];
  const approvals = row.approvals + 1;
  if (approvals >= row.needed) return { ...withFinalVerdict(row, decision), approvals, approvedBy };
  return { ...row, approvals, approvedBy };
}

function withFinalVerdict(row: RunRow, decision: ShownDecision): RunRow {
  if (!isReviewable(row) && row.status !== 'failed') return row;
  return {
    ...row,
    verdict: decision.verdict,
    verdictSource: decision.verdict === 'none' ? null : 'person',
    verdictBy: decision.verdict === 'none' ? null : decision.by,
    verdictAt: decision.verdict === 'none' ? null : decision.at,
    verdictNote: decision.verdict === 'none' ? null : (decision.note ?? null),
    ...(isDifference(row) && { status: decision.verdict === 'approved' ? 'diff_approved' : 'diff_found' }),
  };
}

/** The part of the list that a run belongs to: 0 failed, 1 differences, 2 the rest. Verdicts never move a run. */
export function listPartOf(row: Pick<RunRow, 'status'>): 0 | 1 | 2 {
  if (row.status === 'failed') return 0;
  return isDifference(row) ? 1 : 2;
}

/** Failed ones first, then differences, then the rest, each by name. */
export function inReviewOrder(rows: Iterable<RunRow>): RunRow[] {
  return [...rows].sort(
    (a, b) => listPartOf(a) - listPartOf(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}
