import {
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { Icon } from './icon.tsx';
import { SearchField } from './search-field.tsx';
import { readSetting, writeSetting } from './settings.ts';
import { rem, textScale } from './text-scale.ts';
import './sidebar.css';

/** CSS pixels at the usual font size. */
const widthLimits = { min: 240, max: 420, usual: 296 };

interface SidebarProps {
  /** The kind of items: `Runs`. */
  label: string;
  /** Storage key for its width. */
  widthSetting: string;
  /** A full-screen sheet instead of a column. */
  isSheet: boolean;
  search: { value: string; label: string; placeholder: string; onChange: (text: string) => void };
  /** Notices between search and list: active filters, new items. */
  notes: ReactNode;
  onClose: () => void;
  children: (scroller: RefObject<HTMLDivElement | null>) => ReactNode;
}

/** A searchable list next to the open item; resizable at its edge. */
export function Sidebar({ label, widthSetting, isSheet, search, ...parts }: SidebarProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(() => keptWidth(widthSetting));
  const resize = (next: number) => {
    const kept = limited(next);
    setWidth(kept);
    writeSetting(widthSetting, String(kept));
  };
  return (
    <nav
      className={isSheet ? 'sidebar sheet' : 'sidebar'}
      aria-label={label}
      style={isSheet ? undefined : { width: rem(width) }}
    >
      <div className="sidebar-head line">
        <SearchField {...search} />
        {isSheet && (
          <button type="button" className="tool" aria-label="Close the list" onClick={parts.onClose}>
            <Icon name="close" />
          </button>
        )}
      </div>
      {parts.notes}
      <div className="sidebar-list" ref={scroller}>
        {parts.children(scroller)}
      </div>
      {!isSheet && <Edge width={width} onResize={resize} />}
    </nav>
  );
}

function limited(width: number): number {
  return Math.round(Math.min(widthLimits.max, Math.max(widthLimits.min, width)));
}

function keptWidth(setting: string): number {
  const kept = Number(readSetting(setting));
  return kept > 0 ? limited(kept) : widthLimits.usual;
}

function Edge({ width, onResize }: { width: number; onResize: (width: number) => void }) {
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onResize(event.clientX / textScale());
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
