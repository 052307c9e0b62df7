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
  const writing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(writing.current), []);

  const change = (next: Partial<View>) => {
    const changed = { ...view, ...next };
    setView(changed);
    clearTimeout(writing.current);
    writing.current = setTimeout(() => {
      // Another page may be on its way already.
      if (window.location.pathname !== '/release') return;
      void navigate({
        to: '/release',
        search: { id, name, number, ...changed },
        replace: true,
        resetScroll: false,
      });
    }, pauseMs);
  };
  const { show, q, group, layout, mode } = search;
  const written = useMemo(
    () => ({ id, name, number, ...viewOf({ show, q, group, layout, mode }) }),
    [id, name, number, show, q, group, layout, mode],
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
