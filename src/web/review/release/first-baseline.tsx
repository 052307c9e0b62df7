import { useState } from 'react';
import { ConfirmDialog } from '../../kit/confirm-dialog.tsx';
import { plural } from '../../kit/format.ts';
import { useShortcuts } from '../keyboard/registry.ts';
import type { ReleaseState } from '../runs/release-store.ts';
import { useReleaseState, type Visit } from '../visit/visit.ts';

/** Whether no page of the release has anything to compare with. */
export function isFirstBaseline({ counts, release }: Pick<ReleaseState, 'counts' | 'release'>): boolean {
  const { total, new: added, newUndecided, same, differs, waiting } = counts;
  if (release === null || release.status !== 'reviewing' || total === 0) return false;
  if (same + differs + waiting > 0 || added === 0) return false;
  return newUndecided > 0 || !release.followsGit;
}

/** Accepts all new pages of a first release at once, by button and by `Shift+Y`, after a question. */
export function AcceptFirstBaseline({ visit, mayReview }: { visit: Visit; mayReview: boolean }) {
  const state = useReleaseState(visit.store);
  const [isAsking, setAsking] = useState(false);
  const isOffered = mayReview && isFirstBaseline(state);
  useShortcuts(
    'Decide',
    isOffered
      ? [{ keys: ['Shift+Y'], does: 'accept all as the first baseline', run: () => setAsking(true) }]
      : [],
  );
  if (!isOffered) return null;
  const { counts } = state;
  const accept = () => visit.decisions.acceptFirstBaseline();
  return (
    <>
      <button
        type="button"
        className="button small"
        aria-keyshortcuts="Shift+Y"
        title="Accept all as the first baseline (Shift+Y)"
        onClick={() => setAsking(true)}
      >
        Accept all as the first baseline
      </button>
      {isAsking && (
        <ConfirmDialog
          title={`Accept ${counts.new === 1 ? 'this page' : `all ${counts.new.toLocaleString('en-US')} pages`} as the first baseline?`}
          confirm={{ label: 'Accept all', tone: 'approve', act: accept }}
          keep={{ label: 'Cancel' }}
          initial="confirm"
          onClose={() => setAsking(false)}
        >
          <p>
            Later releases are compared with {counts.new === 1 ? 'this screenshot' : 'these screenshots'}.
            {counts.rejected > 0 &&
              ` ${plural(counts.rejected, 'rejected page stays', 'rejected pages stay')} out.`}
            {counts.failed > 0 && ` ${plural(counts.failed, 'failed run has', 'failed runs have')} none.`}
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
