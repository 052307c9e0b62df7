import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { focusOnMount } from '../../kit/focus-on-mount.ts';
import { plural } from '../../kit/format.ts';
import { DecisionBar, StepButtons } from '../../kit/decision-bar.tsx';
import { Icon } from '../../kit/icon.tsx';
import { MiddleCut } from '../../kit/middle-cut.tsx';
import type { ViewerEngine } from '../../viewer/engine.ts';
import { SceneStepper } from '../../viewer/scene-stepper.tsx';
import type { Verdict } from '../../../domain/runs/verdict.ts';
import { runSearch } from '../address/addresses.ts';
import type { RunCounts } from '../runs/counts.ts';
import { isApprovedByMe, isReviewable, stateOf, type RunRow } from '../runs/run-row.ts';
import { byActor } from '../decisions/actor-name.ts';
import { verdictDetail } from '../visit/run-detail.ts';
import { RunMark } from '../runs/state-mark.tsx';
import type { Attempt } from '../visit/newer-attempt.ts';
import { useNow } from '../visit/use-now.ts';
import type { ReasonFor } from './use-run-actions.ts';
import type { RunDetail } from './use-run.ts';

interface RunDecisionProps {
  buildId: number;
  row: RunRow;
  figures: readonly string[];
  /** The run that the verdict was taken over from. */
  origin: RunDetail['verdictOrigin'];
  /** Its changes with the decisions on them; null while they are loaded. */
  changes: RunDetail['changes'] | null;
  engine: ViewerEngine;
  /** Whether the person may decide. */
  mayReview: boolean;
  /** Whether a newer attempt makes this one read-only. */
  attempt: Attempt;
  /** Other undecided runs with exactly the same changes. */
  others: number;
  /** Whether the last decision was the final one. */
  isEnd: boolean;
  counts: RunCounts;
  onStep: (by: 1 | -1) => void;
  onJudge: (verdict: Verdict, note?: string) => void;
  /** The verdict for which a reason is being written. */
  reasonFor: ReasonFor | null;
  onReason: (verdict: ReasonFor | null) => void;
  onSameChanges: () => void;
  onRegion: (index: number | null) => void;
  onLookAgain: () => void;
  /** Mark good, mark bad. */
  release: ReactNode;
}

/** The bar under the images: run, navigation and decision. */
export function RunDecision(props: RunDecisionProps) {
  const { row, figures, isEnd, mayReview, others, onSameChanges } = props;
  return (
    <DecisionBar
      isEnd={isEnd}
      summary={
        <>
          <RunMark state={stateOf(row)} />
          <Decided row={row} />
          <ChangesDecided row={row} changes={props.changes} />
          <Origin row={row} origin={props.origin} buildId={props.buildId} />
          <span className="decision-figures tabular ellipsis">{figures.join(' · ')}</span>
          <SceneStepper engine={props.engine} onRegion={props.onRegion} />
        </>
      }
    >
      {isEnd ? (
        <End {...props} />
      ) : (
        <>
          {others > 0 && mayReview && (
            <button
              type="button"
              className="button same-changes"
              aria-keyshortcuts="E"
              title="Approve all with exactly the same changes (E)"
              onClick={onSameChanges}
            >
              = {others.toLocaleString('en-US')} more
            </button>
          )}
          {props.reasonFor === null && <StepButtons what="run" onStep={props.onStep} />}
          <Verdicts key={row.id} {...props} />
        </>
      )}
    </DecisionBar>
  );
}

function Decided({ row }: { row: RunRow }) {
  const now = useNow();
  const words = verdictDetail(row, now);
  if (words === '') return null;
  const at = row.verdictAt === null ? undefined : new Date(row.verdictAt).toLocaleString();
  return (
    <span className="decision-by ellipsis" title={at ?? words}>
      {words}
    </span>
  );
}

/** `1 of 2 changes approved by mia`, while others wait for a decision. */
function ChangesDecided({ row, changes }: Pick<RunDecisionProps, 'row' | 'changes'>) {
  if (changes === null || row.verdict !== 'none' || row.approvals > 0) return null;
  const approved = changes.filter(({ verdict }) => verdict === 'approved');
  if (approved.length === 0) return null;
  const people = [...new Set(approved.map(({ verdictBy }) => byActor(verdictBy).trim()))].filter(Boolean);
  return (
    <span className="decision-by ellipsis">
      {approved.length} of {plural(changes.length, 'change')} approved {people.join(', ')}
    </span>
  );
}

/** Where a verdict on the same image, or on the same changes, was given. */
function Origin({ row, origin, buildId }: Pick<RunDecisionProps, 'row' | 'origin' | 'buildId'>) {
  if (origin === null) return null;
  const other = { buildId, name: origin.releaseName, number: origin.releaseNumber };
  return (
    <span className="decision-origin muted">
      <span>{originWord(row)}</span>
      <Link to="/run" search={runSearch(other, row.name)}>
        <MiddleCut text={`${other.name} #${other.number}`} />
      </Link>
    </span>
  );
}

function originWord({ verdict, verdictBy }: RunRow): string {
  if (verdictBy === 'server') return 'accepted in ';
  return verdict === 'approved' ? 'approved earlier in ' : 'rejected earlier in ';
}

