import {
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react';
import { Icon } from '../kit/icon.tsx';
import { useKeys } from '../kit/keys.ts';
import { useVirtualRows, type VirtualRows } from '../kit/virtual-rows.ts';
import { MiddleCut } from '../kit/middle-cut.tsx';
import { usePicks } from './picks.ts';
import type { ReportEntry, ReportSection } from './report-model.ts';
import { StateMark } from './state-mark.tsx';
import { Thumbnail } from './thumbnail.tsx';
import { formatPixels, formatShare, plural, sizeChange } from '../kit/format.ts';
import { stateIcons, stateWords } from './words.ts';

const headingHeight = 32;

interface Block {
  section: ReportSection;
  /** Index of its heading among all rows. */
  start: number;
}

/** One row for each heading (null) and each test, in order. */
function layOut(sections: readonly ReportSection[]): { blocks: Block[]; rows: (ReportEntry | null)[] } {
  const blocks: Block[] = [];
  const rows: (ReportEntry | null)[] = [];
  for (const section of sections) {
    blocks.push({ section, start: rows.length });
    rows.push(null, ...section.entries);
  }
  return { blocks, rows };
}

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
  const { blocks, rows } = useMemo(() => layOut(sections), [sections]);
  const currentIndex = useMemo(() => rows.findIndex((entry) => entry?.position === current), [rows, current]);
  const stopIndex = currentIndex >= 0 ? currentIndex : 1;

  const heights = useMemo(
    () => rows.map((entry) => (entry === null ? headingHeight : rowHeight)),
    [rows, rowHeight],
  );
  const virtual = useVirtualRows(heights, list, scroller);
  const { reveal } = virtual;

  const revealCurrent = useEffectEvent(() => {
    if (currentIndex >= 0) reveal(currentIndex);
  });
  useEffect(() => revealCurrent(), [currentIndex]);

  const [focused, setFocused] = useState<number | null>(null);
  const kept = [stopIndex, focused ?? stopIndex];

  useEffect(() => {
    if (focused !== null) list.current?.querySelector<HTMLElement>(`[data-row="${focused}"] a`)?.focus();
  }, [focused]);

  const focusRow = (index: number) => {
    reveal(index);
    setFocused(index);
  };
  const step = (from: number, by: 1 | -1) => {
    let index = from + by;
    while (rows[index] === null) index += by;
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
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(null);
      }}
    >
      {blocks.map(({ section, start }) => {
        const indexes = drawnIndexes(start + 1, section.entries.length, virtual, kept);
        const headingId = `${id}-${section.state}`;
        const isHeadingDrawn = start >= virtual.first && start <= virtual.last;
        if (indexes.length === 0 && !isHeadingDrawn) return null;
        return (
          <section key={section.state} aria-labelledby={headingId}>
            <div className="list-heading" style={placeOf(virtual, start)}>
              <h2 id={headingId}>{section.title}</h2>
              <span className="tabular">{section.entries.length.toLocaleString('en-US')}</span>
            </div>
            <ul>
              {indexes.map((index) => {
                const entry = section.entries[index - start - 1]!;
                return (
                  <li
                    key={entry.position}
                    aria-setsize={section.entries.length}
                    aria-posinset={index - start}
                    data-row={index}
                    className="list-row"
                    style={placeOf(virtual, index)}
                  >
                    <TestRow
                      entry={entry}
                      isCurrent={entry.position === current}
                      isPicked={picks.has(entry.test.name)}
                      isStop={index === stopIndex}
                      density={density}
                      onOpen={onOpen}
                    />
                  </li>
                );
              })}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

/** Rows of a section that are on screen, and those that must not vanish because the focus is or will be there. */
function drawnIndexes(
  start: number,
  count: number,
  virtual: VirtualRows,
  kept: readonly number[],
): readonly number[] {
  const end = start + count - 1;
  const indexes = new Set<number>();
  for (let index = Math.max(start, virtual.first); index <= Math.min(end, virtual.last); index++)
    indexes.add(index);
  for (const index of kept) if (index >= start && index <= end) indexes.add(index);
  return [...indexes].sort((a, b) => a - b);
}

function placeOf(virtual: VirtualRows, index: number) {
  return { transform: `translateY(${virtual.topOf(index)}px)`, height: virtual.heightOf(index) };
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
      tabIndex={isStop ? 0 : -1}
      onClick={open}
    >
      <Thumbnail entry={entry} />
      {density === 'wide' ? (
        <>
          <span className="row-name">
            <MiddleCut text={test.name} />
            <span className="row-detail row-url" aria-hidden="true">
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
                <span className="visually-hidden">picked</span>
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
