import '../../kit/item-list.css';
import { useEffect, useEffectEvent, useMemo, useRef, type RefObject } from 'react';
import { useVirtualRows } from '../../kit/virtual-rows.ts';
import type { RunSearch } from '../address/addresses.ts';
import { formatSearch } from '../address/search.ts';
import { isMissingId } from '../runs/missing-pages.ts';
import { missingKey, renamedKey } from '../runs/release-view.ts';
import { ConfirmAllRemovals, MissingItem } from './missing-item.tsx';
import { RunItem, type RunItemProps } from './run-item.tsx';
import { layOut, lineOf, type Line } from './run-lines.ts';
import type { ViewSection } from '../runs/release-view.ts';

export interface ListShape {
  shape: 'row' | 'card';
  /** CSS pixels of a row, or of a card with the gap below it, at the usual font size. */
  itemHeight: number;
  columns: number;
}

interface RunsListProps extends Omit<
  RunItemProps,
  'id' | 'address' | 'isCurrent' | 'isSelected' | 'isStop' | 'shape' | 'variants'
> {
  sections: readonly ViewSection[];
  /** Address of a run's page, without the run. */
  search: Omit<RunSearch, 'test'>;
  shape: ListShape;
  current: number | null;
  selected: ReadonlySet<number>;
  scroller: RefObject<HTMLElement | null>;
  /** The runs of a row with several variants. */
  members: ReadonlyMap<number, readonly number[]>;
  /** CSS pixels of the bar that stays at the top of the scroller. */
  topInset: () => number;
}

const headingHeight = 32;
/** Lines rendered beyond the visible ones. */
const overscan = { row: 6, card: 1 };

/** The runs in their sections; only visible ones are rendered. One Tab stop; the page's keys move it. */
export function RunsList(props: RunsListProps) {
  const { sections, shape, current, selected, members, scroller, topInset, search, ...item } = props;
  const { itemHeight, columns } = shape;
  const list = useRef<HTMLDivElement>(null);
  const lines = useMemo(
    () => layOut(sections, { headingHeight, itemHeight, columns }),
    [sections, itemHeight, columns],
  );
  const heights = useMemo(() => lines.map(({ height }) => height), [lines]);
  const virtual = useVirtualRows(heights, list, scroller, {
    overscan: overscan[shape.shape],
    topInset,
    restsWhenChanged: true,
  });
  const address = useMemo(() => `/run${formatSearch(search)}`, [search]);
  const currentLine = useMemo(
    () => (current === null ? -1 : lineOf(sections, lines, current)),
    [sections, lines, current],
  );
  const stop = currentLine >= 0 ? current : (sections[0]?.ids[0] ?? null);
  const stopLine = currentLine >= 0 ? currentLine : 1;

  const follow = useEffectEvent(() => {
    if (currentLine < 0) return;
    virtual.reveal(currentLine);
    if (list.current?.contains(document.activeElement))
      list.current
        .querySelector<HTMLElement>(`[data-run="${current}"] .run-link`)
        ?.focus({ preventScroll: true });
  });
  useEffect(() => follow(), [currentLine, current]);

  const drawn = drawnLines(lines, virtual.first, virtual.last, stopLine);
  return (
    <div
      ref={list}
      id="runs"
      tabIndex={-1}
      className="runs"
      data-shape={shape.shape}
      data-variants={members.size > 0 || undefined}
      style={{ height: virtual.totalHeight }}
    >
      {sections.map((section, index) => {
        const own = drawn.filter(({ line }) => line.section === index);
        if (own.length === 0) return null;
        const heading = own.find(({ line }) => line.first === null);
        const headingId = `section-${index}`;
        return (
          <section key={section.key} aria-labelledby={headingId}>
            <div
              className="list-heading list-place muted text-12"
              style={heading === undefined ? { display: 'none' } : placeOf(virtual.topOf(heading.index))}
            >
              <h2 id={headingId}>{section.title}</h2>
              <span className="tabular">{(section.count ?? section.ids.length).toLocaleString('en-US')}</span>
              {(section.key === missingKey || section.key === renamedKey) && (
                <ConfirmAllRemovals visit={item.visit} ids={section.ids} mayReview={item.mayReview} />
              )}
            </div>
            <ul>
              {own.flatMap(({ line, index: at }) =>
                runsOf(section, line).map(({ id, posinset, column }) => (
                  <li
                    key={id}
                    data-run={id}
                    className="runs-place"
                    aria-setsize={section.ids.length}
                    aria-posinset={posinset}
                    style={{ ...placeOf(virtual.topOf(at)), ...columnOf(column, columns) }}
                  >
                    {isMissingId(id) ? (
                      <MissingItem
                        visit={item.visit}
                        id={id}
                        shape={shape.shape}
                        isCurrent={id === current}
                        isStop={id === stop}
                        mayReview={item.mayReview}
                        now={item.now}
                        onOpen={item.onOpen}
                      />
                    ) : (
                      <RunItem
                        {...item}
                        id={id}
                        address={address}
                        variants={members.get(id) ?? null}
                        shape={shape.shape}
                        isCurrent={id === current}
                        isSelected={selected.has(id)}
                        isStop={id === stop}
                      />
                    )}
                  </li>
                )),
              )}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

/** The visible lines, and the line that has or will get the focus. */
function drawnLines(
  lines: readonly Line[],
  first: number,
  last: number,
  stop: number,
): { line: Line; index: number }[] {
  const indexes: number[] = [];
  if (stop < first && lines[stop] !== undefined) indexes.push(stop);
  for (let index = first; index <= last; index++) indexes.push(index);
  if (stop > last && lines[stop] !== undefined) indexes.push(stop);
  return indexes.flatMap((index) => (lines[index] === undefined ? [] : { line: lines[index], index }));
}

function runsOf({ ids }: ViewSection, { first, count }: Line) {
  if (first === null) return [];
  return ids.slice(first, first + count).map((id, column) => ({ id, column, posinset: first + column + 1 }));
}

function placeOf(top: number) {
  return { transform: `translateY(${top}px)` };
}

function columnOf(column: number, columns: number) {
  if (columns === 1) return {};
  return { left: `calc(${column} * (100% - var(--card-width)) / ${columns - 1})` };
}
