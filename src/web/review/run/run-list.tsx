import { Link } from '@tanstack/react-router';
import { memo, type RefObject } from 'react';
import { formatShare, plural } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { ItemList } from '../../kit/item-list.tsx';
import { MiddleCut } from '../../kit/middle-cut.tsx';
import type { ReleaseStore } from '../runs/release-store.ts';
import type { ViewSection } from '../runs/release-view.ts';
import { isDifference, stateOf, type RunRow } from '../runs/run-row.ts';
import { runStateIcons, runStateWords } from '../runs/run-states.ts';
import type { Folded } from '../runs/variants.ts';
import { Thumbnail } from '../runs/thumbnail.tsx';
import { useRow } from '../visit/visit.ts';
import type { RunsSearch } from './list-search.ts';

const rowHeight = 64;

interface RunListProps {
  buildId: number;
  store: ReleaseStore;
  sections: readonly ViewSection[];
  /** The runs of a row with several variants. */
  members: Folded['members'];
  current: number | null;
  scroller: RefObject<HTMLElement | null>;
  /** Search parameters of a run in this list, besides its name. */
  search: RunsSearch;
  onOpen: (id: number) => void;
}

/** The runs of a release in their sections, next to the open one. */
export function RunList({ sections, members, current, scroller, ...row }: RunListProps) {
  return (
    <ItemList id="run-list" sections={sections} current={current} rowHeight={rowHeight} scroller={scroller}>
      {(id, isStop) => (
        <ListRow {...row} id={id} variants={members.get(id)} isCurrent={id === current} isStop={isStop} />
      )}
    </ItemList>
  );
}

interface ListRowProps extends Pick<RunListProps, 'buildId' | 'store' | 'search' | 'onOpen'> {
  id: number;
  /** All variants that the row stands for, if there are several. */
  variants: readonly number[] | undefined;
  isCurrent: boolean;
  isStop: boolean;
}

const ListRow = memo(function ListRow({
  buildId,
  store,
  id,
  variants,
  isCurrent,
  isStop,
  search,
  onOpen,
}: ListRowProps) {
  const row = useRow(store, id);
  if (row === undefined) return null;
  const state = stateOf(row);
  return (
    <Link
      to="/run"
      search={{ ...search, test: row.name }}
      replace
      preload={false}
      className="list-row run-row line text-13"
      data-state={state}
      aria-current={isCurrent ? 'true' : undefined}
      tabIndex={isStop ? 0 : -1}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        onOpen(id);
      }}
    >
      <Thumbnail buildId={buildId} row={row} />
      <span className="row-text grow">
        <MiddleCut text={row.name} />
        <span className="row-detail tabular ellipsis line text-12" data-state={state}>
          <Icon name={runStateIcons[state]} size={11} />
          {rowFigure(row)}
          <span className="visually-hidden">{spoken(row)}</span>
        </span>
      </span>
      {variants !== undefined && (
        <span
          className="row-variants tabular muted text-12"
          title={`${variants.length} variants of this page`}
        >
          {variants.indexOf(id) + 1}/{variants.length}
          <span className="visually-hidden"> variants</span>
        </span>
      )}
    </Link>
  );
});

/** The state and the size of the difference. */
function rowFigure(row: RunRow): string {
  const state = stateOf(row);
  if (!isDifference(row)) return runStateWords[state];
  const share = row.diffRatio ?? row.distortion;
  const figure = share === null ? null : share === 0 ? '< 0.01 %' : formatShare(share);
  if (state === 'differs') return figure ?? runStateWords[state];
  return figure === null ? runStateWords[state] : `${runStateWords[state]} · ${figure}`;
}

/** Extra text for screen readers: `differs, 3 regions, undecided`. */
function spoken(row: RunRow): string {
  if (!isDifference(row)) return '';
  const regions = row.regionCount === null ? [] : [plural(row.regionCount, 'region')];
  return ['', 'differs', ...regions, row.verdict === 'none' ? 'undecided' : row.verdict].join(', ');
}
