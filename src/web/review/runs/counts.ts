import {
  isCarried,
  isDifference,
  isForgiven,
  isUndecided,
  stateOf,
  type RunRow,
  type RunState,
} from './run-row.ts';

/** How many runs are in each state. `waiting` counts those that wait for an image or a comparison. */
export interface RunCounts {
  total: number;
  /** Differs, judged or not. */
  differs: number;
  undecided: number;
  approved: number;
  rejected: number;
  failed: number;
  /** Of `failed`: those that a person accepted. */
  accepted: number;
  /** Runs whose verdict was taken over. */
  carried: number;
  /** Undecided or new runs with some of the approvals that they need. */
  partlyApproved: number;
  new: number;
  /** Of `new`: those that wait for a verdict. */
  newUndecided: number;
  waiting: number;
  same: number;
  /** Of `same`: those with forgiven pixels. */
  forgiven: number;
}

type Column = Exclude<
  keyof RunCounts,
  'total' | 'differs' | 'accepted' | 'carried' | 'partlyApproved' | 'forgiven' | 'newUndecided'
>;

const columns: Record<RunState, Column> = {
  differs: 'undecided',
  approved: 'approved',
  rejected: 'rejected',
  failed: 'failed',
  accepted: 'failed',
  new: 'new',
  waiting: 'waiting',
  comparing: 'waiting',
  same: 'same',
};

export function countRows(rows: Iterable<RunRow>): RunCounts {
  const counts: RunCounts = {
    total: 0,
    differs: 0,
    undecided: 0,
    approved: 0,
    rejected: 0,
    failed: 0,
    accepted: 0,
    carried: 0,
    partlyApproved: 0,
    new: 0,
    newUndecided: 0,
    waiting: 0,
    same: 0,
    forgiven: 0,
  };
  for (const row of rows) addTo(counts, row);
  return counts;
}

export function addTo(counts: RunCounts, row: RunRow): void {
  change(counts, row, 1);
}

export function removeFrom(counts: RunCounts, row: RunRow): void {
  change(counts, row, -1);
}

function change(counts: RunCounts, row: RunRow, by: 1 | -1): void {
  const state = stateOf(row);
  const column = columns[state];
  counts.total += by;
  counts[column] += by;
  if (state === 'accepted') counts.accepted += by;
  if (row.verdict === 'none' && row.approvals > 0) counts.partlyApproved += by;
  if (isCarried(row)) counts.carried += by;
  if (isForgiven(row)) counts.forgiven += by;
  if (isDifference(row)) counts.differs += by;
  if (column === 'new' && isUndecided(row)) counts.newUndecided += by;
}
