import type { ReleaseStore } from '../runs/release-store.ts';
import type { GoodQuestion } from './decision-state.ts';

/** What to confirm before marking a release good; null when there is nothing to confirm. */
export function questionBeforeGood({ state, missing: pages }: ReleaseStore): GoodQuestion | null {
  const { counts, release } = state;
  const { undecided, rejected, waiting } = counts;
  const failed = counts.failed - counts.accepted;
  // Without history, no one else asks about new pages.
  const added = release?.followsGit === false ? counts.new : counts.newUndecided;
  const { missing, renamed } = pages.state.counts;
  // The run of a renamed page is new, too.
  const newUndecided = Math.max(0, added - renamed);
  const unseen = state.late.differences;
  if (undecided + rejected + failed + waiting + newUndecided + renamed + missing + unseen === 0) return null;
  return {
    undecided,
    partlyApproved: counts.partlyApproved,
    needed: state.build?.approvals ?? 1,
    rejected,
    failed,
    waiting,
    newUndecided,
    renamed,
    missing,
    unseen,
    version: release?.version ?? 0,
  };
}
