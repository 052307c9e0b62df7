import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ConfirmDialog } from '../../kit/confirm-dialog.tsx';
import { plural } from '../../kit/format.ts';
import { exceptRejected } from '../decisions/words.ts';
import type { GoodQuestion } from '../decisions/decision-state.ts';
import type { RunFilter } from '../runs/release-view.ts';

interface GoodDialogProps {
  question: GoodQuestion;
  /** Search parameters of the release's page. */
  release: { id: string; name: string; number: string };
  onClose: () => void;
  onGood: () => void;
  onShowLate?: () => void;
}

/** What is still open in a release, and what becomes of each page's baseline if it is marked good all the same. */
export function GoodDialog({ question, release, onClose, onGood, onShowLate }: GoodDialogProps) {
  const { unseen, rejected } = question;
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
      <ul className="confirm-list good-list">
        {linesOf(question).map(({ filter, figure, rest, effect }) => (
          <li key={filter + figure}>
            <Link to="/release" search={{ ...release, show: filter }} onClick={onClose}>
              {figure}
            </Link>{' '}
            {rest} {effect}
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}

interface OpenLine {
  filter: RunFilter;
  /** `2 differences`: a link to them. */
  figure: string;
  rest: ReactNode;
  effect: string;
}

function linesOf(question: GoodQuestion): OpenLine[] {
  const { undecided, rejected, failed, newUndecided, renamed, missing, waiting, partlyApproved, needed } =
    question;
  const lines: (OpenLine & { count: number })[] = [
    {
      count: undecided,
      filter: 'undecided',
      figure: plural(undecided, 'difference'),
      rest: undecided === 1 ? 'is undecided.' : 'are undecided.',
      effect: `${undecided === 1 ? 'It becomes' : 'They become'} part of the baseline, too.`,
    },
    {
      count: partlyApproved,
      filter: 'undecided',
      figure: plural(partlyApproved, 'run'),
      rest: `${partlyApproved === 1 ? 'has' : 'have'} fewer than ${needed} approvals.`,
      effect: 'The decision will say so.',
    },
    {
      count: rejected,
      filter: 'rejected',
      figure: plural(rejected, 'run'),
      rest: rejected === 1 ? 'is rejected.' : 'are rejected.',
      effect: `${rejected === 1 ? 'That page keeps its' : 'Those pages keep their'} previous baseline.`,
    },
    {
      count: failed,
      filter: 'failed',
      figure: plural(failed, 'run'),
      rest: 'failed.',
      effect: `${failed === 1 ? 'That page keeps its' : 'Those pages keep their'} previous baseline.`,
    },
    {
      count: newUndecided,
      filter: 'new',
      figure: plural(newUndecided, 'new page'),
      rest: `${newUndecided === 1 ? 'has' : 'have'} no verdict.`,
      effect: newUndecided === 1 ? 'It becomes its first baseline.' : 'They become their first baseline.',
    },
    {
      count: renamed,
      filter: 'missing',
      figure: plural(renamed, 'page'),
      rest: `${renamed === 1 ? 'is' : 'are'} renamed, without a verdict.`,
      effect: `The old ${renamed === 1 ? 'name keeps its' : 'names keep their'} baseline, too.`,
    },
    {
      count: missing,
      filter: 'missing',
      figure: plural(missing, 'page'),
      rest: `of the baseline ${missing === 1 ? 'is' : 'are'} missing.`,
      effect: `${missing === 1 ? 'It keeps its' : 'They keep their'} last baseline until the removal is confirmed.`,
    },
    {
      count: waiting,
      filter: 'waiting',
      figure: plural(waiting, 'run'),
      rest: `${waiting === 1 ? 'is' : 'are'} still waiting.`,
      effect: `${waiting === 1 ? 'It' : 'They'} will be canceled.`,
    },
  ];
  return lines.filter(({ count }) => count > 0);
}
