import {
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react';
import { Icon } from '../ui/icons.tsx';
import { useKeys } from '../ui/keys.ts';
import { useVirtualRows } from '../ui/virtual-rows.ts';
import { MiddleCut } from './middle-cut.tsx';
import { usePicks } from './picks.ts';
import type { ReportEntry, ReportSection } from './report-model.ts';
import { StateMark } from './state-mark.tsx';
import { Thumbnail } from './thumbnail.tsx';
import { formatPixels, formatShare, isolate, plural, sizeChange, stateIcons, stateWords } from './words.ts';

const headingHeight = 32;

type Row = { kind: 'heading'; section: ReportSection } | { kind: 'entry'; entry: ReportEntry; place: number };

interface TestListProps {
  id: string;
  sections: readonly ReportSection[];
  /** Place of the current entry in the fixed order, or null. */
  current: number | null;
  rowHeight: number;
  density: 'wide' | 'narrow';
  /** The element that scrolls. */
  scroller: RefObject<HTMLElement | null>;
  onOpen: (entry: ReportEntry) => void;
  /** The row that the keys have reached; null for none. */
  onCurrent?: (entry: ReportEntry) => void;
}

/** Tests in sections; only the rows that are seen are in the page. One Tab stop, arrows inside. */
export function TestList(props: TestListProps) {
  const { id, sections, current, rowHeight, density, scroller, onOpen } = props;
  const list = useRef<HTMLDivElement>(null);
  const picks = usePicks();
  const rows = useMemo(() => {
    const all: Row[] = [];
    let place = 0;
    for (const section of sections) {
      all.push({ kind: 'heading', section });
      for (const entry of section.entries) all.push({ kind: 'entry', entry, place: ++place });
    }
    return all;
  }, [sections]);
  const total = rows.length - sections.length;
  const currentIndex = useMemo(
    () => rows.findIndex((row) => row.kind === 'entry' && row.entry.position === current),
    [rows, current],
  );
  const stopIndex = currentIndex >= 0 ? currentIndex : 1;

  const heights = useMemo(
    () => rows.map((row) => (row.kind === 'heading' ? headingHeight : rowHeight)),
    [rows, rowHeight],
  );
  const virtual = useVirtualRows(heights, list, scroller);
  const { reveal } = virtual;

  const revealCurrent = useEffectEvent(() => {
    if (currentIndex >= 0) reveal(currentIndex);
  });
  useEffect(() => revealCurrent(), [currentIndex]);

  const drawn: number[] = [];
  for (let index = virtual.first; index <= virtual.last; index++) drawn.push(index);
  if (stopIndex < rows.length && !drawn.includes(stopIndex)) drawn.push(stopIndex);

  const focusRow = (index: number) => {
    reveal(index);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-row="${index}"] a`)?.focus());
  };
  const step = (from: number, by: 1 | -1) => {
    let index = from + by;
    while (rows[index]?.kind === 'heading') index += by;
    return rows[index] === undefined ? from : index;
  };
  const press = (event: KeyboardEvent) => {
    const at = Number((event.target as HTMLElement).closest<HTMLElement>('[data-row]')?.dataset.row ?? -1);
    if (at < 0) return;
    const targets: Record<string, number> = {
      ArrowDown: step(at, 1),
      ArrowUp: step(at, -1),
      Home: 1,
      End: rows.length - 1,
    };
    const to = targets[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    focusRow(to);
  };

  return (
    <div
      ref={list}
      id={id}
      tabIndex={-1}
      className={`test-list ${density}`}
      style={{ height: virtual.totalHeight }}
      onKeyDown={press}
      role="list"
      aria-label="Tests"
    >
      {drawn.map((index) => {
        const row = rows[index]!;
        const style = { transform: `translateY(${virtual.topOf(index)}px)`, height: virtual.heightOf(index) };
        return row.kind === 'heading' ? (
          <div key={row.section.state} className="list-heading" style={style} role="presentation">
            <h2>{row.section.title}</h2>
            <span className="tabular">{row.section.entries.length.toLocaleString('en-US')}</span>
          </div>
        ) : (
          <div
            key={row.entry.position}
            role="listitem"
            aria-setsize={total}
            aria-posinset={row.place}
            data-row={index}
            className="list-row"
            style={style}
          >
            <TestRow
              entry={row.entry}
              isCurrent={row.entry.position === current}
              isPicked={picks.has(row.entry.test.name)}
              isStop={index === stopIndex}
              density={density}
              onOpen={onOpen}
            />
          </div>
        );
      })}
    </div>
  );
}

interface TestRowProps {
  entry: ReportEntry;
  isCurrent: boolean;
  isPicked: boolean;
  isStop: boolean;
  density: 'wide' | 'narrow';
  onOpen: (entry: ReportEntry) => void;
}

function TestRow({ entry, isCurrent, isPicked, isStop, density, onOpen }: TestRowProps) {
  const { test } = entry;
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onOpen(entry);
  };
  return (
    <a
      href={`#test=${encodeURIComponent(test.name)}`}
      className="test-row"
      data-state={test.state}
      aria-current={isCurrent ? 'true' : undefined}
      aria-label={rowName(entry, isPicked)}
      tabIndex={isStop ? 0 : -1}
      onClick={open}
    >
      <Thumbnail entry={entry} />
      {density === 'wide' ? (
        <>
          <span className="row-name">
            <MiddleCut text={test.name} />
            <span className="row-detail row-url">
              <MiddleCut text={test.url} />
            </span>
          </span>
          <span className="row-facts">
            <StateMark state={test.state} />
            <RowFigures entry={entry} />
            {isPicked && (
              <span className="picked-mark">
                <Icon name="picked" size={14} />
                Picked
              </span>
            )}
          </span>
          <Icon name="next" size={14} />
        </>
      ) : (
        <span className="row-name">
          <MiddleCut text={test.name} />
          <span className="row-detail tabular">
            <span className="state-icon" data-state={test.state}>
              <Icon name={stateIcons[test.state]} size={11} />
            </span>
            {test.comparison !== null && !test.comparison.same
              ? formatShare(test.comparison.diffRatio)
              : stateWords[test.state]}
            {isPicked && (
              <span className="picked-mark">
                <Icon name="picked" size={12} />
              </span>
            )}
          </span>
        </span>
      )}
    </a>
  );
}

