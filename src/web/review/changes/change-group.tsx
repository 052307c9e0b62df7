import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ConfirmDialog } from '../../kit/confirm-dialog.tsx';
import { focusOnMount } from '../../kit/focus-on-mount.ts';
import { plural } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { StateMark } from '../../kit/state-mark.tsx';
import { releaseSearch, type ReleaseSearch } from '../address/addresses.ts';
import { queries } from '../api/queries.ts';
import { actorName } from '../decisions/actor-name.ts';
import { useShortcuts } from '../keyboard/registry.ts';
import { ChangePlaces } from './change-places.tsx';
import {
  changeTitle,
  earlierWords,
  whereWords,
  type ChangeDetail,
  type ChangeVerdict,
} from './change-words.ts';

interface ChangeGroupProps {
  buildId: number;
  /** Approvals that a run needs. */
  needed: number;
  releaseId: number;
  /** Version of the release on screen. */
  version: number;
  fingerprint: string;
  /** Asked at once, as with `Y` in the list. */
  asks: ChangeVerdict | null;
  mayReview: boolean;
  /** And the release is not decided. */
  mayDecide: boolean;
  search: ReleaseSearch;
  onDecide: (verdict: ChangeVerdict, change: ChangeDetail, exceptRunIds: readonly number[]) => void;
  onUndo: (operationId: string) => void;
  onClose: () => void;
}

/** One change: where it is, in which runs, and the decision on all of them. */
export function ChangeGroup(props: ChangeGroupProps) {
  const { buildId, releaseId, version, fingerprint, mayDecide, search, onClose } = props;
  const { data: change, error } = useQuery(queries.change({ releaseId, fingerprint }, version));
  const [asked, setAsked] = useState<ChangeVerdict | null>(props.asks);
  const [excepted, setExcepted] = useState<ReadonlySet<number>>(new Set());
  const isReady = change !== undefined && mayDecide;
  const ask = (verdict: ChangeVerdict) => () => setAsked(verdict);
  useShortcuts('Look', [{ keys: ['Escape', 'u'], does: 'back to all changes', run: onClose }]);
  useShortcuts(
    'Decide',
    isReady
      ? [
          { keys: ['y'], does: 'approve the change in all its runs', run: ask('approved') },
          { keys: ['n'], does: 'reject the change in all its runs', run: ask('rejected') },
        ]
      : [],
    { isWaiting: change === undefined && mayDecide },
  );
  const except = (runIds: readonly number[], isExcepted: boolean) => {
    const next = new Set(excepted);
    for (const id of runIds)
      if (isExcepted) next.add(id);
      else next.delete(id);
    setExcepted(next);
  };
  if (change === undefined) {
    return (
      <section className="change-group" aria-busy={error === null}>
        <Back onClose={onClose} />
        <p className="muted">{error === null ? 'Loading the change…' : error.message}</p>
      </section>
    );
  }
  const first = change.places[0]!;
  const covered = change.runs.filter(({ runId }) => !excepted.has(runId));
  return (
    <section className="change-group" aria-label={changeTitle(first)}>
      <Back onClose={onClose} />
      <header className="change-head">
        <h2 ref={focusOnMount} tabIndex={-1}>
          <bdi>{changeTitle(first)}</bdi>
        </h2>
        <span className="muted tabular">
          {whereWords({ runs: change.runs.length, places: change.places.length })}
        </span>
        {change.decision === null && change.approvals > 0 && (
          <span className="muted">
            {change.approvals} of {props.needed} approvals
            {change.approvedBy.length > 0 && `: ${change.approvedBy.map(actorName).join(', ')}`}
          </span>
        )}
        {change.approvedEarlier !== null && (
          <Link
            className="muted"
            to="/release"
            search={releaseSearch({
              buildId,
              name: change.approvedEarlier.releaseName,
              number: change.approvedEarlier.releaseNumber,
            })}
          >
            <bdi>{earlierWords(change.approvedEarlier)}</bdi>
          </Link>
        )}
        {change.decision !== null && <Decided {...props} decision={change.decision} />}
        {mayDecide && (
          <span className="change-actions">
            <button type="button" className="button reject" aria-keyshortcuts="N" onClick={ask('rejected')}>
              Reject
            </button>
            <button type="button" className="button approve" aria-keyshortcuts="Y" onClick={ask('approved')}>
              Approve {plural(covered.length, 'run')}
            </button>
          </span>
        )}
      </header>
      <ChangePlaces
        {...{ buildId, change, excepted, search }}
        onExcept={mayDecide ? except : null}
        listsRuns
      />
      {asked !== null && mayDecide && (
        <ConfirmDialog
          title={`${asked === 'approved' ? 'Approve' : 'Reject'} this change in ${plural(covered.length, 'run')}?`}
          confirm={
            covered.length === 0
              ? null
              : {
                  label: `${asked === 'approved' ? 'Approve' : 'Reject'} ${covered.length.toLocaleString('en-US')}`,
                  tone: asked === 'approved' ? 'approve' : 'reject',
                  act: () => props.onDecide(asked, change, [...excepted]),
                }
          }
          keep={{ label: 'Cancel' }}
          initial="confirm"
          onClose={() => setAsked(null)}
        >
          <p className="muted">{effectWords(asked, covered, excepted.size)}</p>
          <ChangePlaces {...{ buildId, change, excepted, search }} onExcept={except} />
        </ConfirmDialog>
      )}
    </section>
  );
}

function Back({ onClose }: { onClose: () => void }) {
  return (
    <button type="button" className="tool change-back" aria-keyshortcuts="Escape" onClick={onClose}>
      <Icon name="previous" size={14} /> All changes
    </button>
  );
}

function Decided({
  decision,
  mayReview,
  onUndo,
}: Pick<ChangeGroupProps, 'mayReview' | 'onUndo'> & { decision: NonNullable<ChangeDetail['decision']> }) {
  const { verdict, by, operationId } = decision;
  const word = verdict === 'approved' ? 'Approved' : 'Rejected';
  return (
    <>
      <StateMark state={verdict} word={by === null ? word : `${word} by ${actorName(by)}`} />
      {mayReview && operationId !== null && (
        <button type="button" className="tool" onClick={() => onUndo(operationId)}>
          Undo
        </button>
      )}
    </>
  );
}

/** What the decision does beyond the runs that it settles. */
function effectWords(verdict: ChangeVerdict, covered: ChangeDetail['runs'], excepted: number): string {
  const others = covered.filter(({ changeCount }) => changeCount > 1).length;
  const left =
    excepted === 0
      ? ''
      : excepted === 1
        ? ' 1 run is left out: it needs its own verdict.'
        : ` ${plural(excepted, 'run')} are left out: each needs its own verdict.`;
  if (verdict === 'rejected')
    return `A run with one rejected change is rejected, whatever else it has.${left}`;
  const open =
    others === 0
      ? `It is the only change in ${covered.length === 1 ? 'it' : 'all of them'}.`
      : others === 1
        ? '1 run also has other changes, and is approved only when those are.'
        : `${plural(others, 'run')} also have other changes, and are approved only when those are.`;
  return `${open}${left}`;
}
