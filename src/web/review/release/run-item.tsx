import '../../kit/wide-row.css';
import { memo, type MouseEvent } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { MiddleCut, visibleText } from '../../kit/middle-cut.tsx';
import { plural } from '../../kit/format.ts';
import { useOpenThreads } from '../comments/use-talk.ts';
import { formatSearch } from '../address/search.ts';
import { runDetail, verdictDetail } from '../visit/run-detail.ts';
import { approvalWords, isReviewable, isUndecided, stateOf } from '../runs/run-row.ts';
import { RunMark } from '../runs/state-mark.tsx';
import { Thumbnail } from '../runs/thumbnail.tsx';
import { VariantSwitch } from './variant-switch.tsx';
import { useRow, type Visit } from '../visit/visit.ts';

export interface RunItemProps {
  visit: Visit;
  id: number;
  /** Address of the run's page, without the run's name. */
  address: string;
  isCurrent: boolean;
  isSelected: boolean;
  /** The one Tab stop of the list. */
  isStop: boolean;
  mayReview: boolean;
  now: Date;
  shape: 'row' | 'card';
  /** All variants that the row stands for; null: it is one run. */
  variants: readonly number[] | null;
  onVariant: (id: number) => void;
  onSelect: (id: number, isRange: boolean) => void;
  onOpen: (id: number) => void;
  onSameChanges: (id: number) => void;
}

/** One run, as a list row or a grid card. A plain link, because the router's costs a millisecond per row. */
export const RunItem = memo(function RunItem(props: RunItemProps) {
  const { visit, id, address, isCurrent, isSelected, isStop, mayReview, now, shape } = props;
  const row = useRow(visit.store, id);
  if (row === undefined) return null;
  const state = stateOf(row);
  const verdict = verdictDetail(row, now);
  const detail = runDetail(row);
  const approvals = approvalWords(row);
  const link = (
    <a
      href={`${address}&${formatSearch({ test: row.name }).slice(1)}`}
      className={shape === 'row' ? 'run-link wide-link' : 'run-link'}
      aria-current={isCurrent ? 'true' : undefined}
      tabIndex={isStop ? 0 : -1}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        props.onOpen(id);
      }}
    >
      <Thumbnail buildId={visit.key.buildId} row={row} />
      <span className="run-name wide-name">
        <MiddleCut text={row.name} />
        <span className="visually-hidden">, </span>
      </span>
      <span className="run-state wide-state">
        <RunMark state={state} />
        <span className="visually-hidden">, </span>
      </span>
      <span
        className="run-detail wide-detail tabular"
        title={detail}
        data-state={state === 'failed' || state === 'new' ? state : undefined}
      >
        {approvals !== '' && <span className="run-approvals">{approvals} · </span>}
        {detail}
      </span>
      <span
        className="run-verdict wide-more ellipsis muted"
        title={[
          verdict,
          ...(row.verdictAt === null ? [] : [new Date(row.verdictAt).toLocaleString('en-GB')]),
        ].join(' · ')}
      >
        {verdict}
      </span>
      {isUndecided(row) && <span className="visually-hidden">, undecided</span>}
    </a>
  );
  return (
    <div
      className={shape === 'row' ? 'run-item wide-row' : 'run-item card'}
      data-selected={isSelected || undefined}
      data-current={isCurrent || undefined}
    >
      {mayReview && isReviewable(row) ? (
        <label className="run-check line">
          <input
            type="checkbox"
            aria-label={`Select ${visibleText(row.name)}`}
            checked={isSelected}
            tabIndex={isStop ? 0 : -1}
            onClick={(event: MouseEvent) => props.onSelect(id, event.shiftKey)}
            onChange={() => undefined}
          />
        </label>
      ) : (
        <span className="run-check line" />
      )}
      {link}
      {props.variants !== null && (
        <VariantSwitch
          name={row.name}
          place={props.variants.indexOf(id) + 1}
          count={props.variants.length}
          isStop={isStop}
          onNext={() => props.onVariant(id)}
        />
      )}
      <span className="run-aside line">
        <OpenThreads visit={visit} id={id} />
        <SameChangesButton {...props} />
      </span>
      {shape === 'row' && <Icon name="next" size={14} />}
    </div>
  );
});

function OpenThreads({ visit, id }: Pick<RunItemProps, 'visit' | 'id'>) {
  const count = useOpenThreads(visit.talk, id);
  if (count === 0) return null;
  const words = plural(count, 'open thread');
  return (
    <span className="run-threads line muted text-12 tabular" title={words}>
      <Icon name="comment" size={12} />
      <span aria-hidden="true">{count.toLocaleString('en-US')}</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

function SameChangesButton({ visit, id, mayReview, isStop, onSameChanges }: RunItemProps) {
  const others = visit.store.sameChanges(id).length - 1;
  if (others < 1) return null;
  const words = `= ${others.toLocaleString('en-US')} more`;
  const title = `${others} more with exactly the same changes`;
  if (!mayReview)
    return (
      <span className="same-changes" title={title}>
        {words}
      </span>
    );
  return (
    <button
      type="button"
      className="same-changes tool"
      tabIndex={isStop ? 0 : -1}
      aria-keyshortcuts="E"
      title={`${title}. Approve them together (E)`}
      onClick={() => onSameChanges(id)}
    >
      {words}
    </button>
  );
}
