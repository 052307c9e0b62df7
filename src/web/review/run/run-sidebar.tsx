import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { Icon } from '../../kit/icon.tsx';
import { readSetting, writeSetting } from '../../kit/settings.ts';
import { lateWords } from '../runs/release-words.ts';
import type { LateRuns, ReleaseStore } from '../runs/release-store.ts';
import type { ViewSection } from '../runs/release-view.ts';
import type { RunsSearch } from './list-search.ts';
import { RunList } from './run-list.tsx';

const widthLimits = { min: 240, max: 420, usual: 296 };

interface RunSidebarProps {
  buildId: number;
  store: ReleaseStore;
  sections: readonly ViewSection[];
  late: LateRuns;
  current: number | null;
  search: RunsSearch;
  /** What the filter field holds. */
  text: string;
  /** Filters of the release page are in force. */
  isFiltered: boolean;
  /** A sheet over the whole screen instead of a column. */
  isSheet: boolean;
  onText: (text: string) => void;
  onUnfilter: () => void;
  onOpen: (id: number) => void;
  onClose: () => void;
}

/** The runs of the release beside the pictures. */
export function RunSidebar(props: RunSidebarProps) {
  const { store, sections, late, isSheet, text, isFiltered, onText, onUnfilter, onClose } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(keptWidth);
  const resize = (next: number) => {
    const kept = limited(next);
    setWidth(kept);
    writeSetting('run-list-width', String(kept));
  };
  const lateText = lateWords(late);
  const shown = sections.reduce((sum, { ids }) => sum + ids.length, 0);
  return (
    <nav
      className={isSheet ? 'run-sidebar sheet' : 'run-sidebar'}
      aria-label="Runs"
      style={isSheet ? undefined : { width }}
    >
      <div className="run-sidebar-head">
        <label className="search">
          <Icon name="search" />
          <input
            type="search"
            placeholder="Filter"
            aria-label="Filter runs by name"
            aria-keyshortcuts="/"
            value={text}
            onChange={(event) => onText(event.target.value)}
          />
        </label>
        {isSheet && (
          <button type="button" className="tool" aria-label="Close the list" onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </div>
      {isFiltered && (
        <button type="button" className="link run-filter-note" onClick={onUnfilter}>
          Filtered: {shown.toLocaleString('en-US')} of {store.size.toLocaleString('en-US')}. Show all
        </button>
      )}
      {lateText !== null && (
        <button type="button" className="run-late" onClick={() => store.takeOrder()}>
          {lateText} · Show
        </button>
      )}
      <div className="run-sidebar-list" ref={scroller}>
        {shown === 0 ? (
          <p className="run-list-empty">
            No runs match{text === '' ? '' : ` ‘${text}’`}.{' '}
            <button type="button" className="link" onClick={onUnfilter}>
              Clear filter
            </button>
          </p>
        ) : (
          <RunList {...props} scroller={scroller} />
        )}
      </div>
      {!isSheet && <Edge width={width} onResize={resize} />}
    </nav>
  );
}

function limited(width: number): number {
  return Math.round(Math.min(widthLimits.max, Math.max(widthLimits.min, width)));
}

function keptWidth(): number {
  const kept = Number(readSetting('run-list-width'));
  return kept > 0 ? limited(kept) : widthLimits.usual;
}

function Edge({ width, onResize }: { width: number; onResize: (width: number) => void }) {
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onResize(event.clientX);
  };
  const press = (event: KeyboardEvent) => {
    const to = {
      ArrowLeft: width - 16,
      ArrowRight: width + 16,
      Home: widthLimits.min,
      End: widthLimits.max,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onResize(to);
  };
  return (
    <div
      className="run-sidebar-edge"
      role="separator"
      tabIndex={0}
      aria-label="Width of the list"
      aria-orientation="vertical"
      aria-valuemin={widthLimits.min}
      aria-valuemax={widthLimits.max}
      aria-valuenow={width}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={press}
    />
  );
}
