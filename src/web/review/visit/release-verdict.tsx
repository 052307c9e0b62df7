import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { releaseSearch } from '../address/addresses.ts';
import { useShortcuts } from '../keyboard/registry.ts';
import { useReleaseState, type Visit } from './visit.ts';
import { ConfirmDialog } from '../../kit/confirm-dialog.tsx';
import type { GoodQuestion } from '../decisions/decision-state.ts';
import { GoodDialog } from './good-dialog.tsx';
import { useDecisions } from './use-decisions.ts';
import { useMayReview } from './use-may-review.ts';
import { useAttempt } from './newer-attempt.ts';
import './release-verdict.css';

/**
 * *Mark bad*, *Mark good*, *Reopen review*, and the menu behind `M`. Asks before *good* if anything is open. Renders
 * nothing to decide with for viewers.
 *
 * @param onShowLate shows the late differences announced by the pill
 */
export function ReleaseVerdict({ visit, onShowLate }: { visit: Visit; onShowLate?: () => void }) {
  const { decisions, state } = useDecisions(visit.key);
  const { release } = useReleaseState(visit.store);
  const mayReview = useMayReview(visit.key.buildId);
  const { newer, isReadOnly } = useAttempt(visit);
  const [question, setQuestion] = useState<GoodQuestion | null>(null);
  const [isChoosing, setChoosing] = useState(false);

  const isDecided = release?.status === 'good' || release?.status === 'bad';
  const isBusy = state.releaseDecision !== null;
  const markGood = () => {
    const asked = decisions.questionBeforeGood();
    if (asked === null) decisions.decideRelease('good');
    else setQuestion(asked);
  };
  const mayDecide = mayReview === true && release !== null && !isReadOnly;
  useShortcuts(
    'Decide',
    mayDecide ? [{ keys: ['m'], does: 'verdict on the release', run: () => setChoosing(true) }] : [],
  );
  if (mayReview === false)
    return <span className="release-verdict muted line">Read-only: only reviewers can decide.</span>;
  if (newer !== null && isReadOnly)
    return (
      <span className="release-verdict muted line text-12">
        Read-only:{' '}
        <Link to="/release" search={releaseSearch(newer)}>
          #{newer.number}
        </Link>{' '}
        is newer
      </span>
    );
  if (!mayDecide) return <VerdictPlace />;
  return (
    <div className="release-verdict line">
      {isDecided ? (
        <button
          type="button"
          className="button"
          disabled={isBusy}
          onClick={() => decisions.decideRelease('reopen')}
        >
          Reopen review
        </button>
      ) : (
        <>
          <button
            type="button"
            className="button reject"
            disabled={isBusy}
            onClick={() => decisions.decideRelease('bad')}
          >
            Mark bad
          </button>
          <button type="button" className="button approve" disabled={isBusy} onClick={markGood}>
            Mark good
          </button>
        </>
      )}
      <button
        type="button"
        className="tool verdict-menu"
        aria-label="Verdict"
        aria-haspopup="dialog"
        aria-keyshortcuts="M"
        title="Verdict (M)"
        onClick={() => setChoosing(true)}
      >
        <Icon name="down" />
      </button>
      {isChoosing && (
        <VerdictDialog
          isDecided={isDecided}
          onGood={markGood}
          onBad={() => decisions.decideRelease('bad')}
          onReopen={() => decisions.decideRelease('reopen')}
          onClose={() => setChoosing(false)}
        />
      )}
      {question !== null && (
        <GoodDialog
          question={question}
          release={releaseSearch(release)}
          onClose={() => setQuestion(null)}
          onGood={() =>
            decisions.decideRelease('good', {
              seen: question.version,
              exceptRejected: question.rejected > 0,
            })
          }
          {...(onShowLate && { onShowLate })}
        />
      )}
    </div>
  );
}

interface VerdictDialogProps {
  isDecided: boolean;
  onGood: () => void;
  onBad: () => void;
  onReopen: () => void;
  onClose: () => void;
}

/** The verdicts to choose from; Enter chooses the first. */
function VerdictDialog({ isDecided, onGood, onBad, onReopen, onClose }: VerdictDialogProps) {
  return (
    <ConfirmDialog
      title="Verdict on this release"
      confirm={
        isDecided
          ? { label: 'Reopen review', tone: 'primary', act: onReopen }
          : { label: 'Mark good', tone: 'approve', act: onGood }
      }
      {...(!isDecided && { other: { label: 'Mark bad', tone: 'reject', act: onBad } })}
      keep={{ label: 'Cancel' }}
      initial="confirm"
      onClose={onClose}
    >
      <p className="muted">
        {isDecided
          ? 'Approvals and rejections are kept.'
          : 'Good: later releases are compared with it. Bad: they are not.'}
      </p>
    </ConfirmDialog>
  );
}

/** A placeholder as wide as the buttons, so that the layout does not shift. */
function VerdictPlace() {
  return (
    <div className="release-verdict verdict-place line" aria-hidden="true">
      <span className="button">Mark bad</span>
      <span className="button">Mark good</span>
      <span className="tool verdict-menu">
        <Icon name="down" />
      </span>
    </div>
  );
}
