import { Link } from '@tanstack/react-router';
import { memo, useEffect, useEffectEvent, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { RefObject } from 'react';
import { formatShare, plural } from '../../kit/format.ts';
import { Icon } from '../../kit/icon.tsx';
import { MiddleCut } from '../../kit/middle-cut.tsx';
import { useVirtualRows, type VirtualRows } from '../../kit/virtual-rows.ts';
import type { ReleaseStore } from '../runs/release-store.ts';
import type { ViewSection } from '../runs/release-view.ts';
import { isDifference, stateOf, type RunRow } from '../runs/run-row.ts';
import { Thumbnail } from '../runs/thumbnail.tsx';
import type { RunsSearch } from './list-search.ts';
import { useRow } from '../visit/visit.ts';
import { runStateIcons, runStateWords } from '../runs/run-states.ts';

const heights = { heading: 28, row: 64 };

interface RunListProps {
  buildId: number;
  store: ReleaseStore;
  sections: readonly ViewSection[];
  current: number | null;
  scroller: RefObject<HTMLElement | null>;
  /** What an address of a run in this list carries beside its name. */
  search: RunsSearch;
  onOpen: (id: number) => void;
}

/** Runs in sections; only the rows that are seen are in the page. One Tab stop, arrows inside. */
export function RunList(props: RunListProps) {
  const { sections, current, scroller } = props;
  const list = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => sections.flatMap(({ ids }): (number | null)[] => [null, ...ids]), [sections]);
  const rowHeights = useMemo(() => rows.map((id) => (id === null ? heights.heading : heights.row)), [rows]);
  const virtual = useVirtualRows(rowHeights, list, scroller);
  const currentIndex = useMemo(() => (current === null ? -1 : rows.indexOf(current)), [rows, current]);
  const stopIndex = currentIndex >= 0 ? currentIndex : 1;
  const [focused, setFocused] = useState<number | null>(null);

  const follow = useEffectEvent(() => {
    if (currentIndex < 0) return;
    virtual.reveal(currentIndex);
    if (list.current?.contains(document.activeElement)) setFocused(currentIndex);
  });
  useEffect(() => follow(), [currentIndex]);
  useEffect(() => {
    if (focused !== null) list.current?.querySelector<HTMLElement>(`[data-row="${focused}"] a`)?.focus();
  }, [focused]);

  const step = (from: number, by: 1 | -1) => {
    let index = from + by;
    while (rows[index] === null) index += by;
    return rows[index] === undefined ? from : index;
  };
  const press = (event: KeyboardEvent) => {
    const at = Number((event.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset['row'] ?? -1);
    const targets: Record<string, number> = {
      ArrowDown: step(at, 1),
      ArrowUp: step(at, -1),
      Home: 1,
      End: rows.length - 1,
    };
    const to = targets[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    virtual.reveal(to);
    setFocused(to);
  };

  const starts = useMemo(() => startsOf(sections), [sections]);
  return (
    <div
      ref={list}
      id="run-list"
      tabIndex={-1}
      className="run-list"
      style={{ height: virtual.totalHeight }}
      onKeyDown={press}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(null);
      }}
    >
      {sections.map((section, index) => (
        <Section
          key={section.key}
          {...props}
          section={section}
          start={starts[index]!}
          virtual={virtual}
          stopIndex={stopIndex}
          kept={focused}
        />
      ))}
    </div>
  );
}

/** Index of each section's heading among all rows. */
function startsOf(sections: readonly ViewSection[]): number[] {
  let rows = 0;
  return sections.map(({ ids }) => {
    const start = rows;
    rows += ids.length + 1;
    return start;
  });
}

interface SectionProps extends RunListProps {
  section: ViewSection;
  /** Index of its heading among all rows. */
  start: number;
  virtual: VirtualRows;
  /** The row that Tab reaches. */
  stopIndex: number;
  /** The row that has the focus must not vanish. */
  kept: number | null;
}

function Section({
  buildId,
  store,
  section,
  start,
  virtual,
  stopIndex,
  kept,
  current,
  search,
  onOpen,
}: SectionProps) {
  const { ids, key, title } = section;
  const last = start + ids.length;
  const indexes = new Set<number>();
  for (let index = Math.max(start + 1, virtual.first); index <= Math.min(last, virtual.last); index++)
    indexes.add(index);
  for (const index of [stopIndex, kept])
    if (index !== null && index > start && index <= last) indexes.add(index);
  const hasHeading = start >= virtual.first && start <= virtual.last;
  if (indexes.size === 0 && !hasHeading) return null;
  const headingId = `runs-${start}`;
  return (
    <section aria-labelledby={headingId} data-section={key}>
      <div className="run-list-heading" style={placeOf(virtual, start)}>
        <h2 id={headingId}>{title}</h2>
        <span className="tabular">{ids.length.toLocaleString('en-US')}</span>
      </div>
      <ul>
        {[...indexes]
          .sort((a, b) => a - b)
          .map((index) => {
            const id = ids[index - start - 1]!;
            return (
              <li
                key={id}
                aria-setsize={ids.length}
                aria-posinset={index - start}
                data-row={index}
                className="run-list-item"
                style={placeOf(virtual, index)}
              >
                <ListRow
                  buildId={buildId}
                  store={store}
                  id={id}
                  isCurrent={id === current}
                  isStop={index === stopIndex}
                  search={search}
                  onOpen={onOpen}
                />
              </li>
            );
          })}
      </ul>
    </section>
  );
}

function placeOf(virtual: VirtualRows, index: number) {
  return { transform: `translateY(${virtual.topOf(index)}px)`, height: virtual.heightOf(index) };
}

interface ListRowProps {
  buildId: number;
  store: ReleaseStore;
  id: number;
  isCurrent: boolean;
  isStop: boolean;
  search: RunsSearch;
  onOpen: (id: number) => void;
}

const ListRow = memo(function ListRow({
  buildId,
  store,
  id,
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
      className="run-row"
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
      <span className="run-row-text">
        <MiddleCut text={row.name} />
        <span className="run-row-detail tabular" data-state={state}>
          <Icon name={runStateIcons[state]} size={11} />
          {rowFigure(row)}
          <span className="visually-hidden">{spoken(row)}</span>
        </span>
      </span>
    </Link>
  );
});

/** The state in a word, and how much differs. */
function rowFigure(row: RunRow): string {
  const state = stateOf(row);
  if (!isDifference(row)) return runStateWords[state];
  const share = row.diffRatio ?? row.distortion;
  const figure = share === null ? null : share === 0 ? '< 0.01 %' : formatShare(share);
  if (state === 'differs') return figure ?? runStateWords[state];
  return figure === null ? runStateWords[state] : `${runStateWords[state]} · ${figure}`;
}

/** What a screen reader says beside the name and the figure: `differs, 3 regions, undecided`. */
function spoken(row: RunRow): string {
  if (!isDifference(row)) return '';
  const regions = row.regionCount === null ? [] : [plural(row.regionCount, 'region')];
  return ['', 'differs', ...regions, row.verdict === 'none' ? 'undecided' : row.verdict].join(', ');
}
