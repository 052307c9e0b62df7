import { isPending } from '../../domain/runs/run-status.ts';
import type { RunStatus } from '../../domain/runs/run.ts';
import type { StatusCounts } from '../../domain/releases/status-counts.ts';
import type { Verdict } from '../../domain/runs/verdict.ts';
import type { Transaction } from '../../ports/store.ts';

export function noCounts(): StatusCounts {
  return {
    total: 0,
    waiting: 0,
    undecided: 0,
    approved: 0,
    rejected: 0,
    same: 0,
    forgiven: 0,
    new: 0,
    failed: 0,
    accepted: 0,
    carried: 0,
    partlyApproved: 0,
    missing: 0,
    renamed: 0,
  };
}

/** Releases without runs and missing pages are absent. */
export async function countsByRelease(
  tx: Transaction,
  releaseIds: readonly number[],
): Promise<Map<number, StatusCounts>> {
  const counts = new Map<number, StatusCounts>();
  if (releaseIds.length === 0) return counts;
  for (const counted of await tx.releases.counts(releaseIds)) {
    const { releaseId, status, verdict, count, carried, partlyApproved } = counted;
    const sum = counts.get(releaseId) ?? noCounts();
    sum.total += count;
    sum[columnOf(status, verdict)] += count;
    sum.carried += carried;
    sum.partlyApproved += partlyApproved;
    if (status === 'failed' && verdict === 'approved') sum.accepted += count;
    counts.set(releaseId, sum);
  }
  for (const { releaseId, count } of await tx.releases.forgivenCounts(releaseIds)) {
    counts.get(releaseId)!.forgiven = count;
  }
  for (const [releaseId, counted] of await tx.baselines.missingCounts(releaseIds)) {
    counts.set(releaseId, { ...(counts.get(releaseId) ?? noCounts()), ...counted });
  }
  return counts;
}

function columnOf(
  status: RunStatus,
  verdict: Verdict,
): Exclude<
  keyof StatusCounts,
  'total' | 'forgiven' | 'accepted' | 'carried' | 'partlyApproved' | 'missing' | 'renamed'
> {
  if (isPending(status)) return 'waiting';
  switch (status) {
    case 'failed':
      return 'failed';
    case 'diff_not_found':
      return 'same';
    default:
      if (verdict !== 'none') return verdict;
      return status === 'no_diff_needed' ? 'new' : 'undecided';
  }
}
