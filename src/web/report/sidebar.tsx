import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { Icon } from '../kit/icon.tsx';
import { readSetting, writeSetting } from '../kit/settings.ts';
import { navigate, useLocation } from './location.ts';
import type { ReportEntry, ReportSection } from './report-model.ts';
import { TestList } from './test-list.tsx';

const widthLimits = { min: 240, max: 420, usual: 296 };

interface SidebarProps {
  sections: readonly ReportSection[];
  total: number;
  current: number;
  /** A sheet over the whole screen instead of a column. */
  isSheet: boolean;
  onOpen: (entry: ReportEntry) => void;
  onClose: () => void;
}

export function Sidebar({ sections, total, current, isSheet, onOpen, onClose }: SidebarProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const text = useLocation((location) => location.text);
  const states = useLocation((location) => location.states);
  const [width, setWidth] = useState(() => Number(readSetting('list-width') ?? widthLimits.usual));

  const resize = (next: number) => {
    const kept = Math.round(Math.min(widthLimits.max, Math.max(widthLimits.min, next)));
    setWidth(kept);
    writeSetting('list-width', String(kept));
  };
  return (
    <nav
      className={isSheet ? 'sidebar sheet' : 'sidebar'}
      aria-label="Tests"
      style={isSheet ? undefined : { width }}
    >
      <div className="sidebar-head">
        <label className="search">
          <Icon name="search" />
          <input
            type="search"
            placeholder="Search"
            aria-label="Search tests"
            aria-keyshortcuts="/"
            value={text}
            onChange={(event) => navigate({ text: event.target.value }, 'replace')}
          />
        </label>
        {isSheet && (
          <button type="button" className="tool" aria-label="Close the list" onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </div>
      {states.length > 0 && (
        <button
          type="button"
          className="link filter-note"
          onClick={() => navigate({ states: [] }, 'replace')}
        >
          Filtered: {total.toLocaleString('en-US')} shown. Show all
        </button>
      )}
      <div className="sidebar-list" ref={scroller}>
        {total === 0 ? (
          <p className="muted empty-note">No tests match.</p>
        ) : (
          <TestList
            id="sidebar-tests"
            sections={sections}
            current={current}
            rowHeight={64}
            density="narrow"
            scroller={scroller}
            onOpen={onOpen}
          />
        )}
      </div>
      {!isSheet && <Edge width={width} onResize={resize} />}
    </nav>
  );
}

function Edge({ width, onResize }: { width: number; onResize: (width: number) => void }) {
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onResize(event.clientX);
  };
  const press = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onResize(width + by);
  };
  return (
    <div
      className="sidebar-edge"
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