function RowFigures({ entry }: { entry: ReportEntry }) {
  const { test } = entry;
  if (test.failure !== null && test.state === 'failed')
    return <span className="row-figures">{test.failure.message}</span>;
  const parts: string[] = [];
  const { comparison } = test;
  if (comparison !== null && !comparison.same) {
    parts.push(formatShare(comparison.diffRatio), formatPixels(comparison.changedPixels));
    parts.push(plural(comparison.regionCount, 'region'));
  }
  if (test.state === 'new') parts.push(test.failure === null ? 'no reference before' : 'no reference yet');
  const change = sizeChange(test);
  if (change !== null) parts.push(change);
  if (comparison?.same === true && comparison.hidden !== null) parts.push('differences hidden by settings');
  if (test.settled === false) parts.push('never settled');
  if (entry.samePlaces.length > 1) parts.push(`= ${entry.samePlaces.length - 1} more`);
  return <span className="row-figures tabular">{parts.join(' · ')}</span>;
}

function rowName(entry: ReportEntry, isPicked: boolean): string {
  const { test } = entry;
  const parts = [isolate(test.name), stateWords[test.state].toLowerCase()];
  if (test.comparison !== null && !test.comparison.same) {
    parts.push(`${formatShare(test.comparison.diffRatio).replace('%', 'percent')}`);
    parts.push(plural(test.comparison.regionCount, 'region'));
  }
  if (isPicked) parts.push('picked for approval');
  return parts.join(', ');
}

/** J and K in a list: moves the current row. */
export function useListKeys(
  entries: readonly ReportEntry[],
  current: number | null,
  onCurrent: (entry: ReportEntry) => void,
  onOpen: (entry: ReportEntry) => void,
): void {
  const at = entries.findIndex((entry) => entry.position === current);
  const go = (by: 1 | -1) => () => {
    const next = entries[at < 0 ? 0 : at + by];
    if (next !== undefined) onCurrent(next);
  };
  const openCurrent = () => {
    const entry = entries[at];
    if (entry !== undefined) onOpen(entry);
  };
  useKeys({ j: go(1), k: go(-1), ArrowDown: go(1), ArrowUp: go(-1), o: openCurrent, Enter: openCurrent });
}
