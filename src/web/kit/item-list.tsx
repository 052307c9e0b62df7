import {
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { useVirtualRows, type VirtualRows } from './virtual-rows.ts';
import './item-list.css';

interface ItemSection {
  key: string;
  title: string;
  /** One for each item, unique in the whole list. */
  ids: readonly number[];
  /** What its heading counts, where an item stands for several. */
  count?: number;
}

interface ItemListProps {
  id: string;
  className?: string;
  sections: readonly ItemSection[];
  /** The current item; null or unknown: none. */
  current: number | null;
  /** CSS pixels. */
  rowHeight: number;
  /** The element that scrolls. */
  scroller: RefObject<HTMLElement | null>;
  /** A row: exactly one link. @param isStop whether it is the Tab stop */
  children: (id: number, isStop: boolean) => ReactNode;
}

const headingHeight = 28;

/** Items in sections; only visible rows are rendered. One Tab stop; arrows, Home and End move inside. */
export function ItemList({
  id,
  className = '',
  sections,
  current,
  rowHeight,
  scroller,
  children,
}: ItemListProps) {
  const list = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => sections.flatMap(({ ids }): (number | null)[] => [null, ...ids]), [sections]);
  const heights = useMemo(
    () => rows.map((item) => (item === null ? headingHeight : rowHeight)),
    [rows, rowHeight],
  );
  const virtual = useVirtualRows(heights, list, scroller);
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
      id={id}
      tabIndex={-1}
      className={`item-list ${className}`}
      style={{ height: virtual.totalHeight }}
      onKeyDown={press}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setFocused(null);
      }}
    >
      {sections.map(({ key, title, ids, count = ids.length }, index) => {
        const start = starts[index]!;
        const drawn = drawnIndexes(start + 1, ids.length, virtual, [stopIndex, focused]);
        const hasHeading = start >= virtual.first && start <= virtual.last;
        if (drawn.length === 0 && !hasHeading) return null;
        const headingId = `${id}-${key}`;
        return (
          <section key={key} aria-labelledby={headingId}>
            <div className="list-heading list-place muted text-12" style={placeOf(virtual, start)}>
              <h2 id={headingId}>{title}</h2>
              <span className="tabular">{count.toLocaleString('en-US')}</span>
            </div>
            <ul>
              {drawn.map((at) => {
                const item = ids[at - start - 1]!;
                return (
                  <li
                    key={item}
                    aria-setsize={ids.length}
                    aria-posinset={at - start}
                    data-row={at}
                    className="list-place"
                    style={placeOf(virtual, at)}
                  >
                    {children(item, at === stopIndex)}
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

/** Index of each section's heading among all rows. */
function startsOf(sections: readonly ItemSection[]): number[] {
  let rows = 0;
  return sections.map(({ ids }) => {
    const start = rows;
    rows += ids.length + 1;
    return start;
  });
}

/** The visible rows of a section, and those that must stay because they have or will get the focus. */
function drawnIndexes(start: number, count: number, virtual: VirtualRows, kept: readonly (number | null)[]) {
  const end = start + count - 1;
  const indexes = new Set<number>();
  for (let index = Math.max(start, virtual.first); index <= Math.min(end, virtual.last); index++)
    indexes.add(index);
  for (const index of kept) if (index !== null && index >= start && index <= end) indexes.add(index);
  return [...indexes].sort((a, b) => a - b);
}

function placeOf(virtual: VirtualRows, index: number) {
  return { transform: `translateY(${virtual.topOf(index)}px)`, height: virtual.heightOf(index) };
}
