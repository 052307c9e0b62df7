import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { plural } from '../../kit/format.ts';
import { releaseSearch } from '../address/addresses.ts';
import { useShortcuts } from '../keyboard/registry.ts';
import { useReleaseState, type Visit } from './visit.ts';
import { ConfirmDialog } from '../../kit/confirm-dialog.tsx';
import type { GoodQuestion } from '../decisions/decision-state.ts';
import { useDecisions } from './use-decisions.ts';
import { useMayReview } from './use-may-review.ts';
import { useAttempt } from './newer-attempt.ts';
import { exceptRejected } from '../decisions/words.ts';
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
      <span className="release-verdict muted line">
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

interface GoodDialogProps {
  question: GoodQuestion;
  onClose: () => void;
  onGood: () => void;
  onShowLate?: () => void;
}

function GoodDialog({ question, onClose, onGood, onShowLate }: GoodDialogProps) {
  const { undecided, rejected, waiting, newUndecided, renamed, missing, unseen } = question;
  if (unseen > 0) {
    return (
      <ConfirmDialog
        title={`${plural(unseen, 'new difference')} arrived`}
        confirm={null}
        keep={{ label: unseen === 1 ? 'Show it' : 'Show them', ...(onShowLate && { act: onShowLate }) }}
        initial="keep"
        onClose={onClose}
      >
        <p>Review {unseen === 1 ? 'it' : 'them'} first.</p>
      </ConfirmDialog>
    );
  }
  return (
    <ConfirmDialog
      title="Mark this release good?"
      confirm={{ label: rejected > 0 ? exceptRejected : 'Mark good', tone: 'approve', act: onGood }}
      keep={{ label: 'Keep reviewing' }}
      initial="keep"
      onClose={onClose}
    >
      <ul className="confirm-list">
        {undecided > 0 && (
          <li>
            {plural(undecided, 'difference is', 'differences are')} undecided. They will become part of the
            baseline, too.
          </li>
        )}
        {rejected > 0 && (
          <li>
            {plural(rejected, 'run is', 'runs are')} rejected.{' '}
            {rejected === 1 ? 'That page keeps its' : 'Those pages keep their'} previous baseline.
          </li>
        )}
        {newUndecided > 0 && (
          <li>
            {plural(newUndecided, 'new page has', 'new pages have')} no verdict.{' '}
            {newUndecided === 1 ? 'It becomes its' : 'They become their'} first baseline.
          </li>
        )}
        {renamed > 0 && (
          <li>
            {plural(renamed, 'page is', 'pages are')} renamed, without a verdict. The old{' '}
            {renamed === 1 ? 'name keeps its' : 'names keep their'} baseline, too.
          </li>
        )}
        {missing > 0 && (
          <li>
            {plural(missing, 'page of the baseline is', 'pages of the baseline are')} missing.{' '}
            {missing === 1 ? 'It keeps its' : 'They keep their'} last baseline until the removal is confirmed.
          </li>
        )}
        {waiting > 0 && (
          <li>
            {plural(waiting, 'run is', 'runs are')} still waiting. {waiting === 1 ? 'It' : 'They'} will be
            canceled.
          </li>
        )}
      </ul>
    </ConfirmDialog>
  );
}
