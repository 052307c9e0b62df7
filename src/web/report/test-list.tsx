import { countWarnings } from '../../domain/capture/capture-warning.ts';
import '../kit/wide-row.css';
import { useMemo, type MouseEvent, type RefObject } from 'react';
import { formatPixels, formatShare, plural, sizeChange } from '../kit/format.ts';
import { Icon } from '../kit/icon.tsx';
import { ItemList } from '../kit/item-list.tsx';
import { useKeys } from '../kit/keys.ts';
import { MiddleCut } from '../kit/middle-cut.tsx';
import { StateMark } from '../kit/state-mark.tsx';
import { usePicks } from './picks.ts';
import type { ReportEntry, ReportSection } from './report-model.ts';
import { Thumbnail } from './thumbnail.tsx';
import { stateIcons, stateWord } from './words.ts';

interface TestListProps {
  id: string;
  sections: readonly ReportSection[];
  /** Position of the current entry in the fixed order, or null. */
  current: number | null;
  rowHeight: number;
  density: 'wide' | 'narrow';
  /** The element that scrolls. */
  scroller: RefObject<HTMLElement | null>;
  onOpen: (entry: ReportEntry) => void;
}

/** Tests in their sections, on the summary or next to an open test. */
export function TestList({ id, sections, current, rowHeight, density, scroller, onOpen }: TestListProps) {
  const picks = usePicks();
  const entries = useMemo(
    () => new Map(sections.flatMap((section) => section.entries.map((entry) => [entry.position, entry]))),
    [sections],
  );
  const items = useMemo(
    () =>
      sections.map(({ state, title, entries }) => ({
        key: state,
        title,
        ids: entries.map(({ position }) => position),
      })),
    [sections],
  );
  return (
    <ItemList
      id={id}
      className={density}
      sections={items}
      current={current}
      rowHeight={rowHeight}
      scroller={scroller}
    >
      {(position, isStop) => {
        const entry = entries.get(position)!;
        return (
          <TestRow
            entry={entry}
            isCurrent={position === current}
            isPicked={picks.has(entry.test.name)}
            isStop={isStop}
            density={density}
            onOpen={onOpen}
          />
        );
      }}
    </ItemList>
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
  const link = {
    href: `#test=${encodeURIComponent(test.name)}`,
    'data-state': test.state,
    'aria-current': isCurrent ? ('true' as const) : undefined,
    tabIndex: isStop ? 0 : -1,
    onClick: open,
  };
  if (density === 'wide')
    return (
      <div className="wide-row" data-current={isCurrent || undefined}>
        <a {...link} className="wide-link test-row">
          <Thumbnail entry={entry} />
          <span className="wide-name">
            <MiddleCut text={test.name} />
            <span className="row-url muted" aria-hidden="true">
              <MiddleCut text={test.url} />
            </span>
          </span>
          <span className="wide-state">
            <StateMark state={test.state} icon={stateIcons[test.state]} word={stateWord(test)} />
          </span>
          <RowFigures entry={entry} />
          <span className="wide-more ellipsis muted">
            {isPicked && (
              <span className="picked-mark" data-state="approved">
                <Icon name="picked" size={14} />
                Picked
              </span>
            )}
          </span>
        </a>
        <Icon name="next" size={14} />
      </div>
    );
  return (
    <a {...link} className="list-row test-row line text-13">
      <Thumbnail entry={entry} />
      <span className="row-text grow">
        <MiddleCut text={test.name} />
        <span className="row-detail tabular ellipsis line text-12" data-state={test.state}>
          <Icon name={stateIcons[test.state]} size={11} />
          {test.comparison !== null && !test.comparison.same && test.comparison.hidden === null
            ? formatShare(test.comparison.diffRatio)
            : stateWord(test)}
          {isPicked && (
            <span className="picked-mark" data-state="approved">
              <Icon name="picked" size={12} />
              <span className="visually-hidden">picked</span>
            </span>
          )}
        </span>
      </span>
    </a>
  );
}

function RowFigures({ entry }: { entry: ReportEntry }) {
  const { test } = entry;
  if (test.failure !== null && test.state === 'failed')
    return (
      <span className="wide-detail" title={test.failure.message}>
        {test.failure.message}
      </span>
    );
  const parts: string[] = [];
  const { comparison } = test;
  if (comparison !== null && !comparison.same && comparison.hidden === null) {
    parts.push(formatShare(comparison.diffRatio), formatPixels(comparison.changedPixels));
    parts.push(plural(comparison.regionCount, 'region'));
  }
  if (test.state === 'new') parts.push(test.failure === null ? 'no baseline before' : 'no baseline yet');
  const change = sizeChange(test);
  if (change !== null) parts.push(change);
  if (comparison !== null && comparison.hidden !== null) {
    parts.push(`${formatPixels(comparison.forgivenPixels)} forgiven`);
  }
  if (test.settled === false) parts.push('never settled');
  const missing = test.incompleteCount ?? 0;
  if (missing > 0) parts.push(`${plural(missing, 'part')} missing`);
  if (test.warnings?.length) parts.push(countWarnings(test.warnings.length));
  if (entry.sameChanges.length > 1) parts.push(`= ${entry.sameChanges.length - 1} more`);
  const words = parts.join(' · ');
  return (
    <span className="wide-detail tabular" title={words}>
      {words}
    </span>
  );
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
