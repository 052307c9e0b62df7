import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { ReleaseSearch } from '../address/addresses.ts';
import type { Grouping, RunFilter } from '../runs/release-view.ts';

type View = Required<Pick<ReleaseSearch, 'show' | 'q' | 'group' | 'layout' | 'mode'>>;

const pauseMs = 300;

/**
 * The view, as stated by the address. A choice takes effect immediately and the address follows, because the router needs
 * longer than a frame.
 */
export function useViewAddress(search: ReleaseSearch) {
  const navigate = useNavigate();
  const { id, name, number } = search;
  const [view, setView] = useState<View>(() => viewOf(search));
  const isOpenedHere = useRef(false);
  const writing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(writing.current), []);

  const change = (next: Partial<View>) => {
    const changed = { ...view, ...next };
    setView(changed);
    clearTimeout(writing.current);
    writing.current = setTimeout(() => {
      // Another page may be on its way already.
      if (window.location.pathname !== '/release') return;
      void write({ ...changed, ...(changed.mode === '' ? {} : { change: search.change ?? '' }) }, true);
    }, pauseMs);
  };
  const write = (next: View & { change?: string }, replace: boolean) =>
    navigate({
      to: '/release',
      search: { id, name, number, ...next },
      replace,
      resetScroll: false,
    });
  /** Opens a change, so that Back closes it, or closes the one that is open. */
  const setChange = async (fingerprint: string | null) => {
    clearTimeout(writing.current);
    if (fingerprint === null && isOpenedHere.current) {
      isOpenedHere.current = false;
      window.history.back();
      return;
    }
    isOpenedHere.current = fingerprint !== null;
    // What was chosen a moment ago belongs to the page that Back leads to.
    if (fingerprint !== null) await write(view, true);
    await write({ ...view, change: fingerprint ?? '' }, fingerprint === null);
  };
  const { show, q, group, layout, mode, change: opened = '' } = search;
  useEffect(() => {
    if (opened === '') isOpenedHere.current = false;
  }, [opened]);
  const written = useMemo(
    () => ({ id, name, number, ...viewOf({ show, q, group, layout, mode }), change: opened }),
    [id, name, number, show, q, group, layout, mode, opened],
  );
  return {
    /** Including choices not yet in the address. */
    view: useMemo(() => ({ id, name, number, ...view }), [id, name, number, view]),
    /** As in the address bar. */
    written,
    layout: view.layout === 'grid' ? ('card' as const) : ('row' as const),
    mode: view.mode === 'changes' ? ('changes' as const) : ('runs' as const),
    setMode: (next: 'runs' | 'changes') => change({ mode: next === 'changes' ? next : '' }),
    setText: (text: string) => change({ q: text }),
    setFilters: (filters: readonly RunFilter[]) => change({ show: filters.join(',') }),
    setGrouping: (grouping: Grouping) => change({ group: grouping === 'none' ? '' : grouping }),
    setLayout: (next: 'row' | 'card') => change({ layout: next === 'card' ? 'grid' : '' }),
    /** The fingerprint of the open change; null: none is. */
    change: opened === '' ? null : opened,
    setChange,
    clear: () => change({ q: '', show: '' }),
  };
}

function viewOf({
  show,
  q,
  group,
  layout,
  mode,
}: {
  [Name in keyof View]?: string | undefined;
}): View {
  return { show: show ?? '', q: q ?? '', group: group ?? '', layout: layout ?? '', mode: mode ?? '' };
}
