/** One run of a release as the review pages know it, and the state that people see. Pure. */

import type { RunStatus, Verdict } from '../../../domain/model.ts';
import type { RunColumns } from '../api/shapes.ts';

/** What a person sees a run to be: the comparison and the verdict in one word. */
export type RunState =
  'differs' | 'approved' | 'rejected' | 'failed' | 'new' | 'waiting' | 'comparing' | 'same';

export interface RunRow {
  readonly id: number;
  readonly name: string;
  readonly nameLower: string;
  readonly status: RunStatus;
  readonly verdict: Verdict;
  /** Actor id of who judged it. */
  readonly verdictBy: string | null;
  /** Epoch milliseconds. */
  readonly verdictAt: number | null;
  /** Of the release, at the last change of this run: what a decision sends as the version seen. */
  readonly version: number;
  /** `version` at the last change of its images or comparison: addresses its thumbnail. */
  readonly factsVersion: number;
  /** 0–1. */
  readonly distortion: number | null;
  readonly changedPixels: number | null;
  /** Pixels that differ and do not count. */
  readonly forgivenPixels: number | null;
  /** Changed pixels ÷ pixels of the canvas, 0–1. */
  readonly diffRatio: number | null;
  readonly regionCount: number | null;
  /** Equal keys changed in exactly the same places. */
  readonly maskKey: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly hasImage: boolean;
  readonly hasRef: boolean;
  readonly failureReason: string | null;
  /** Parts of the pages that did not arrive. */
  readonly incompleteCount: number;
}

/** The rows of a columns answer, in its order. */
export function rowsFromColumns(columns: RunColumns, maskKeys: readonly string[]): RunRow[] {
  return columns.id.map((id, index) => {
    const name = columns.name[index]!;
    const mask = columns.mask[index] ?? null;
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
      maskKey: mask === null ? null : `${maskKeys[mask] ?? mask} ${width}×${height}`,
      width,
      height,
      hasImage: columns.hasImage[index]!,
      hasRef: columns.hasRef[index]!,
      failureReason: columns.failureReason[index] ?? null,
      incompleteCount: columns.incompleteCount[index] ?? 0,
    };
  });
}

/** Whether the comparison found a difference, judged or not. */
export function isDifference({ status }: Pick<RunRow, 'status'>): boolean {
  return status === 'diff_found' || status === 'diff_approved';
}

/** Whether it is the same only because pixels were forgiven. */
export function isForgiven(row: Pick<RunRow, 'status' | 'forgivenPixels'>): boolean {
  return row.status === 'diff_not_found' && (row.forgivenPixels ?? 0) > 0;
}

/** Whether somebody still has to judge it. */
export function isUndecided(row: Pick<RunRow, 'status' | 'verdict'>): boolean {
  return isDifference(row) && row.verdict === 'none';
}

export function stateOf({ status, verdict }: Pick<RunRow, 'status' | 'verdict'>): RunState {
  switch (status) {
    case 'diff_found':
    case 'diff_approved':
      return verdict === 'none' ? 'differs' : verdict;
    case 'diff_not_found':
      return 'same';
    case 'no_diff_needed':
      return 'new';
    case 'data_pending':
      return 'waiting';
    case 'needs_diff':
      return 'comparing';
    case 'failed':
      return 'failed';
  }
}

/** The row with another verdict, as the server would answer it. */
export function withVerdict(
  row: RunRow,
  decision: { verdict: Verdict; by: string | null; at: number | null },
): RunRow {
  if (!isDifference(row)) return row;
  return {
    ...row,
    verdict: decision.verdict,
    verdictBy: decision.verdict === 'none' ? null : decision.by,
    verdictAt: decision.verdict === 'none' ? null : decision.at,
    status: decision.verdict === 'approved' ? 'diff_approved' : 'diff_found',
  };
}

/** Differences first, then everything else, each by name, as the server orders them; verdicts never move a run. */
export function inReviewOrder(rows: Iterable<RunRow>): RunRow[] {
  return [...rows].sort(
    (a, b) =>
      Number(isDifference(b)) - Number(isDifference(a)) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}