/** The origin of the verdict on screen; null once another one was given. */
export function originOf({ run, verdictOrigin }: RunDetail, row: RunRow): RunDetail['verdictOrigin'] {
  return run.verdict === row.verdict && run.verdictAt === row.verdictAt ? verdictOrigin : null;
}

/** Each verdict button keeps its place, so that a second click never hits the opposite. */
function Verdicts(props: RunDecisionProps) {
  const { row, mayReview, onJudge, reasonFor, onReason } = props;
  const isFailed = row.status === 'failed';
  if (!isReviewable(row) && !isFailed) return null;
  const { newer, isReadOnly, insist } = props.attempt;
  if (newer !== null && isReadOnly)
    return (
      <span className="decision-note decision-newer line muted">
        <span>
          Read-only:{' '}
          <Link to="/run" search={runSearch(newer, row.name)}>
            #{newer.number}
          </Link>{' '}
          is newer
        </span>
        <button type="button" className="button small" onClick={insist}>
          Decide anyway
        </button>
      </span>
    );
  if (!mayReview) return <span className="decision-note muted">Read-only: only reviewers can decide.</span>;
  if (reasonFor !== null) return <ReasonForm {...props} verdict={reasonFor} />;
  if (isFailed) {
    return (
      <div className="decision-verdicts">
        {row.verdict === 'approved' ? (
          <button type="button" className="button take-back end" onClick={() => onJudge('none')}>
            Undo acceptance
          </button>
        ) : (
          <button
            type="button"
            className="button"
            aria-keyshortcuts="Y"
            title="Accept that it failed, with a reason (Y)"
            onClick={() => onReason('approved')}
          >
            Accept the failure…
            <kbd aria-hidden="true">Y</kbd>
          </button>
        )}
      </div>
    );
  }
  const isMine = row.verdict === 'none' && isApprovedByMe(row);
  const reject = () => onJudge('rejected');
  return (
    <div className="decision-verdicts">
      {row.verdict === 'rejected' && (
        <button type="button" className="button take-back" onClick={() => onJudge('none')}>
          Undo rejection
        </button>
      )}
      {row.verdict !== 'rejected' && (
        <span className="split">
          <button
            type="button"
            className="button reject"
            aria-keyshortcuts="N"
            title="Reject and go to the next (N)"
            onClick={reject}
          >
            <Icon name="rejected" size={14} />
            Reject
            <kbd aria-hidden="true">N</kbd>
          </button>
          <button
            type="button"
            className="button reject reason-button"
            aria-label="Reject with a reason"
            title="Reject with a reason"
            onClick={() => onReason('rejected')}
          >
            <Icon name="up" size={12} />
          </button>
        </span>
      )}
      {(row.verdict === 'approved' || isMine) && (
        <button type="button" className="button take-back end" onClick={() => onJudge('none')}>
          {isMine ? 'Undo my approval' : 'Undo approval'}
        </button>
      )}
      {row.verdict !== 'approved' && !isMine && (
        <button
          type="button"
          className="button approve"
          aria-keyshortcuts="Y"
          title="Approve and go to the next (Y)"
          onClick={() => onJudge('approved')}
        >
          <Icon name="picked" size={14} />
          Approve
          <kbd aria-hidden="true">Y</kbd>
        </button>
      )}
    </div>
  );
}

/** A field for the reason: a rejection may have one, an accepted failure must. */
function ReasonForm({
  verdict,
  onJudge,
  onReason,
}: Pick<RunDecisionProps, 'onJudge' | 'onReason'> & { verdict: ReasonFor }) {
  const [reason, setReason] = useState('');
  const isNeeded = verdict === 'approved';
  const given = reason.trim();
  return (
    <form
      className="decision-reason line"
      onSubmit={(event) => {
        event.preventDefault();
        if (given !== '' || !isNeeded) {
          onReason(null);
          onJudge(verdict, given || undefined);
        }
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onReason(null);
      }}
    >
      <input
        className="field"
        ref={focusOnMount}
        maxLength={255}
        required={isNeeded}
        placeholder={isNeeded ? 'Why is this all right?' : 'Why? (optional)'}
        aria-label={isNeeded ? 'Reason for accepting the failure' : 'Reason for the rejection (optional)'}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <button
        type="submit"
        className={isNeeded ? 'button primary' : 'button reject'}
        disabled={isNeeded && given === ''}
      >
        {isNeeded ? 'Accept' : 'Reject'}
      </button>
      <button type="button" className="button" onClick={() => onReason(null)}>
        Cancel
      </button>
    </form>
  );
}

function End({ counts, release, onLookAgain }: RunDecisionProps) {
  return (
    <>
      <p className="decision-end">
        <strong>That was the last one.</strong> {endFigures(counts)}
      </p>
      <button type="button" className="button" onClick={onLookAgain}>
        Review again
      </button>
      {release}
    </>
  );
}

/** `9 approved, 1 rejected.` */
function endFigures({ approved, rejected, failed, waiting }: RunCounts): string {
  const parts = [`${approved.toLocaleString('en-US')} approved`];
  if (rejected > 0) parts.push(`${rejected.toLocaleString('en-US')} rejected`);
  if (failed > 0) parts.push(`${failed.toLocaleString('en-US')} failed`);
  if (waiting > 0) parts.push(`${plural(waiting, 'run')} waiting`);
  return `${parts.join(', ')}.`;
}
